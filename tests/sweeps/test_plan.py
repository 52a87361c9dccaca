"""Dry runs: what was measured takes as long again, its kind by its law, and of the rest nothing is claimed."""

import json

import pandas as pd
import pytest

from backend.catalogue import make_case
from backend.cost_model import CostModel
from backend.spec import Problem
from backend.sweeps import passes
from backend.sweeps.estimate import Estimate, Estimator
from backend.sweeps.plan import free_memory, plan

QUICK = {"samples": 10, "width": 0.05, "min_sample_time": 0.002, "max_time": 0.5}
HERE = {"cpu": "a CPU"}


def case(l_max, batch=1000, product="matrix", framework="jax"):
    return make_case(product, "", framework, Problem.of("mimo", l_max, batch=batch))


def history(cases, *, seconds, compile_time=0.4, status="ok"):
    rows = []
    for number, each in enumerate(cases):
        time = seconds(each)
        rows.append(each.to_json() | {
            "status": status, "measured_at": pd.Timestamp("2026-11-01", tz="UTC") + pd.Timedelta(minutes=number),
            "identity": json.dumps({"device": "a CPU"}), "conditions": "quiet", "throughput_time": time,
            "throughput_time_low": 0.9 * time, "throughput_time_high": 1.1 * time, "build_time": 0.1,
            "compile_time": compile_time, "first_call_time": 0.0, "peak_memory": 2e6 * each.problem.l_max,
            "flops": 100.0 * each.problem.batch, "bytes": 80.0 * each.problem.batch, "interactable": 5.0})
    return pd.DataFrame(rows)


def estimator(results, devices=HERE):
    return Estimator(results, CostModel(results[results["status"] == "ok"], devices=devices))


def test_a_case_that_was_measured_takes_what_it_took():
    estimate = estimator(history([case(1)], seconds=lambda each: 0.02)).estimate(case(1), QUICK)
    sampling = 2 * 10 * 0.02   # ten samples of each kind, of one call
    assert estimate.seconds == pytest.approx(0.5 + sampling, abs=0.4)
    assert estimate.low < estimate.seconds < estimate.high
    assert (estimate.memory, estimate.extrapolated) == (2e6, False)


def test_longer_calls_are_cut_by_the_time_limit_and_thoroughness_costs():
    long = estimator(history([case(1)], seconds=lambda each: 0.2))
    assert 2 < long.estimate(case(1), QUICK).seconds < 7   # five samples of each kind, whatever the limit
    short = estimator(history([case(1)], seconds=lambda each: 1e-5))
    taken = [short.estimate(case(1), options).seconds for options in (QUICK, {}, {"samples": 100, "max_time": 20.0})]
    assert taken == sorted(taken)


def test_sizes_between_those_measured_are_predicted_and_other_products_are_not():
    known = [case(1, batch) for batch in (10, 100, 1000, 10_000, 100_000)]
    model = estimator(history(known, seconds=lambda each: 1e-6 * each.problem.batch))
    between, beyond = model.estimate(case(1, 3000), QUICK), model.estimate(case(1, 10_000_000), QUICK)
    assert not between.extrapolated and beyond.extrapolated
    assert between.seconds < 1.2 < 50 < beyond.seconds <= beyond.high == 120   # no case is given longer than that
    assert model.estimate(case(1, 10_000_000), QUICK | {"case_timeout": 7.0}).high == 7
    assert model.estimate(case(1, 1000, product="gaunt_grid"), QUICK) is None
    assert estimator(history(known, seconds=lambda each: 1.0), {"cpu": "another"}).estimate(case(1, 3000), {}) is None


def test_a_history_with_nothing_in_it_knows_nothing():
    empty = history([case(1)], seconds=lambda each: 1.0).iloc[:0]
    assert estimator(empty).estimate(case(1), QUICK) is None


def test_what_cannot_be_measured_takes_no_time():
    said = estimator(history([case(1)], seconds=lambda each: float("nan"), status="unsupported"))
    assert said.estimate(case(1), QUICK).seconds < 0.2


def test_the_plan_adds_up_what_is_known_and_counts_what_is_not():
    cases = [case(1), case(2), case(3), case(4)]
    known = {cases[0]: Estimate(2.0, 1.0, 4.0, 5e6, False), cases[1]: Estimate(3.0, 2.0, 9.0, 7e12, True),
             cases[2]: Estimate(1.0, 1.0, 1.0, None, False)}
    found = plan(cases, passes(cases, 2, 0, {cases[0].key: 1}), known.get, measured=0, free={"cpu": 1e12})
    assert (found.cases, found.measured, found.to_measure, found.unknown, found.extrapolated) == (4, 0, 7, 2, 2)
    assert (found.seconds, found.low, found.high) == (2 + 2 * 3 + 2 * 1, 1 + 2 * 2 + 2, 4 + 2 * 9 + 2)
    assert (found.memory, found.largest, found.too_large) == (7e12, cases[1], (cases[1],))
    assert json.loads(json.dumps(found.to_json()))["largest"]["key"] == cases[1].key


def test_free_memory_is_that_of_this_machine():
    assert 1e6 < free_memory()["cpu"] < 1e15
