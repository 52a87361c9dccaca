"""Interactable paths and degrees of freedom against tables of the literature and against ranks."""

import numpy as np
import pytest
from numpy_tables import EXACT, arrays, table

from backend.catalogue import catalogue
from backend.expressivity import Coupling, degrees_of_freedom, expressivity
from backend.expressivity.degrees_of_freedom import copies
from backend.spec import Problem

# L: CG paths, even paths, degrees of freedom of Gaunt and matrix, of collapsed, of Poisson; then for the layer
MIMO = {1: (6, 5, 5, 6, 1), 2: (19, 14, 9, 12, 5), 3: (44, 30, 13, 18, 9), 4: (85, 55, 17, 24, 13),
        5: (146, 91, 21, 30, 17)}
LAYER = {1: (5, 4, 4, 5, 1), 2: (15, 11, 7, 9, 4), 3: (34, 23, 10, 13, 7), 4: (65, 42, 13, 17, 10)}


@pytest.mark.parametrize(("setting", "l_max", "row"), [
    *(("mimo", l, row) for l, row in MIMO.items()), *(("layer", l, row) for l, row in LAYER.items())])
def test_counts_are_those_of_the_literature(setting, l_max, row):
    every, even, shared, collapsed, poisson = row
    problem = Problem.of(setting, l_max)
    counts = {key: (line["interactable"], line["degrees_of_freedom"])
              for key in EXACT if setting in catalogue()[key].settings
              for line in [expressivity(key, problem, arrays())]}
    assert counts == {
        "clebsch_gordan_dense": (every, every), "clebsch_gordan_sparse": (every, every),
        "clebsch_gordan_collapsed": (every, collapsed), "gaunt_grid": (even, shared), "matrix": (every, shared),
        "matrix_collapsed": (every, collapsed),
        "matrix_fused": (every, min(every, 10 * l_max - 4 if setting == "mimo" else 6 * l_max)),
        "vector_gaunt": (every - 1, counts["vector_gaunt"][1]),
        "gaunt_fourier": (even, shared), "poisson": (every - even, poisson), "gaunt_poisson": (every, collapsed)}


@pytest.mark.parametrize(("l_max", "freedom"), [(1, 5), (2, 18), (3, 33), (4, 45), (5, 57)])
def test_vector_signals_reach_all_but_scalars_with_12_l_minus_3_degrees_of_freedom(l_max, freedom):
    line = expressivity("vector_gaunt", Problem.of("mimo", l_max), arrays())
    triples = {tuple(path[:3]) for path in line["paths"]}
    assert triples == set(Problem.of("mimo", l_max).paths) - {(0, 0, 0)}
    assert line["degrees_of_freedom"] == freedom


def test_natural_collapsed_is_the_partner_of_gaunt():
    problem = Problem.of("mimo", 4, parity="natural")
    line, partner = (expressivity(key, problem, arrays()) for key in ("clebsch_gordan_collapsed", "gaunt_grid"))
    assert [path[:3] for path in line["paths"]] == [path[:3] for path in partner["paths"]]
    assert line["degrees_of_freedom"] == partner["degrees_of_freedom"] == 17


@pytest.mark.parametrize(("problem", "counts"), [
    (Problem("mimo", 3, 3, 0), (4, 4)), (Problem("mimo", 4, 2, 4), (23, 11))])
def test_degenerate_maxima_of_gaunt(problem, counts):
    line = expressivity("gaunt_grid", problem, arrays())
    assert (line["interactable"], line["degrees_of_freedom"]) == counts


def test_simo_counts():
    for key, count in (("clebsch_gordan_dense", 7), ("matrix", 7), ("matrix_fused", 7), ("gaunt_grid", 4)):
        line = expressivity(key, Problem.of("simo", 3), arrays())
        assert line["interactable"] == line["degrees_of_freedom"] == count


@pytest.mark.parametrize("key", [
    key for key, known in catalogue().items() if "numpy" in known.frameworks and "mimo" in known.settings
    and not known.mixings])
def test_channels_are_uncoupled_copies(key):
    one, four = (expressivity(key, Problem.of("mimo", 2, channels=channels), arrays()) for channels in (1, 4))
    assert four["degrees_of_freedom"] == 4 * one["degrees_of_freedom"]
    assert four["interactable"] == one["interactable"]


def test_degrees_of_freedom_is_the_rank_of_random_jacobians():
    """An independent way: the rank of the derivative of {a_l1 b_l2 c_l3 G} at random weights."""
    for key, l_max in (("gaunt_grid", 3), ("matrix", 4), ("clebsch_gordan_collapsed", 3)):
        found = table(key, Problem.of("layer", l_max))
        names = sorted({name for each in found for name in copies(each)})
        weights = dict(zip(names, np.random.default_rng(0).uniform(0.5, 2, len(names)), strict=True))
        jacobian = np.zeros((len(found), len(names)))
        for row, each in enumerate(found):
            for name in copies(each):
                jacobian[row, names.index(name)] = each.g * np.prod([weights[o] for o in copies(each) if o != name])
        assert degrees_of_freedom(found) == np.linalg.matrix_rank(jacobian)


def test_no_coupling_has_no_freedom():
    assert degrees_of_freedom([]) == 0
    assert degrees_of_freedom([Coupling(0, 0, 0, 0, 0, 0, 1.0)], channels=3) == 3
