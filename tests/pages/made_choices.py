"""Results of which the paths and degrees of freedom are those of their product."""

from dataclasses import replace

from made_results import made

from backend.catalogue import entry, make_case
from backend.spec import Problem

SPARSE, DENSE, GAUNT = "CG sparse, grouped", "CG dense", "Gaunt grid, dense"
FREE = {"clebsch_gordan_sparse": 2e-3, "clebsch_gordan_dense": 4e-3, "gaunt_grid": 1e-3, "matrix": 0.5e-3}


def result(product, seconds, *, l_max=3, batch=1000, channels=8, setting="mimo", **spread):
    """A result whose paths and degrees of freedom are those of the product."""
    problem = Problem.of(setting, l_max, channels=channels, batch=batch, **spread)
    whole = entry(product).coupling == "component"
    even = sum(sum(path) % 2 == 0 for path in problem.paths)
    paths = len(problem.paths) if whole or product == "matrix" else even
    found = made(make_case(product, "", "jax", problem))
    return replace(found, metrics=found.metrics | {
        "throughput_time": seconds, "throughput_time_low": 0.98 * seconds, "throughput_time_high": 1.02 * seconds,
        "interactable": float(paths), "degrees_of_freedom": float(paths * channels if whole else 13 * channels),
        "compile_time": 0.1, "equivariance_error_inversion": 1.6 if product == "matrix" else 1e-7})
