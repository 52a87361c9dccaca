"""The page Interactions: nothing computed yet, who can do what is needed, the difference of two products."""

import json
from pathlib import Path

import pytest
from drawn import button, charts, words

from backend.catalogue import catalogue
from backend.environment import source_hash
from backend.execution.answers import Answers
from backend.execution.computing_expressivity import computed
from backend.expressivity import expressivity
from backend.frameworks import framework_class
from backend.spec import Problem
from pages.components.charts.interactions_chart import interactions_chart
from pages.components.question.selection import Question
from pages.components.rows.interactions import asked_problem, interactions, of_need

PRODUCTS = ("clebsch_gordan_dense", "gaunt_grid", "matrix", "poisson")
PAGE = Path(__file__).parents[2] / "pages" / "interactions.py"
TITLE = "Which interactions does it reach?"


def line(key, problem, **changes):
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    found = expressivity(key, asked_problem(problem), numpy) | {"source": source_hash(key, "numpy")} | changes
    return json.loads(json.dumps(found))


@pytest.fixture
def computed_here(here):
    for key in PRODUCTS:
        here.store.add_expressivity(line(key, Question().problem(3)))
    return here


def rows(here, problem=None):
    question = Question()
    cases = [case for case in question.cases()
             if case.problem.l_max == 3 and case.variant == catalogue()[case.product].default_variant]
    return interactions(here.store, problem or asked_problem(question.problem(3)), cases).set_index("product")


def test_the_app_has_the_page(app, here):
    page = app("interactions")
    assert not page.exception and page.title[0].value == TITLE


def finish_computing(here):
    for thread in here.expressivity._threads:
        thread.join(60)


def test_a_first_visitor_sees_a_picture_unasked(opened, here):
    page = opened(show_jax=["gaunt_grid", "poisson", "e3nn_jax"], look_jax="gaunt_grid:dense", need="cross")
    assert not page.exception and "Computing what 2 products reach" in words(page)
    assert button(page, "at this problem") is None and not charts(page)
    finish_computing(here)
    page.run()
    (figure,) = charts(page)
    assert {trace["name"] for trace in figure["data"]} == {"reached by Gaunt grid, dense (30)", "lost (14)", "needed"}
    assert "**Can** (1): Poisson" in words(page)
    assert button(page, "Compute 1 product at this problem")   # a library's waits for its framework: only if asked


def test_nothing_is_computed_unasked_while_something_is_measured(opened, here, executor):
    here.queue.submit(Question().cases()[:1])
    executor.started.wait(5)
    page = opened()
    assert "what it reaches is not computed here yet" in words(page) and button(page, "at this problem")


def test_an_empty_page_says_what_to_do(opened, here):
    page = opened(l_max="7")
    assert not page.exception and page.title[0].value == TITLE
    assert "what it reaches is not computed here yet" in words(page) and "not computed" in page.caption[0].value
    assert button(page, "at this problem").label.startswith("Compute ")
    assert not charts(page)


def test_the_need_says_who_can_and_why_others_cannot(opened, computed_here):
    page = opened(need="cross", show_jax=list(PRODUCTS))
    said = words(page)
    assert not page.exception and "**Cross product 1o x 1o -> 1e.** Two vectors into a pseudovector" in said
    assert "**Can** (3): CG dense · Matrix, sums · Poisson" in said
    assert "**Cannot** (1): Gaunt grid, dense (antisymmetric)" in said
    table = page.dataframe[0].value.set_index("label")
    assert table.loc["Gaunt grid, dense", ["has", "reached", "antisymmetric"]].tolist() == [0, 30, 14]
    assert table.loc["Poisson", "symmetric"] == 30 and table.loc["CG dense", "reached"] == 44


def test_one_button_computes_what_is_missing(opened, here):
    page = opened(show_jax=["gaunt_grid", "poisson"], look_jax="poisson:dense", setting="SISO", l_max="7")
    button(page, "Compute 2 products").click().run()
    finish_computing(here)
    page.run()
    assert not page.exception and not page.error and not button(page, "at this problem")
    assert "**Can** (1): Poisson" in words(page) and "**Cannot** (1): Gaunt grid, dense (Gaunt reaches" in words(page)
    assert len(charts(page)) == 1


