"""Recorded sets and published figures over the chart: seen, said whose they are, and never taken for one's own."""

from dataclasses import replace
from itertools import combinations

import pytest
from drawn import button, charts, words
from made_results import made

from backend.catalogue import catalogue, label
from pages.components.charts.hover import hover_text
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question.selection import SHOWN, Question, View
from pages.components.rows.measurements import measurements
from pages.components.rows.overlays import pictured, published_rows, recorded_rows
from pages.components.rows.provenance import LOOKS, PUBLISHED, RECORDED
from pages.components.services import provide
from results_db.published import Point, headlines

PAPER = Question(channels=1, batch=10000, l_max=4)


@pytest.fixture
def shipping(here, recorded):
    """The services of a process to which the set was shipped."""
    services = replace(here, recorded=recorded)
    provide(services)
    yield services
    provide(here)


def drawn(store, recorded, question, view=None):
    view = view or View()
    own = measurements(store, question.cases())
    laid_over = recorded_rows(recorded, question.cases())
    rows = drawable(pictured(own, laid_over, sorted(set(own["label"])), view), view)
    return tradeoff_chart(rows, view, chosen=question.l_max, theme="light")


def test_every_provenance_has_a_look_of_its_own():
    looks = {(look.fill, look.outline, look.core, look.dash) for look in LOOKS.values()}
    assert len(looks) == len(LOOKS)
    for one, other in combinations(LOOKS.values(), 2):   # told apart by more than a pixel's width
        assert (one.fill, one.core, one.dash) != (other.fill, other.core, other.dash)
    assert {RECORDED, PUBLISHED} < set(LOOKS) and {RECORDED, PUBLISHED} < set(SHOWN)


def test_recorded_rows_are_those_of_the_set(recorded):
    cases = Question().cases()
    rows = recorded_rows(recorded, cases)
    usual = [case for case in cases if case.variant == catalogue()[case.product].default_variant]
    assert sorted(rows["key"]) == sorted(case.key for case in usual)
    assert rows["state"].eq(RECORDED).all() and rows["series"].eq("cpu-z").all()
    assert rows["sentence"].str.contains("Recorded on CPU Z, 64 cores, 2026-11-20").all()
    assert recorded_rows(recorded, Question(channels=2).cases()).empty


def test_alone_the_set_is_a_full_chart_with_names(here, recorded):
    figure = drawn(here.store, recorded, Question()).figure
    usual = {label(entry.key, entry.default_variant) for entry in catalogue().values()
             if entry.does("mimo") and "jax" in entry.frameworks and not entry.mixings}
    assert {trace.name for trace in figure.data} == usual
    assert {annotation.text for annotation in figure.layout.annotations} == usual
    assert {trace.opacity for trace in figure.data} == {1.0}
    paths = [trace for trace in figure.data if "lines" in trace.mode]
    assert len(figure.data) == 2 * len(paths)   # each with its cores
    assert all("Recorded on CPU Z" in point[1] for trace in paths for point in trace.customdata)


def test_ones_own_stand_in_front(here, recorded):
    case = next(case for case in Question().cases() if case.product == "matrix" and case.problem.l_max == 3)
    here.store.add(made(case))
    figure = drawn(here.store, recorded, Question()).figure
    *behind, front = figure.data
    assert front.customdata[0][0] == made(case).id and front.opacity == 1.0
    assert front.marker.color[0] == front.line.color
    assert all(trace.opacity < 1 for trace in behind)
    named = [annotation.text for annotation in figure.layout.annotations]
    assert named.count(label(case.product, case.variant)) == 1


def test_a_first_visitor_sees_the_set_and_what_it_is(app, shipping):
    page = app()
    assert not page.exception and len(charts(page)) == 1
    said = words(page)
    assert "recorded** on CPU Z, 64 cores, 2026-11-20" in said and "not measured on this machine" in said
    assert "Press Measure for yours" in said and "Nothing is measured yet" not in said
    assert button(page, "Measure these")   # it answers nothing of this machine
    assert set(page.dataframe[0].value["state"]) == {"missing", "recorded"}
    assert shipping.store.results().empty


