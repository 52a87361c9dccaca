"""The Pareto front on the tradeoff page: of numbers of one provenance alone, as a band, in words and in the table."""

import json

import pandas as pd
import pytest
from drawn import charts, words
from test_tradeoff_chart import row

from backend.front import BEHIND, ON, TIED
from pages.components.charts.front_band import NAME
from pages.components.charts.hover import hover_text
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question.selection import View
from pages.components.rows.fronts import front_words, with_fronts
from pages.components.rows.measurements import ELSEWHERE
from pages.components.rows.provenance import PREDICTED, PUBLISHED, RECORDED


def found(*rows, view=None, l_max=1):
    view = view or View()
    return with_fronts(drawable(pd.DataFrame(rows), view), view, l_max)


def states(*rows, **more):
    return found(*rows, **more)[0]["front_state"].tolist()


FAST, SLOW = row("matrix", 1, 1e-4), row("gaunt_grid", 1, 9e-4)
MORE = row("clebsch_gordan_dense", 1, 5e-4, degrees_of_freedom=9.0)


def test_the_front_of_what_was_measured_here():
    rows, band = found(FAST, SLOW, MORE)
    assert rows["front_state"].tolist() == [ON, BEHIND, ON]
    assert band.words == "On the Pareto front at L = 1: matrix (over 99 %), clebsch_gordan_dense (over 99 %)."
    assert front_words(rows.iloc[0]) == "on the front: over 99 %" and front_words(rows.iloc[1]) == BEHIND
    assert "Pareto front: behind" in hover_text(rows.iloc[1])


def test_what_overlaps_is_tied_in_words():
    rows, band = found(FAST, row("gaunt_grid", 1, 1.02e-4))
    assert set(rows["front_state"]) == {TIED}
    assert "nothing for sure" in band.words and "Tied with it, not distinguishable" in band.words


def test_each_l_has_its_own_front_or_all_have_one():
    more = row("gaunt_grid", 2, 5e-5)   # at L = 2, faster than everything at L = 1
    other = row("matrix", 2, 8e-5)
    assert states(FAST, SLOW, other, more) == [ON, BEHIND, BEHIND, ON]
    assert states(FAST, SLOW, other, more, view=View(front="all")) == [BEHIND, BEHIND, BEHIND, ON]
    assert found(FAST, other, more, view=View(front="all"), l_max=2)[1].words.endswith("gaunt_grid (L 2, over 99 %).")
    rows, band = found(FAST, SLOW, view=View(front="none"))
    assert band is None and set(rows["front_state"]) == {""}


@pytest.mark.parametrize("state", [PREDICTED, PUBLISHED])
def test_what_was_not_measured_is_on_no_front_and_moves_none(state):
    better = row("gaunt_fourier", 1, 1e-6, state, degrees_of_freedom=99.0, metric="throughput_time",
                 memory=1.0, error=0.1, extrapolated=False, processes=float("nan"))
    assert states(FAST, SLOW, MORE, better) == [ON, BEHIND, ON, ""]


def test_numbers_of_different_provenance_have_no_front_together():
    recorded = [row("so2", 1, 1e-6, RECORDED, series="a set"), row("vector_gaunt", 1, 1.0, RECORDED, series="a set")]
    assert states(FAST, SLOW, *recorded) == [ON, BEHIND, ON, BEHIND]
    band = found(FAST, SLOW, *recorded)[1]
    assert "matrix" in band.words and "so2" not in band.words   # the foremost alone is drawn
    assert states(FAST, *recorded[:1]) == ["", ""]   # one alone is none


def test_results_of_other_machines_or_versions_are_compared_where_these_are_the_same():
    def elsewhere(product, seconds, **identity):
        return row(product, 1, seconds, ELSEWHERE, identity=json.dumps({"machine": "a", "jax": "1", **identity}))
    assert states(elsewhere("matrix", 1e-4, source="x"), elsewhere("gaunt_grid", 9e-4, source="y")) == [ON, BEHIND]
    assert states(elsewhere("matrix", 1e-4), elsewhere("gaunt_grid", 9e-4, jax="2")) == ["", ""]


def test_a_time_without_an_interval_is_on_no_front():
    bare = row("gaunt_fourier", 1, 1e-6, throughput_time_low=None, throughput_time_high=None)
    assert states(FAST, SLOW, bare) == [ON, BEHIND, ""]


@pytest.mark.parametrize("view", [View(), View(logarithmic_x=True, normaliser="interactable")])
def test_the_band_holds_the_front_and_is_no_point(view):
    rows, band = found(FAST, SLOW, MORE, view=view)
    made = tradeoff_chart(rows, view, chosen=1, theme="light", band=band)
    (drawn,) = (trace for trace in made.figure.data if trace.name == NAME)
    assert made.figure.data[0] is drawn and drawn.hoverinfo == "skip" and drawn.mode == "lines"
    for _, top in rows[rows["front_state"] == ON].iterrows():
        at = [y for x, y in zip(drawn.x, drawn.y, strict=True) if x == pytest.approx(top["x"], rel=0.02)]
        assert min(at) < top["y_low"] / made.y.scale < top["y_high"] / made.y.scale < max(at)
    assert min(drawn.x) < made.x.low < made.x.high   # from the edge of the chart
    assert band.words in made.words


def test_the_page_says_the_front_in_words_and_in_its_table(app, filled):
    page = app()
    assert "On the Pareto front at L = 3" in words(page)
    assert NAME in {trace["name"] for trace in charts(page)[0]["data"]}
    assert "on the front: over 99 %" in set(page.dataframe[0].value["front"])
    hidden = app(front="hidden")
    assert "On the Pareto front" not in words(hidden)
    assert NAME not in {trace["name"] for trace in charts(hidden)[0]["data"]}
    assert "front must be one of at each L or K, over all L or K, hidden, got 'zzz'" in words(app(front="zzz"))
