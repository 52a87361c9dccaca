"""Other costs than time, other measures of what a product does: from the metrics' own words and directions."""

import json

import pandas as pd
import pytest
from drawn import charts, words
from made_results import made
from test_tradeoff_chart import row

from backend.front import BEHIND, ON
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question.selection import AXES, COSTS, EXPRESSIVITIES, NORMALISERS, Question, View
from pages.components.rows.fronts import with_fronts
from pages.components.rows.measurements import measurements, without_expressivity
from pages.components.rows.ratios import with_ratios

FRAME = pd.DataFrame([
    row("matrix", 3, peak_memory=2e6, bytes=1e6, flops=3e9, output_bytes=4000.0, interactable=22.0),
    row("gaunt_grid", 3, peak_memory=5e6, bytes=4e6, flops=2e9, output_bytes=4000.0, interactable=22.0),
    row("clebsch_gordan_dense", 3, peak_memory=9e6, bytes=8e6, flops=9e9, output_bytes=8000.0, interactable=44.0,
        degrees_of_freedom=44.0)])


def test_a_share_is_of_all_paths_of_the_same_problem():
    shares = with_ratios(FRAME, Question())["share_of_paths"].tolist()
    assert shares == [0.5, 0.5, 1.0]   # 44 of MIMO at L = 3, by the closed form (L+1)(2L²+4L+3)/3
    natural = with_ratios(FRAME.head(1), Question(parity="natural"))["share_of_paths"].item()
    assert natural == pytest.approx(22 / 30)   # (L+1)(L+2)(2L+3)/6
    assert with_ratios(FRAME.head(0), Question()).empty


@pytest.mark.parametrize(("dtype", "numbers"), [("float32", 1000.0), ("float64", 500.0)])
def test_numbers_of_the_output_are_its_bytes_by_those_of_a_number(dtype, numbers):
    assert with_ratios(FRAME, Question(dtype=dtype))["outputs"].iloc[0] == numbers


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("expressivity", EXPRESSIVITIES)
@pytest.mark.parametrize("normaliser", NORMALISERS)
def test_every_axis_is_drawn_with_its_own_name_and_unit(cost, expressivity, normaliser):
    view = View(cost=cost, expressivity=expressivity, normaliser=normaliser)
    rows = drawable(with_ratios(FRAME, Question()), view)
    layout = tradeoff_chart(rows, view, chosen=3, theme="light").figure.layout
    assert len(rows) == 3
    assert layout.xaxis.title.text == AXES[expressivity].label
    assert layout.yaxis.title.text.startswith(AXES[cost].label)
    assert layout.yaxis.title.text.endswith(f"{AXES[cost].unit})")


def test_a_count_is_exact_so_its_front_has_no_doubt():
    view = View(cost="flops")
    rows, band = with_fronts(drawable(FRAME.assign(between=0.3), view), view, 3)
    assert rows["front_state"].tolist() == [BEHIND, ON, ON]
    assert band.front.low.tolist() == band.front.high.tolist() == [2e9, 9e9]


@pytest.mark.parametrize(("cost", "expressivity"), [("output_bytes", "interactable"), ("flops", "latency")])
def test_there_is_no_front_without_a_direction(cost, expressivity):
    view = View(cost=cost, expressivity=expressivity)
    assert AXES[cost].lower_is_better is None or AXES[expressivity].lower_is_better is not False
    assert with_fronts(drawable(FRAME, view), view, 3)[1] is None


def test_what_has_no_such_cost_is_named(here):
    case = Question().cases()[0]
    here.store.add(made(case))
    left_out = without_expressivity(measurements(here.store, [case]), View(cost="flops"))
    assert left_out["why"].tolist() == ["not known: FLOP"]


def test_the_address_chooses_the_axes(app, filled):
    page = app(y="Peak memory", x="Share of all paths", per="none")
    assert not page.exception
    layout = charts(page)[0]["layout"]
    assert layout["xaxis"]["title"]["text"] == "Share of all paths"
    assert layout["yaxis"]["title"]["text"].startswith("Peak memory (")
    assert "predicted" not in json.dumps(charts(page)[0]["data"])
    assert "y must be one of Time per call, Latency, Peak memory" in words(app(y="energy"))