def test_a_product_that_gives_no_line_is_named(opened, here):
    broken = ("sh", "-c", "echo it broke >&2; exit 1")
    object.__setattr__(here, "expressivity", Answers(lambda asked, cancelled: computed(
        asked, cancelled=cancelled, command=broken)))
    page = opened(show_jax=["gaunt_grid"], look_jax="gaunt_grid:dense")
    finish_computing(here)
    page.run()
    assert "could not be computed: gaunt_grid: it broke" in page.error[0].value and button(page, "Compute 1 product")


def test_the_difference_of_two_products(opened, computed_here):
    page = opened(look_jax="gaunt_grid:dense", against_jax="poisson:dense", need="2 x 2 -> 3", l_max="3")
    assert not page.exception
    (figure,) = charts(page)
    names = {trace["name"] for trace in figure["data"]}
    assert names == {"Gaunt grid, dense alone (30)", "Poisson alone (14)", "needed"}


def test_what_a_question_leaves_out_is_said(opened, computed_here):
    page = opened(need="2 x 4 cross terms")
    assert "y has no degree 4 in this question" in words(page) and "**Can**" not in words(page)
    page = opened(parity="natural", need="cross")
    assert "parity natural leaves out" in words(page)


@pytest.mark.parametrize(("address", "sentence"), [
    ({"need": "1o x 1o -> 1o"}, "must end in parity e, got 1o"), ({"need": "spin"}, "must be written like"),
    ({"look_jax": "nonsense"}, "look_jax must be one of"), ({"against_jax": "nonsense"}, "against_jax must be one of")])
def test_a_bad_address_gives_a_sentence(opened, computed_here, address, sentence):
    page = opened(**address)
    assert not page.exception and sentence in words(page)


def test_a_line_of_another_source_or_without_reasons_does_not_count(here):
    problem = Question().problem(3)
    here.store.add_expressivity(line("matrix", problem, source="older"))
    old = line("gaunt_grid", problem)
    here.store.add_expressivity({name: value for name, value in old.items() if name != "lost"})
    here.store.add_expressivity(line("poisson", problem, message="odd L has no path", paths=[], lost=[]))
    found = rows(here)["state"]
    assert (found["matrix"], found["gaunt_grid"], found["poisson"]) == ("not computed", "not computed", "cannot")


def test_reached_and_lost_are_all_that_clebsch_gordan_reaches(computed_here):
    problem = asked_problem(Question().problem(3))
    for row in rows(computed_here).loc[list(PRODUCTS)].to_dict("records"):
        assert row["reached"] | set(row["lost"]) == set(problem.paths) and not row["reached"] & set(row["lost"])


def test_those_that_reach_most_come_first(computed_here):
    ranked = of_need(rows(computed_here).reset_index(), [(1, 1, 1), (1, 1, 0)])
    known = ranked[ranked["has"].notna()]
    assert known["has"].is_monotonic_decreasing and set(known.loc[known["has"] == 2, "product"]) == {
        "clebsch_gordan_dense", "matrix"}
    assert ranked["why"].iloc[len(known)] == "not computed here yet"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("against", [None, "poisson", "matrix"])
def test_the_picture_has_every_triple_once(computed_here, theme, against):
    table = {row["product"]: row for row in rows(computed_here).reset_index().to_dict("records")}
    figure = interactions_chart(table["gaunt_grid"], table.get(against), [(1, 1, 1)], theme)
    *kinds, needed = figure.data
    places = [place for trace in kinds for place in zip(trace.x, trace.y, strict=True)]
    assert len(places) == len(set(places)) == len(Problem.of("mimo", 3).paths)
    assert next(zip(needed.x, needed.y, strict=True)) in places and len(needed.x) == 1
