"""Slopes in logarithms: known exponents, coverage of the interval, claims, and what parts theory and practice."""

from math import log

import numpy as np
import pytest

from backend.catalogue import catalogue
from backend.scaling import Slope, claimed_slope, reading, slope, upper_half

X = (1, 2, 3, 4, 5, 6)
NORMAL = 1.959964


def covered(x, noise, between, *, told=1.0, exponent=2.3, trials=400):
    """How often the interval holds the exponent, and its mean width: noise of its own in each point, of which the
    interval of the point tells `told`, and scatter that no point knows of."""
    random, hits, width = np.random.default_rng(0), 0, 0.0
    u = np.log(x)
    sigma = noise * random.uniform(0.5, 2.0, (trials, len(x)))
    for each in sigma:
        v = exponent * u - 9 + each * random.standard_normal(len(x)) + between * random.standard_normal(len(x))
        half = NORMAL * each * told
        found = slope(x, np.exp(v), np.exp(v - half), np.exp(v + half))
        hits += found.holds(exponent)
        width += (found.high - found.low) / trials
    return hits / trials, width


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.5, 6.0])
def test_an_exact_power_has_its_exponent(exponent):
    found = slope(X, [3e-6 * x**exponent for x in X])
    assert found.slope == pytest.approx(exponent, abs=1e-9) and found.holds(exponent)
    assert (found.points, found.first, found.last) == (6, 1, 6) and found.high - found.low < 0.01


@pytest.mark.parametrize(("x", "noise", "between", "told"), [
    (X, 0.02, 0.0, 1.0), (X, 0.001, 0.05, 1.0), (X, 0.02, 0.03, 1.0), (X[:4], 0.02, 0.05, 1.0),
    (X[:3], 0.01, 0.03, 1.0), ((1, 10, 100, 1000, 10_000), 0.03, 0.1, 1.0), (X, 0.05, 0.0, 0.3)],
    ids=["noise told", "scatter alone", "both", "four points", "three points", "decades", "noise told too small"])
def test_the_interval_holds_the_exponent_as_often_as_it_says(x, noise, between, told):
    share, _ = covered(x, noise, between, told=told)
    assert 0.925 <= share <= 1.0   # 95 %, less what 400 trials leave undecided
    if between > noise and len(x) > 3:   # then the interval is not wider than it must be
        assert share <= 0.985


def test_more_points_and_less_noise_narrow_it():
    wide, narrow = (covered(X, noise, 0.0)[1] for noise in (0.05, 0.005))
    assert narrow < wide / 5
    assert covered((1, 2, 3, 4, 5, 6, 8, 10), 0.001, 0.05)[1] < covered((1, 2, 3, 4), 0.001, 0.05)[1] / 2


def test_a_noisy_point_counts_for_less():
    y = [x**2.0 for x in X]
    y[-1] *= 3
    low, high = [each * 0.99 for each in y], [each * 1.01 for each in y]
    low[-1], high[-1] = y[-1] / 20, y[-1] * 20
    assert slope(X, y, low, high).slope == pytest.approx(2.0, abs=0.05)
    assert slope(X, y).slope > 2.2


def test_two_points_have_no_interval_and_one_no_slope():
    found = slope((2, 4), (1.0, 8.0))
    assert found.slope == pytest.approx(3.0) and found.low is None and not found.holds(3.0)
    assert slope((2, 2), (1.0, 8.0)) is None and slope((), ()) is None
    assert slope((1, 2, 4), (1.0, 2.0, 4.0), (None,) * 3, (float("nan"),) * 3).slope == pytest.approx(1.0)


def test_points_on_no_line_have_a_wide_interval():
    bent = slope((1, 10, 100, 1000), (1.0, 1.0, 1.0, 10.0), (0.99, 0.99, 0.99, 9.9), (1.01, 1.01, 1.01, 10.1))
    assert bent.high - bent.low > 0.5


@pytest.mark.parametrize(("x", "places"), [
    ((1, 2, 3, 4, 5, 6), [3, 4, 5]), ((1, 2, 3), [0, 1, 2]), ((4, 1, 3, 2), [0, 2, 3]), ((1, 2), [0, 1]),
    (tuple(range(1, 9)), [4, 5, 6, 7])])
def test_the_upper_half_has_three_points_where_it_can(x, places):
    assert upper_half(x) == places


def test_claims_are_slopes_over_the_points():
    assert claimed_slope("L^6", X) == 6.0 and claimed_slope("L", X) == 1.0
    assert claimed_slope("L^2 log L", (2, 8)) == pytest.approx(2 + log(log(8) / log(2)) / log(4))
    assert 2.0 < claimed_slope("L^2 log L", (10**6, 10**9)) < 2.07 < claimed_slope("L^2 log^2 L", (10**6, 10**9))
    assert claimed_slope("L^2 log L", (1, 2)) is None and claimed_slope("quick", X) is None


def test_every_claim_of_the_catalogue_is_understood():
    claims = {claim for known in catalogue().values() for claim in known.claims.values()}
    assert claims and all(claimed_slope(claim, X) is not None for claim in claims)


@pytest.mark.parametrize(("measured", "claimed", "counted", "words"), [
    ((1.9, 1.7, 2.1), 2.0, 2.0, ""), ((1.9, None, None), 6.0, 4.0, ""), ((1.9, 1.7, 2.1), None, 2.0, ""),
    ((4.0, 3.8, 4.2), 6.0, 4.1, "as the FLOP do: at these sizes"),
    ((1.9, 1.7, 2.1), 3.0, 3.0, "decide, not arithmetic"),
    ((1.9, 1.7, 2.1), 6.0, 4.5, "than the FLOP: launching"),
    ((2.76, 2.68, 2.84), 3.0, 2.85, "as the FLOP do: at these sizes"),
    ((4.0, 3.8, 4.2), 3.0, 4.1, "computes more than the claim counts"),
    ((4.0, 3.8, 4.2), 3.0, 3.0, "memory or the library"), ((4.0, 3.8, 4.2), 3.0, None, "faster than claimed"),
    ((1.0, 0.8, 1.2), 3.0, None, "not in the asymptotic regime")])
def test_where_theory_and_practice_part_is_said(measured, claimed, counted, words):
    flops = None if counted is None else Slope(counted, counted - 0.1, counted + 0.1, 6, 1, 6)
    said = reading(Slope(*measured, 6, 1, 6), claimed, flops)
    assert words in said and bool(said) == bool(words)
