"""What a dry run says: times and memory of what is known, and of how much nothing is."""

import pytest

from backend.catalogue import make_case
from backend.spec import Problem
from backend.sweeps.plan import Plan
from backend.sweeps.plan_words import memory_words, time_words

CASE = make_case("matrix", "", "jax", Problem.of("mimo", 2, batch=1000))


def plan(**known):
    nothing = {"cases": 9, "measured": 0, "to_measure": 9, "unknown": 9, "extrapolated": 0, "seconds": 0.0, "low": 0.0,
               "high": 0.0, "memory": None, "largest": None, "too_large": ()}
    return Plan(**nothing | known)


@pytest.mark.parametrize(("known", "said"), [
    ({"to_measure": 0, "unknown": 0}, ""),
    ({}, "how long is not known: nothing alike was measured here"),
    ({"unknown": 0, "seconds": 21.3, "low": 0.44, "high": 130.0}, "about 21 s (0.4 s to 2 min)"),
    ({"unknown": 4, "extrapolated": 2, "seconds": 21.3, "low": 15.0, "high": 40.0},
     "at least 21 s (15 s to 40 s) for 5, 2 of them beyond the sizes measured; nothing is known of 4"),
])
def test_times(known, said):
    assert time_words(plan(**known)) == said


@pytest.mark.parametrize(("known", "said"), [
    ({}, ""),
    ({"memory": 2e9, "largest": CASE}, "up to 2.00 GB of memory (matrix)"),
    ({"memory": 2e12, "largest": CASE, "too_large": (CASE,)},
     "up to 2.00 TB of memory (matrix); 1 case will not fit, such as matrix"),
])
def test_memory(known, said):
    assert memory_words(plan(**known), lambda case: case.product) == said
