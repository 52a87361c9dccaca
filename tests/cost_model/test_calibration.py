"""The interval of a prediction holds what it says it holds, on clocks whose law is known."""

import numpy as np
import pytest
from made_history import case, grid, history, seconds

from backend.bench.timing import Options
from backend.cost_model import CostModel
from backend.cost_model.wall import USUAL


def held_out(left_out, *, noise, outliers=0.0, seed=0):
    """(inside, error) of the cases that `left_out` picks, from a history of all others."""
    known = [each for each in grid() if not left_out(each.problem)]
    asked = [each for each in grid() if left_out(each.problem)]
    model = CostModel(history(known, noise=noise, outliers=outliers, seed=seed))
    times = history(asked, noise=noise, seed=100 + seed)["throughput_time"]
    found = [model.predict(each) for each in asked]
    inside = [each.low <= time <= each.high for each, time in zip(found, times, strict=True)]
    return inside, [abs(each.time / time - 1) for each, time in zip(found, times, strict=True)]


def some(seed):
    """A fifth of the cases, at random."""
    random = np.random.default_rng(seed)
    chosen = {(each.problem.l_max, each.problem.channels, each.problem.batch): random.random() < 0.2 for each in grid()}
    return lambda problem: chosen[problem.l_max, problem.channels, problem.batch]


@pytest.mark.parametrize("outliers", [0.0, 0.05])
def test_nine_of_ten_left_out_cases_lie_in_the_interval(outliers):
    both = [held_out(some(seed), noise=0.05, outliers=outliers, seed=seed) for seed in range(6)]
    inside, error = (np.concatenate(each) for each in zip(*both, strict=True))
    assert 0.82 <= inside.mean() <= 0.97, "90 % of some 90 cases, and two standard deviations of that"
    assert np.median(error) < 0.06


@pytest.mark.parametrize("left_out", [lambda problem: problem.batch == 100, lambda problem: problem.l_max == 3])
def test_a_batch_or_degree_in_between_that_was_never_measured(left_out):
    inside, error = held_out(left_out, noise=0.05)
    assert np.mean(inside) >= 0.8 and np.median(error) < 0.15


def test_the_interval_widens_beyond_what_was_measured():
    model = CostModel(history(grid(), noise=0.05))
    widths = [model.predict(case(3, 8, batch)) for batch in (1000, 10_000, 100_000, 10_000_000)]
    halves = [np.log(each.high / each.low) for each in widths]
    assert [each.extrapolated for each in widths] == [False, False, True, True]
    assert halves[0] <= halves[1] < halves[2] < halves[3]
    for each, batch in zip(widths, (1000, 10_000, 100_000, 10_000_000), strict=True):
        assert each.low < seconds(case(3, 8, batch)) < each.high


@pytest.mark.parametrize("seed", range(2))
def test_a_larger_batch_never_takes_less(seed):
    model = CostModel(history(grid(), noise=0.3, seed=seed))
    times = [model.predict(case(2, 1, int(batch))).time for batch in np.geomspace(1, 1e6, 40)]
    assert np.all(np.diff(times) >= 0) and times[-1] > 10 * times[0]


def test_its_own_report_is_what_others_find():
    """The error that it states, of each case from all others, is the one that new cases have."""
    model = CostModel(history(grid(), noise=0.1))
    report, = model.held_out()
    other = history([case(*sizes) for sizes in ((2, 8, 300), (3, 1, 3000), (4, 64, 30), (5, 8, 3), (1, 64, 5000))] * 5,
                    noise=0.1, seed=7)
    asked = [case(row.l_max, row.channels, row.batch) for row in other.itertuples()]
    errors = [abs(model.predict(each).time / time - 1)
              for each, time in zip(asked, other["throughput_time"], strict=True)]
    assert report.error == pytest.approx(np.median(errors), rel=0.5)
    assert 0.82 <= report.coverage <= 0.97


def test_the_wall_time_is_that_of_getting_ready_and_of_samples():
    frame = history(grid())
    frame["compile_time"] = frame["l_max"].map({1: 1.0, 2: 2.0, 3: 4.0, 4: 8.0, 5: 16.0})
    model = CostModel(frame)
    quick = model.wall_time(case(4, 1, 10), {"samples": 10, "max_time": 0.5, "min_sample_time": 0.002})
    assert 8.0 < quick < 8.7
    assert quick < model.wall_time(case(4, 1, 10)) < 8.0 + 3.0
    slow = case(5, 64, 100_000)
    assert model.wall_time(slow) > 16 + 20 * model.predict(slow).time
    assert model.wall_time(case(4, 1, 10, product="poisson")) is None


def test_the_usual_options_are_those_of_measuring():
    options = Options()
    assert {name: getattr(options, name) for name in USUAL} == USUAL
