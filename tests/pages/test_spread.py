"""How a product is spread over channels and rows: asked for in the sidebar, said everywhere, never mixed up."""

from dataclasses import replace

import pytest
from drawn import button, charts, words
from made_results import made

from backend.catalogue import catalogue
from backend.execution.jobs import Job
from backend.spec import SPREAD, Problem
from pages.components.history_csv import history_csv
from pages.components.question.selection import Question, View
from pages.components.question.spread import PLAIN, batch_words, row_words, spread_words
from pages.components.rows.measurements import MEASURED, MISSING, measurements, without_expressivity
from pages.components.runs.job_words import asked_for

MESSAGE = {"mixing": "uvu", "weights": "per_sample", "scope": "layer", "inner": 8, "neighbours": 16}
SAID = "uvu, weights per sample, layer K = 8, message of 16 neighbours"
ONE_AWAY = [{"mixing": "uvu"}, {"weights": "shared"}, {"weights": "per_sample"}, {"scope": "layer"},
            {"scope": "layer", "inner": 4}, {"neighbours": 16}, {"mixing": "uvw", "weights": "shared"}, MESSAGE]


@pytest.mark.parametrize(("spread", "said"), [
    ({}, ""), (MESSAGE, SAID), ({"weights": "shared"}, "weights shared"), ({"scope": "layer"}, "layer K = 32"),
    ({"neighbours": 1}, "message of 1 neighbour"), ({"mixing": "uvw", "weights": "shared"}, "uvw, weights shared"),
])
def test_the_spread_in_words(spread, said):
    assert spread_words(Problem.of("mimo", 2, channels=32, **spread)) == said


@pytest.mark.parametrize(("setting", "rest", "said"), [
    ("mimo", {"batch": 1000}, "1,000 samples"), ("mimo", {}, "1 sample"),
    ("mimo", {"batch": 1000, "neighbours": 16}, "1,000 edges"), ("edge", {}, "1 edge"),
])
def test_the_batch_says_what_it_counts(setting, rest, said):
    assert batch_words(Problem.of(setting, 2, **rest)) == said


def test_a_row_of_results_in_words():
    assert row_words(SPREAD | {"setting": "mimo"}) == (PLAIN, "samples")
    assert row_words(MESSAGE | {"setting": "mimo"}) == (SAID, "edges")
    assert row_words(SPREAD | {"setting": "edge"}) == (PLAIN, "edges")


def cases_of(**spread):
    return [case for case in Question(l_max=1, **spread).cases() if case.product == "clebsch_gordan_dense"]


@pytest.mark.parametrize("spread", ONE_AWAY)
def test_a_plain_point_never_gets_a_spread_result_nor_the_reverse(here, spread):
    plain, other = cases_of(), cases_of(**spread)
    here.store.add_many([made(case) for case in other])
    assert set(measurements(here.store, plain)["state"]) == {MISSING}
    assert set(measurements(here.store, other)["state"]) == {MEASURED}
    here.store.add_many([made(case) for case in plain])
    shown = [measurements(here.store, each) for each in (plain, other)]
    assert set(shown[0]["spread"]) == {""} and "" not in set(shown[1]["spread"])
    assert not set(shown[0]["id"]) & set(shown[1]["id"])


def without(case, *names):
    result = made(case)
    return replace(result, metrics={name: value for name, value in result.metrics.items() if name not in names})


def test_too_many_degrees_of_freedom_are_listed_and_not_drawn(app, here):
    cases = [case for case in Question().cases() if case.problem.l_max == 3]
    first, second, third = [
        next(case for case in cases if case.product == name and case.variant == catalogue()[name].default_variant)
        for name in ("matrix", "gaunt_grid", "clebsch_gordan_dense")]
    here.store.add_many([made(first), without(second, "degrees_of_freedom"),
                         without(third, "degrees_of_freedom", "interactable")])
    page = app()
    assert len(charts(page)[0]["data"]) == 1
    assert "Measured, not on the chart" in words(page)
    assert "(L 3): no formula gives its degrees of freedom, and they are too many to compute" in words(page)
    assert "(L 3): not known: " in words(page)
    frame = measurements(here.store, [first, second, third])
    assert list(without_expressivity(frame, View(expressivity="interactable"))["product"]) == [third.product]
    assert len(without_expressivity(frame, View(expressivity="interactable", normaliser="degrees_of_freedom"))) == 2


def test_the_sidebar_asks_for_a_message(app, here):
    page = app()
    assert "inner_channels" not in {box.key for box in page.sidebar.selectbox}
    page.sidebar.selectbox(key="mixing").select("uvu").run()
    page.sidebar.selectbox(key="weights").select("per_sample").run()
    page.sidebar.selectbox(key="scope").select("layer").run()
    page.sidebar.selectbox(key="inner_channels").set_value("8").run()
    page.sidebar.selectbox(key="neighbours").set_value("16").run()
    assert not page.exception
    assert f"8 channels · {SAID} · batch 1,000 edges · parity both" in words(page)
    button(page, "Measure these").click().run()
    assert all(case.problem.spread == MESSAGE for case in here.store.jobs()[0].cases)


def test_the_address_asks_for_a_spread_by_its_plain_names(app, here):
    page = app(mixing="uvw", weights="per_sample", neighbours="4")
    assert "uvw, weights per sample, message of 4 neighbours · batch 1,000 edges" in words(page)


def test_uvw_without_weights_shares_them_and_says_so(app, here):
    page = app(mixing="uvw")
    assert not page.error
    assert "uvw, weights shared" in words(page) and "uvw mixes by weights" in words(page)


def test_an_edge_convolution_says_why_there_is_nothing_to_choose(app, here):
    page = app(setting="edge", mixing="uvu", neighbours="16")
    assert not page.error
    assert "Nothing to choose in mixing" in words(page)
    assert "message of 16 neighbours · batch 1,000 edges" in words(page)
    assert "mixing" not in {box.key for box in page.sidebar.selectbox}


def test_card_history_and_csv_name_the_spread(app, here):
    result = made(cases_of(**MESSAGE)[0])
    here.store.add_many([made(cases_of()[0]), result])
    page = app("history")
    assert set(page.dataframe[0].value["spread"]) == {PLAIN, SAID}
    assert set(page.dataframe[0].value["counts"]) == {"samples", "edges"}
    page.session_state["history_picked"] = [result.id]
    page.multiselect(key="only_spread").select(SAID).run()
    assert set(page.dataframe[0].value["spread"]) == {SAID}
    assert f"{SAID} · batch 1,000 edges · 63 nodes" in words(page)
    assert "per_sample" in history_csv(here.store.results())


def test_a_job_names_the_spreads_of_its_cases():
    job = Job.new([*cases_of(), *cases_of(**MESSAGE)], options={}, requested_by="")
    assert f"channels 8, {PLAIN} or {SAID}, batch 1,000 samples, 1,000 edges" in asked_for(job)
    assert PLAIN not in asked_for(Job.new(cases_of(), options={}, requested_by=""))
