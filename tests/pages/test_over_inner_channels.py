"""Paths over the inner channels K of a layer at one L: the cases, the picture, and from which K on a layer is full."""

import pandas as pd
import pytest
from drawn import charts, words
from made_results import made

from backend.catalogue import label
from backend.expressivity import expressivity
from backend.frameworks import framework_class
from backend.spec import SpecError
from pages.components.charts.front_band import NAME
from pages.components.question.selection import OVER_K, Question
from pages.components.rows.groups import products_and_degrees
from pages.components.rows.measurements import measurements
from pages.components.rows.saturation import saturation
from pages.components.rows.steps import size_words, with_steps

GAUNT = label("gaunt_grid", "dense")


def inners(**asked):
    cases = Question(**asked).along(OVER_K).cases()
    assert {case.problem.l_max for case in cases} == {asked.get("l_max", 3)}
    assert {case.problem.scope for case in cases} == {"layer"}
    return list(dict.fromkeys(case.problem.inner for case in cases))


def test_inner_channels_double_up_to_the_chosen_number():
    assert inners() == [1, 2, 4, 8]   # as many as channels
    assert inners(inner=12, scope="layer") == [1, 2, 4, 8, 12]
    assert inners(channels=1) == [1]
    assert inners(channels=1, inner=2, scope="layer", l_max=2) == [1, 2]


def test_over_l_nothing_changes():
    question = Question(inner=4, scope="layer")
    assert question.along("l") is question and question.chosen == 3
    assert question.along(OVER_K).chosen == 4


@pytest.mark.parametrize("setting", ["edge", "square"])
def test_what_has_no_linear_layers_around_it_says_so(setting):
    with pytest.raises(SpecError):
        Question(setting=setting).along(OVER_K).cases()


@pytest.mark.parametrize(("l_max", "first"), [(1, 1), (2, 2), (3, 4)])   # 3 at L = 3, of which 4 is the next doubled
def test_gaunt_with_channels_inside_is_full_where_the_rank_of_its_jacobian_says(l_max, first):
    """One outer channel: every weighting of the paths of even parity is reached from about K = L on."""
    question = Question(channels=1, inner=4, scope="layer", l_max=l_max).along(OVER_K)
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    rows = pd.DataFrame([
        {"label": GAUNT, "step": problem.inner, **expressivity("gaunt_grid", problem, numpy)}
        for problem in {case.problem: None for case in question.cases()}])
    assert saturation(rows, question) == (
        f"**Full** (every mixture of channels in each of its paths): {GAUNT} from K = {first}.")
    if first > 1:
        assert saturation(rows[rows["step"] < first], question) == f"**Not full**: {GAUNT} by K = {first // 2}."


def test_nothing_is_said_of_what_is_not_known():
    rows = pd.DataFrame([{"label": GAUNT, "step": 2, "degrees_of_freedom": None, "interactable": 5.0}])
    assert saturation(rows, Question(channels=1)) == ""


def test_words_have_the_k(here):
    frame = measurements(here.store, Question(inner=4, scope="layer", l_max=2).along(OVER_K).cases())
    one = frame[frame["label"] == GAUNT]
    assert products_and_degrees(one) == f"{GAUNT} (L 2, K 1, 2, 4)"
    assert products_and_degrees(one.head(1)) == f"{GAUNT} (L 2)"
    assert size_words(one.iloc[1]) == "L = 2, K = 2"
    assert with_steps(one, OVER_K)["step"].tolist() == [1, 2, 4]


def test_the_page_draws_paths_over_k(app, here):
    asked = Question(framework="numpy", scope="layer", inner=4, l_max=2).along(OVER_K)
    here.store.add_many([made(case) for case in asked.cases() if case.product in ("gaunt_grid", "matrix")])
    page = app(over="inner channels K", framework="NumPy", l_max="2", scope="layer", inner_channels="4")
    assert not page.exception and "layer K = 4" in words(page)
    paths = [trace for trace in charts(page)[0]["data"] if trace["name"] == GAUNT]
    assert paths[0]["text"] == ["1", "2", ""] and len(set(paths[0]["marker"]["size"])) == 2
    assert "On the Pareto front at K = 4" in words(page) or "Tied with it" in words(page)
    assert NAME in {trace["name"] for trace in charts(page)[0]["data"]}
    assert page.dataframe[0].value["inner"].head(1).item() == 4
    assert "over must be one of degree L, inner channels K, got 'zzz'" in words(app(over="zzz"))