def test_the_choice_is_in_the_address(app, shipping):
    page = app(shown=["measured", "published"])
    assert not charts(page) and "Nothing is measured yet" in words(page)
    page.pills(key="shown").set_value(["recorded"]).run()
    assert len(charts(page)) == 1
    page.pills(key="shown").set_value(["published"]).run()
    assert "switched off under Shown" in words(page)
    assert "shown must be of measured, predicted, recorded, published, got 'guessed'" in words(app(shown="guessed"))


def test_the_card_of_a_recorded_result(app, shipping):
    page = app()
    id = shipping.recorded.results(product="matrix")["id"].iloc[0]
    page.session_state["table_picked"] = [id]
    page.run()
    said = words(page)
    assert not page.exception and f"result {id}" in said
    assert "**Recorded** on CPU Z" in said and "Licence: MIT" in said and "Not measured yet" in said
    assert page.code[0].value.startswith("python -m backend run --product")
    assert "Time per call" in set(page.dataframe[1].value["Metric"])


def test_without_a_gpu_recorded_the_page_says_so(app, shipping):
    assert "No GPU has been recorded yet" in words(app(device="CUDA"))
    assert "No GPU has been recorded yet" not in words(app())


def test_headlines_are_laid_over_the_papers_own_question(here):
    rows = published_rows(here.store, PAPER)
    listed = [each.point for each in headlines() if each.point]
    assert len(rows) == sum(point.l_max <= 4 and "EPYC" in point.device for point in listed)
    grid = rows[(rows["product"] == "gaunt_grid") & (rows["l_max"] == 2)].iloc[0]
    assert (grid["degrees_of_freedom"], grid["interactable"]) == (9, 14)
    assert grid["time_per_path"] == pytest.approx(grid["throughput_time"] / 14)
    assert set(published_rows(here.store, replace(PAPER, device="cuda"))["machine"]) == {
        "NVIDIA RTX A5500", "NVIDIA A100"}
    for other in ({"channels": 8}, {"batch": 1000}, {"dtype": "float64"}, {"direction": "forward_backward"},
                  {"neighbours": 16}):
        assert published_rows(here.store, replace(PAPER, **other)).empty


def test_imported_figures_take_the_place_of_headlines(here):
    (point,) = [each.point for each in headlines() if each.point and each.named == "GTP-grid" and each.l_max == 2
                and "EPYC" in each.device]
    imported = Point.from_json(point.to_json() | {"value": 0.5, "file": "walltime_cpu.csv", "line": 9})
    here.store.add_published([imported])
    rows = published_rows(here.store, PAPER)
    assert rows.loc[rows["product"] == "gaunt_grid", "throughput_time"].tolist() == [0.5]   # of its series all are
    assert (rows["product"] == "clebsch_gordan_dense").sum() == 4


def test_a_published_point_says_everything_on_hover_and_on_its_card(app, here):
    row = next(row for row in published_rows(here.store, PAPER).to_dict("records")
               if row["product"] == "clebsch_gordan_dense" and row["l_max"] == 2)
    text = hover_text(row)
    for piece in ("CGTP-dense, AMD EPYC 7313, wall time", "3.57 ms",
                  "arXiv:2506.13523, CGTP-dense on AMD EPYC 7313, wall time", "14 of the 19 paths",
                  "mean of the first 80 of 100"):
        assert piece in text.replace("<br>", " ")
    page = app(channels="1", batch="10000")
    assert "Struck marks on dashed paths: published" in words(page)
    dashes = {trace["line"]["dash"] for trace in charts(page)[0]["data"] if "lines" in trace["mode"]}
    assert dashes == {"dash"}
    page.session_state["table_picked"] = [row["id"]]
    page.run()
    assert not page.exception and "14 of the 19 paths" in words(page)


def test_the_method_lists_the_headlines(app, here):
    page = app("method")
    claims, times = page.table[0].value, page.dataframe[1].value
    assert len(claims) + len(times) == len(headlines()) and claims["Place in the paper"].ne("").all()
    assert claims["Value"].iloc[0] == "1.3" and "L^6" in set(claims["Value"]) and "3.57 ms" in set(times["Time"])
