"""The table of named needs: its paths obey the triangle rule, and full products do what half products cannot."""

import pytest

from backend.needs import ALL, EVEN, NEEDS, asked, met, natural
from backend.spec import Problem

POSSIBLE = natural(Problem.of("mimo", 4).paths)
GAUNT = frozenset(path for path in POSSIBLE if sum(path[:3]) % 2 == 0)
ODD_ALONE = {"cross", "pseudoscalar", "commutator", "odd", "block", ALL}


@pytest.mark.parametrize("need", NEEDS.values(), ids=NEEDS)
def test_a_need_names_paths_that_exist(need):
    assert need.paths <= POSSIBLE
    assert met(need, POSSIBLE, POSSIBLE)
    assert not met(need, frozenset(), POSSIBLE)


@pytest.mark.parametrize("need", NEEDS.values(), ids=NEEDS)
def test_what_even_paths_alone_can_do(need):
    assert met(need, GAUNT, POSSIBLE) == (need.key not in ODD_ALONE)


def test_parity_is_that_of_the_inputs():
    assert natural([(1, 1, 1), (2, 1, 1)]) == {(1, 1, 1, 1), (2, 1, 1, -1)}


def test_what_a_problem_lacks_no_product_can_do():
    small = natural(Problem.of("layer", 1, parity="natural").paths)
    assert asked(NEEDS["cross"], small) == frozenset() and not met(NEEDS["cross"], small, small)
    assert not met(NEEDS["cross_terms_2_4"], small, small)
    assert met(NEEDS[EVEN], small, small) and met(NEEDS[ALL], small, small)


def test_one_cross_term_is_enough():
    assert met(NEEDS["cross_terms_2_4"], natural([(2, 4, 6)]), POSSIBLE)
    assert not met(NEEDS["pseudoscalar"], natural([(1, 1, 1)]), POSSIBLE)
