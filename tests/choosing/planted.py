"""Rows as the pages make them, planted."""

from backend.catalogue import catalogue, label
from backend.choosing import Requirements, ranking, reach
from backend.spec import Problem

PROBLEM = Problem.of("mimo", 3, channels=8, batch=1000)
FULL = len(PROBLEM.paths) * 8
HERE, OTHER = "here", "elsewhere"


def row(product, time=None, *, state="measured", place=HERE, variant="", width=0.02, freedom=None, problem=PROBLEM,
        **values):
    """A row as the pages make it: of full Clebsch-Gordan where no freedom is given."""
    variant = variant or catalogue()[product].default_variant
    return {
        "key": f"{product} {variant}", "product": product, "variant": variant, "label": label(product, variant),
        "framework": "jax", "state": state, "place": place, "throughput_time": time,
        "throughput_time_low": time and time * (1 - width), "throughput_time_high": time and time * (1 + width),
        "degrees_of_freedom": FULL if freedom is None else freedom, "oracle_error": 1e-7, "peak_memory": 1e6,
        "compile_time": 0.1, "equivariance_error_rotation": 1e-7, "equivariance_error_inversion": 1e-7,
        "paths": reach(product, variant, problem)} | values


def answer(*rows, **required):
    return ranking(rows, HERE, Requirements(**required), PROBLEM)


def names(choices):
    return [each.candidate.product for each in choices]


SPARSE, DENSE = row("clebsch_gordan_sparse", 1e-3), row("clebsch_gordan_dense", 2e-3)
GAUNT = row("gaunt_grid", 0.5e-3, freedom=104)
MATRIX = row("matrix", 0.4e-3, freedom=104, equivariance_error_inversion=1.6)
