"""What the history lets expect, on the page: hollow, with its interval and its error, never among what was measured."""

import json
import threading
from dataclasses import replace

import pandas as pd
import pytest
from made_results import made

from backend.catalogue import catalogue
from backend.environment import devices
from backend.spec import Problem, with_batch
from pages.components.question.selection import Question
from pages.components.rows.expressivity import expressivity_of
from pages.components.rows.predicted import predicted
from pages.components.rows.predictor import Predictor
from pages.components.runs.measuring import LIMIT, cost, hopeless, warnings
from pages.components.services import provide

DOTS = "1px,5px"
PRODUCTS = (("matrix", "sums"), ("e3nn_jax", catalogue()["e3nn_jax"].default_variant))


def timed(case, scale=1.0):
    """A result of a clock with a law; e3nn_jax takes ten times as long."""
    problem, found = case.problem, made(case)
    size = problem.batch * problem.channels * (problem.l_max + 1) ** 4
    seconds = (1e-5 + 1e-9 * size * (10 if case.product == "e3nn_jax" else 1)) * scale
    times = {f"{name}{end}": seconds for name in ("throughput_time", "latency") for end in ("", "_low", "_high")}
    return replace(found, metrics=found.metrics | times | {
        "flops": 100.0 * size, "bytes": 10.0 * size, "peak_memory": 20.0 * size, "compile_time": 0.5})


def cases(**question):
    return [case for case in Question(**question).cases() if (case.product, case.variant) in PRODUCTS]


@pytest.fixture
def measured(here):
    """Two products at four batches and L = 1 to 3; at the batch of the default question L = 1 of one of them."""
    every = [case for batch in (10, 100, 10_000, 100_000) for case in cases(batch=batch)]
    here.store.add_many([timed(case) for case in every])
    here.store.add_many([timed(case) for case in cases() if case.product == "matrix" and case.problem.l_max == 1])
    return here


def traces(page):
    charts = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    return {(trace["name"], trace["line"].get("dash")): trace for chart in charts for trace in chart["data"]
            if "line" in trace}


def said(page):
    return " ".join(each.value for each in [*page.markdown, *page.caption])


def test_predicted_points_are_hollow_and_apart(app, measured):
    page = app()
    found = traces(page)
    solid, hollow, other = (found[name] for name in (("Matrix, sums", "solid"), ("Matrix, sums", DOTS),
                                                     ("e3nn-jax", DOTS)))
    assert len(solid["x"]) == 1 and len(hollow["x"]) == 2 and len(other["x"]) == 3
    assert all(colour.endswith(", 0.0)") for colour in hollow["marker"]["color"])
    assert all(high > 0 for high in hollow["error_y"]["array"])
    assert all("predicted</b>, not measured" in text for _, text in hollow["customdata"])
    assert "Outlines on dotted paths: predicted" in said(page) and "held out were off by" in said(page)
    law = timed(next(case for case in cases() if case.product == "e3nn_jax" and case.problem.l_max == 2))
    assert other["y"][1] * 1e-3 == pytest.approx(law.metrics["throughput_time"], rel=0.3)   # drawn in ms


def test_what_is_measured_is_drawn_before_what_is_predicted(app, measured):
    go = threading.Event()
    held = Predictor(measured.store, devices=lambda: go.wait(20) and devices(), quiet=0.0)
    provide(replace(measured, predictor=held))
    page = app()
    assert not page.exception and {dash for _, dash in traces(page)} == {"solid"}
    go.set()
    held.made(Question().cases())
    assert DOTS in {dash for _, dash in traces(page.run())}


def test_the_table_and_the_summary_hold_what_was_measured_alone(app, measured):
    page = app()
    table = page.dataframe[0].value
    assert table["throughput_time"].notna().sum() == 1
    assert "predicted" not in set(table["state"])


def test_predictions_can_be_left_out(app, measured):
    page = app(shown="measured")
    assert not [name for name in traces(page) if DOTS in name] and "predicted**" not in said(page)


def test_the_buttons_say_what_measuring_takes(app, measured):
    label = next(each.label for each in app().button if "Measure these" in each.label)
    assert "about" in label


def test_what_would_be_stopped_is_said_and_not_measured_by_the_way(app, here):
    slow = [timed(case, 3e4) for batch in (10, 100, 10_000, 100_000) for case in cases(batch=batch)]
    here.store.add_many(slow)
    page = app()
    assert f"longer than the limit of {LIMIT / 60:.0f} min" in said(page)
    assert any(each.label.startswith("Try") and "all the same" in each.label for each in page.button)


def test_degrees_of_freedom_of_another_batch_and_of_other_channels(measured):
    asked = next(case for case in cases() if case.problem.l_max == 2 and case.product == "matrix")
    known = measured.predictor.made([asked]).expressivity
    eight = expressivity_of(with_batch(asked, 7), known)
    assert eight == {"degrees_of_freedom": 72.0, "interactable": 12.0}
    one = replace(asked, problem=replace(asked.problem, channels=1))
    assert expressivity_of(one, known) == {"degrees_of_freedom": 9.0, "interactable": 12.0}
    other = replace(asked, problem=Problem.of("mimo", 5, channels=8))
    assert expressivity_of(other, known) == {"degrees_of_freedom": None, "interactable": None}


def test_a_row_a_case_that_can_be_told(measured):
    asked = cases(batch=500)
    times, latency = (measured.predictor.made(asked, name) for name in ("throughput_time", "latency"))
    frame = predicted([*asked, replace(asked[0], threads=2)], times, latency, "latency")
    assert list(frame["key"]) == [case.key for case in asked]
    assert (frame["latency_low"] < frame["latency"]).all() and (frame["wall"] >= frame["wall_low"]).all()
    assert predicted(asked, times, None, "latency").empty and list(predicted([], times, times, "latency").columns)


def test_cost_and_warnings():
    rows = pd.DataFrame({"key": ["a", "b", "c"]})
    known = {"label": "X", "l_max": 3, "inner": 0, "memory": 1e6}
    foreseen = pd.DataFrame([known | {"key": "a", "wall": 2.0, "wall_low": 1.0},
                             known | {"key": "b", "wall": 900.0, "wall_low": 500.0, "memory": 1e18}])
    assert cost(rows, foreseen, 5.0) == 2.0 + LIMIT + 5.0
    assert cost(rows, foreseen, None) == 1.5 * (2.0 + LIMIT)
    assert cost(rows, foreseen[:0], None) is None
    assert list(hopeless(foreseen)["key"]) == ["b"]
    slow, large = warnings(foreseen, here_on_cpu=True)
    assert "X (L 3)" in slow and "1,000 PB" in large
    assert len(warnings(foreseen, here_on_cpu=False)) == 1 and warnings(foreseen[:1], here_on_cpu=True) == []
