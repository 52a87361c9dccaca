"""What a product reaches: by its law, by what was measured, and how much all of Clebsch-Gordan has."""

import pytest
from planted import PROBLEM

from backend.catalogue import catalogue
from backend.choosing import full_freedom, reach
from backend.expressivity import Coupling, degrees_of_freedom
from backend.expressivity.certificate.laws import _OF_PATHS
from backend.needs import natural
from backend.spec import Problem


@pytest.mark.parametrize("name", ["component", "gaunt", "poisson", "gaunt_poisson", "matrix"])
@pytest.mark.parametrize("problem", [Problem.of("mimo", 3), Problem.of("layer", 4), Problem("layer", 1, 3, 2)], ids=str)
def test_a_product_reaches_where_its_law_is_not_zero(name, problem):
    key = next(each.key for each in catalogue().values() if each.coupling == name)
    triples = [path for path in problem.paths if abs(_OF_PATHS[name](*path, problem)) > 1e-12]
    assert reach(key, "", problem) == natural(triples)


def test_what_is_measured_goes_before_the_law():
    possible = natural(PROBLEM.paths)
    assert reach("matrix", "sums", PROBLEM, measured=[(1, 1, 0), (9, 9, 9)]) == {(1, 1, 0, 1)}
    assert reach("e3x", "dense", PROBLEM) is None and reach("e3x", "dense", PROBLEM, count=44) == possible
    assert reach("gaunt_grid", "dense", PROBLEM, count=7) is None   # the result contradicts the law
    edge = Problem.of("edge", 3)
    assert reach("so2", "full", edge) == natural(edge.paths) and reach("so2", "m_max_2", edge) is None
    assert reach("a plug-in that is gone", "", PROBLEM) is None


@pytest.mark.parametrize("problem", [PROBLEM, Problem.of("simo", 2), Problem("layer", 1, 3, 2, channels=4)], ids=str)
def test_full_freedom_is_that_of_every_coupling(problem):
    couplings = [Coupling(*path, 0, 0, copy, 1.0) for copy, path in enumerate(problem.paths)]
    assert full_freedom(problem) == degrees_of_freedom(couplings, problem.channels)
    assert full_freedom(Problem.of("square", 2)) is None
