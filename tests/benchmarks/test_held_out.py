"""The benchmark of predictions, on a clock whose law is known."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cost_model"))

from made_history import DEGREES, grid, history

from benchmarks.cost_model import WAYS, held_out, report

CASES = [each for each in grid() if each.problem.channels == 8]


@pytest.fixture(scope="module")
def found():
    return held_out(history(CASES, noise=0.03))


def test_every_case_is_held_out_in_each_way(found):
    inner = {"a degree": len(DEGREES) - 2, "a batch": 3}
    counts = found.groupby("way").size()
    assert counts["at random"] == len(CASES) == 25
    assert {way: counts[way] for way in inner} == {way: 5 * number for way, number in inner.items()}


def test_it_tells_a_good_clock_from_a_wild_one(found):
    wild = held_out(history(CASES, noise=0.6))
    for way in WAYS:
        errors = [each.loc[each["way"] == way, "error"].median() for each in (found, wild)]
        assert errors[0] < 0.2 < errors[1]
    assert found["inside"].mean() > 0.75


def test_the_report_has_a_line_a_kind_and_one_of_all(found):
    lines = report(found).splitlines()
    assert len(lines) == 4 and "jax, mimo, forward, jit" in lines[2] and "**all, 55 predictions**" in lines[3]


def test_kinds_with_few_sizes_are_left_out():
    assert held_out(history(CASES[:10])).empty
