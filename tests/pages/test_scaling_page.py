"""The page Scaling: slopes of what was measured alone, claims, other axes, and where theory and practice part."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from drawn import button, charts, words
from made_results import made
from test_hardware_page import limits

from backend.catalogue import catalogue
from backend.metrics import METRICS
from backend.spec import Problem
from pages.components.question.along import SCALED, Along, claim_of
from pages.components.question.selection import Question
from pages.components.rows.groups import by_reason, products_and_degrees
from pages.components.rows.measurements import measurements
from pages.components.rows.slopes import scaled, slopes

PAGE = Path(__file__).parents[2] / "pages" / "scaling.py"
PRODUCTS = ("clebsch_gordan_dense", "matrix")
TIMES = ("throughput_time", "latency")


def default(cases):
    return [case for case in cases
            if case.product in PRODUCTS and case.variant == catalogue()[case.product].default_variant]


def grown(case, power, **options):
    """A result whose times grow with this power of L, and whose FLOP grow with L^5."""
    result, size = made(case, **options), case.problem.l_max * case.problem.batch / 1000
    scale = 1e-4 * size**power / result.metrics["throughput_time"]
    times = {name: value * scale for name, value in result.metrics.items() if name.startswith(TIMES)}
    return replace(result, metrics=result.metrics | times | {"flops": 1e6 * case.problem.l_max**5})


@pytest.fixture
def steep(here):
    """L = 1 to 5 of two products: one grows as L^6, as its claim says, one as L^2."""
    powers = {"clebsch_gordan_dense": 6.0, "matrix": 2.0}
    here.store.add_many([grown(case, powers[case.product]) for case in default(Question(l_max=5).cases())])
    return here


def test_the_app_has_the_page(app, here):
    page = app("scaling")
    assert not page.exception and page.title[0].value == "How does it scale?"


def test_an_empty_page_says_what_to_do(opened, here):
    page = opened()
    assert not page.exception and "Press Measure" in words(page) and button(page, "Measure these") and not charts(page)


def test_slopes_stand_beside_claims(opened, steep):
    page = opened(l_max="5", show_jax=list(PRODUCTS))
    assert not page.exception
    table = page.dataframe[0].value.set_index("Product")
    assert table.loc["CG dense", ["Slope", "Claim", "Claimed slope", "Points", "Over"]].tolist() == [
        6.0, "L^6", 6.0, 5, "L 1–5"]
    assert table.loc["Matrix, sums", "Slope"] == 2.0 and table.loc["Matrix, sums", "Slope of its FLOP"] == 5.0
    said = words(page)
    assert "**Where theory and practice part** (1 of 2)" in said
    assert "Matrix, sums: claimed L^4, measured 2.00 ± 0.0" in said and "than the FLOP**: launching" in said
    assert "no slope rests on a prediction" in said and "no floor is drawn" in said
    names = {trace["name"] for trace in charts(page)[0]["data"]}
    assert names == {"CG dense", "Matrix, sums", "claimed L^6", "claimed L^4"}


def test_the_floor_is_drawn_where_limits_are_known(opened, here):
    here.store.add_limits(limits())
    cases = default(Question(l_max=3).cases())
    here.store.add_many([replace(each, metrics=each.metrics | {"bytes": 1e7}) for each in (grown(case, 6.0)
                         for case in cases)])
    page = opened(floors="true", show_jax=list(PRODUCTS))
    traces = {trace["name"]: trace for trace in charts(page)[0]["data"]}
    assert not page.exception and {"an empty call", "floor of CG dense", "floor of Matrix, sums"} <= set(traces)
    assert "Dashed: an empty call, 5.00 µs" in words(page) and "no floor is drawn" not in words(page)
    assert page.dataframe[0].value["Times its floor"].notna().all()
    assert "floor of CG dense" not in {trace["name"] for trace in charts(opened(show_jax=list(PRODUCTS)))[0]["data"]}


def test_the_upper_half_is_said(opened, steep):
    page = opened(l_max="5", show_jax=list(PRODUCTS), over="upper half")
    assert "over upper half, three at least" in words(page)
    assert page.dataframe[0].value["Over"].tolist() == ["L 3–5", "L 3–5"]


def test_against_the_batch(opened, here):
    asked = Along("batch", end=100_000)
    here.store.add_many([grown(case, 1.0) for case in default(asked.cases(Question()))])
    page = opened(across="batch", batch_to="100000", show_jax=list(PRODUCTS))
    assert not page.exception and "batch 1 to 100,000" in words(page)
    table = page.dataframe[0].value
    assert table["Slope"].tolist() == [1.0, 1.0] and set(table["Claim"]) == {"batch"}
    assert "Of every line that has a claim (2)" in words(page)


def test_the_button_measures_what_is_missing_along_the_axis(opened, here, executor):
    page = opened(across="channels", channels_to="8", l_max="1", show_jax=["matrix"])
    assert "channels 1, 2, 4, 8" in words(page)
    button(page, "Measure these 4 cases").click().run()
    assert executor.started.wait(10)
    (job,) = here.queue.status().active
    assert {case.problem.channels for case in job.job.cases} == {1, 2, 4, 8} and len(job.job.cases) == 4


def test_a_prediction_enters_no_slope(here):
    line = pd.DataFrame([
        {"product": "matrix", "variant": "sums", "label": "Matrix", "state": state, "series": "", "id": "",
         "l_max": l_max, "machine": "", "throughput_time": float(time), "throughput_time_low": 0.99 * time,
         "throughput_time_high": 1.01 * time}
        for l_max, time, state in ((1, 1, "measured"), (2, 4, "measured"), (3, 9, "measured"), (4, 9e9, "predicted"))])
    (row,) = slopes(scaled(line, Along()), Along(), Problem.of("mimo", 4)).to_dict("records")
    assert row["slope"] == pytest.approx(2.0) and (row["points"], row["last"]) == (3, 3.0)


def test_machines_are_never_mixed_in_one_slope(here):
    """L = 1 ... 3 from an older version, L = 3 ... 5 from here: two lines, each of its own points."""
    cases = [case for case in default(Question(l_max=5).cases()) if case.product == "matrix"]
    here.store.add_many([grown(case, 1.0, jax="0.0.1") for case in cases[:3]])
    here.store.add_many([grown(case, 3.0) for case in cases[2:]])
    table = slopes(scaled(measurements(here.store, cases), Along()), Along(), Problem.of("mimo", 5))
    found = {row["state"]: (round(row["slope"], 6), row["points"]) for row in table.to_dict("records")}
    assert found == {"measured": (3.0, 3), "elsewhere": (1.0, 2)}


@pytest.mark.parametrize("metric", SCALED)
def test_every_metric_is_drawn_or_said_to_be_missing(opened, steep, metric):
    page = opened(metric=metric, l_max="5", show_jax=list(PRODUCTS))
    assert not page.exception and not page.error
    absent = metric in ("device_time", "bytes")
    assert bool(charts(page)) == (not absent) and (f"has the metric {METRICS[metric].label}" in words(page)) == absent


@pytest.mark.parametrize(("along", "problem", "text"), [
    (Along(), Problem.of("mimo", 3), "L^6"), (Along(metric="peak_memory"), Problem.of("mimo", 3), None),
    (Along(metric="time_per_degree_of_freedom"), Problem.of("mimo", 3), "L^3"), (Along(), Problem.of("layer", 3), None),
    (Along("batch"), Problem.of("mimo", 3), "batch"), (Along("channels"), Problem.of("mimo", 3), "channels"),
    (Along("channels"), Problem.of("mimo", 3, mixing="uvw", weights="shared"), "channels^3"),
    (Along("channels"), Problem.of("layer", 3, scope="layer"), None)])
def test_a_claim_is_of_a_setting_and_a_metric(along, problem, text):
    claim = claim_of("clebsch_gordan_dense", problem, along)
    assert (claim.text if claim else None) == text and (claim is None or claim.source)


@pytest.mark.parametrize(("address", "sentence"), [
    ({"across": "time"}, "across must be one of L, Channels, Batch"), ({"metric": "joy"}, "metric must be one of"),
    ({"over": "half"}, "over must be one of"), ({"across": "batch", "batch_to": "5"}, "batch_to must be one of")])
def test_a_bad_address_falls_back_with_a_word(opened, here, address, sentence):
    page = opened(**address)
    assert not page.exception and sentence in words(page)


def test_cases_are_named_by_what_differs_between_them():
    rows = pd.DataFrame({"label": "Matrix", "l_max": 2, "channels": 8, "batch": [1, 10, 1000], "why": ["a", "a", "b"]})
    assert products_and_degrees(rows) == "Matrix (L 2, batch 1, 10, 1,000)"
    assert by_reason(rows, "why") == [("Matrix (L 2, batch 1, 10)", "a"), ("Matrix (L 2, batch 1,000)", "b")]
    assert products_and_degrees(rows.assign(batch=1, l_max=[1, 2, 3])) == "Matrix (L 1–3)"
