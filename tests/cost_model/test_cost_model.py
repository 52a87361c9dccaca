"""Predictions of a clock whose law is known."""

import json

import pandas as pd
import pytest
from made_history import case, flops, grid, history, moved, seconds

from backend.cost_model import CostModel
from backend.cost_model.law import terms


def test_what_was_not_measured_is_predicted_by_the_law():
    model = CostModel(history(grid(), noise=0.03))
    asked = case(3, 8, 300)
    found = model.predict(asked)
    assert found.time == pytest.approx(seconds(asked), rel=0.2)
    assert found.low < found.time < found.high and not found.extrapolated
    assert found.memory == pytest.approx(2 * moved(asked) + 1000, rel=0.1)


def test_beyond_the_sizes_that_were_measured_it_says_so():
    model = CostModel(history(grid(), noise=0.03))
    for beyond in (case(7, 8, 1000), case(3, 8, 1_000_000), case(3, 512, 1000)):
        found = model.predict(beyond)
        assert found.extrapolated
        assert found.low < seconds(beyond) < found.high


@pytest.mark.parametrize("other", [{"framework": "numpy", "compilation": "eager"}, {"dtype": "float64"},
                                   {"product": "poisson"}, {"direction": "forward_backward"}, {"threads": 2}])
def test_another_kind_of_case_is_not_judged_by_this_one(other):
    model = CostModel(history(grid()))
    assert model.predict(case(2, 8, 100, **other)) is None


def test_another_device_tells_nothing_of_this_one():
    frame = history(grid())
    assert CostModel(frame, devices={"cpu": "a machine"}).predict(case(2, 8, 100)) is not None
    assert CostModel(frame, devices={"cpu": "another"}).predict(case(2, 8, 100)) is None


def test_of_two_versions_at_one_size_the_newest_counts():
    newer = json.dumps({"machine": "a machine", "device": "a machine", "source": "2"})
    cases = grid()
    both = [history(cases), history(cases, clock=lambda each: 2 * seconds(each), identity=newer)]
    both[1]["measured_at"] += both[0]["measured_at"].max() - both[0]["measured_at"].min()
    frame = pd.concat(both, ignore_index=True)
    assert CostModel(frame).predict(case(3, 8, 100)).time == pytest.approx(2 * seconds(case(3, 8, 100)), rel=0.1)


def test_what_was_disturbed_counts_only_where_nothing_else_is_there():
    quiet = history(grid())
    disturbed = history(grid(), clock=lambda each: 2 * seconds(each)).assign(conditions="disturbed")
    disturbed["measured_at"] += pd.Timedelta(days=1)
    asked = case(3, 8, 100)
    both = CostModel(pd.concat([quiet, disturbed], ignore_index=True)).predict(asked)
    assert both == CostModel(quiet).predict(asked)
    assert CostModel(disturbed).predict(asked).time == pytest.approx(2 * both.time, rel=0.01)


def test_what_had_no_price_where_all_was_large_is_not_free_where_it_is_small():
    """One batch, as of the paper's sweep, where FLOP beyond a cache explain the times: the law alone is then nothing of
    a small case."""
    large = [case(l_max, 1, 10_000) for l_max in range(1, 11)]
    model = CostModel(history(large, noise=0.3, clock=lambda each: 1e-12 * flops(each) ** 1.3))
    found = model.predict(case(1, 1, 1))
    assert 0 < found.low < found.time < found.high and found.extrapolated


def test_too_little_gives_no_prediction():
    assert CostModel(history(grid()[:2])).predict(case(1, 1, 100)) is None
    assert CostModel(history(grid()).iloc[:0]).predict(case(1, 1, 100)) is None


def test_the_report_counts_what_was_left_out():
    report, = CostModel(history(grid(), noise=0.03)).held_out()
    assert report.group["product"] == "matrix" and report.count == len(grid())
    assert 0 < report.error < 0.15 and 0.8 < report.coverage <= 1


def test_a_law_is_fitted_anew_only_where_its_group_has_changed():
    matrix, poisson = history(grid()), history(grid(product="poisson"))
    before = CostModel(pd.concat([matrix, poisson], ignore_index=True))
    first = before.predict(case(3, 8, 300))
    again = CostModel(pd.concat([matrix, history(grid(product="poisson"), seed=1, noise=0.1)]), previous=before)
    assert again.predict(case(3, 8, 300)) == first
    assert again.predict(case(3, 8, 300, product="poisson")) != before.predict(case(3, 8, 300, product="poisson"))


def test_a_law_estimates_a_case_once_whatever_is_asked_of_it(monkeypatch):
    estimated = []
    model = CostModel(history(grid()))
    model.predict(case(2, 8, 100))   # fits the laws
    monkeypatch.setattr("backend.cost_model.fit.terms", lambda counts: estimated.append(counts) or terms(counts))
    asked = case(2, 8, 300)
    time = model.predict(asked).time
    assert model.wall_time(asked) >= model.wall_time(asked, end="low") and model.predict(asked).time == time
    assert len(estimated) == 2   # of time and of memory
    assert model.predict(case(2, 8, 301)).time > time and len(estimated) == 4
