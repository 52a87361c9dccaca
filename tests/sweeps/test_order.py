"""The order of a sweep: every case once, every product's share everywhere, the same for a seed."""

import pytest

from backend.catalogue import make_case
from backend.spec import Problem
from backend.sweeps import interleaved, passes

CASES = tuple(
    make_case(product, "", "jax", Problem.of("mimo", l, batch=batch))
    for product, degrees in (("clebsch_gordan_dense", 6), ("gaunt_grid", 6), ("matrix", 2))
    for l in range(1, degrees + 1) for batch in (1, 10, 100, 1000))


@pytest.mark.parametrize("seed", range(20))
def test_every_part_of_the_order_holds_the_share_of_each_product(seed):
    found = interleaved(CASES, seed)
    assert sorted(case.key for case in found) == sorted(case.key for case in CASES)
    for part in range(1, len(found)):
        for product, all_of_it in (("clebsch_gordan_dense", 24), ("gaunt_grid", 24), ("matrix", 8)):
            begun = sum(case.product == product for case in found[:part])
            assert abs(begun - part * all_of_it / len(CASES)) <= 3


def test_the_seed_decides_and_degrees_are_not_in_order():
    assert interleaved(CASES, 1) == interleaved(CASES, 1) != interleaved(CASES, 2)
    degrees = [case.problem.l_max for case in interleaved(CASES, 1)]
    assert degrees != sorted(degrees)


def test_every_process_has_an_order_of_its_own():
    one, other, third = passes(CASES, 3, 7)
    assert sorted(one, key=str) == sorted(other, key=str) == sorted(third, key=str)
    assert len({one, other, third}) == 3


def test_what_processes_have_measured_is_not_measured_again():
    known = {CASES[0].key: 3, CASES[1].key: 1, CASES[2].key: 7}
    left = passes(CASES, 3, 0, known)
    assert [sum(case == each for each_pass in left for case in each_pass) for each in CASES[:4]] == [0, 2, 0, 3]
    assert passes(CASES, 1, 0, dict.fromkeys((case.key for case in CASES), 1)) == []
