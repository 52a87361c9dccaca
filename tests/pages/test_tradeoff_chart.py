"""The chart as a function of its frame."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from backend.metrics import METRICS
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question.selection import View
from pages.components.rows.measurements import ELSEWHERE, MEASURED, MISSING


def row(product="matrix", l_max=1, seconds=1e-4, state=MEASURED, **more):
    metrics = dict.fromkeys(METRICS) | {
        "throughput_time": seconds, "throughput_time_low": seconds * 0.9, "throughput_time_high": seconds * 1.2,
        "latency": 3 * seconds, "latency_low": 2 * seconds, "latency_high": 4 * seconds,
        "degrees_of_freedom": 5.0 * l_max, "interactable": 6.0 * l_max}
    return metrics | {
        "product": product, "variant": "", "label": product, "l_max": l_max, "state": state, "sentence": "<why>",
        "series": "", "said": [], "inner": 0,
        "id": f"{product}{l_max}", "status": "ok", "message": "", "measured_at": pd.Timestamp("2026-01-01", tz="UTC"),
        "processes": 1, "between": None, "conditions": "quiet", "findings": "", "remarks": "",
        "machine": "a <CPU>", "layout": "channels_dim", "compilation": "jit", "key": f"{product}{l_max}"} | more


FRAME = pd.DataFrame([
    row(l_max=2, seconds=4e-4), row(l_max=1), row("gaunt_grid", 1, 2e-4), row("gaunt_grid", 2, 5e-4, ELSEWHERE),
    row("e3nn_jax", 1, float("nan"), MISSING)])


def drawn(view=None, frame=FRAME, **more):
    view = view or View()
    return tradeoff_chart(drawable(frame, view), view, **({"chosen": 2, "theme": "light"} | more))


def test_one_path_a_product_in_the_order_of_l():
    traces = {trace.name: trace for trace in drawn().figure.data}
    assert set(traces) == {"matrix", "gaunt_grid"}
    assert list(traces["matrix"].x) == [5.0, 10.0]
    assert list(traces["matrix"].y) == pytest.approx([100, 400])   # microseconds
    assert traces["matrix"].mode.startswith("lines")


def test_the_chosen_l_is_emphasised_and_named():
    figure = drawn().figure
    for trace in figure.data:
        assert trace.marker.size[1] > trace.marker.size[0]
        assert list(trace.text) == ["1", ""]
    assert {label.text for label in figure.layout.annotations} == {"matrix", "gaunt_grid"}
    assert "matrix (L 1)" in {label.text for label in drawn(frame=FRAME[1:]).figure.layout.annotations}


def test_error_bars_are_the_interval():
    bars = drawn().figure.data[0].error_y
    assert list(bars.array) == pytest.approx([20, 80])
    assert list(bars.arrayminus) == pytest.approx([10, 40])


def test_a_result_of_another_version_is_faint_with_a_ring():
    trace = next(trace for trace in drawn().figure.data if trace.name == "gaunt_grid")
    here, elsewhere = trace.marker.color
    assert elsewhere.startswith("rgba") and not here.startswith("rgba")
    assert trace.marker.line.color[1] == here
    assert "why" in trace.customdata[1][1] and "why" not in trace.customdata[0][1]


def test_hover_names_everything_and_escapes_it():
    identity, text = drawn().figure.data[0].customdata[0]
    assert identity == "matrix1"
    for piece in ("matrix", "L = 1", "100 µs", "Latency", "Degrees of freedom: 5", "Interactable paths: 6",
                  "a &lt;CPU&gt;", "ok", "jit"):
        assert piece in text


@pytest.mark.parametrize(("normaliser", "divisor"), [("none", 1), ("interactable", 12), ("degrees_of_freedom", 10)])
def test_the_normaliser_divides_and_names_the_axis(normaliser, divisor):
    made = drawn(View(normaliser=normaliser))
    matrix = next(trace for trace in made.figure.data if trace.name == "matrix")
    scale = {"µs": 1e-6, "ns": 1e-9}[made.figure.layout.yaxis.title.text.split("(")[1][:-1]]
    assert matrix.y[1] * scale == pytest.approx(4e-4 / divisor)
    if normaliser != "none":
        assert METRICS[normaliser].label.lower() in made.figure.layout.yaxis.title.text


@pytest.mark.parametrize("time", ["throughput_time", "latency"])
@pytest.mark.parametrize("expressivity", ["degrees_of_freedom", "interactable"])
def test_titles_come_from_the_metrics(time, expressivity):
    layout = drawn(View(cost=time, expressivity=expressivity)).figure.layout
    assert layout.yaxis.title.text.startswith(METRICS[time].label)
    assert layout.xaxis.title.text == METRICS[expressivity].label


@pytest.mark.parametrize("x", [False, True])
@pytest.mark.parametrize("y", [False, True])
def test_axes_are_as_asked_and_hold_every_point(x, y):
    made = drawn(View(logarithmic_x=x, logarithmic_y=y))
    assert (made.figure.layout.xaxis.type, made.figure.layout.yaxis.type) == tuple(
        "log" if each else "linear" for each in (x, y))
    for value in drawable(FRAME, View())["y"]:
        assert 0 < made.y.position(value) < 1


def test_axes_stay_while_points_are_added():
    before = drawn()
    after = drawn(frame=FRAME.head(1), kept=(before.x, before.y))
    assert after.figure.layout.yaxis.range == before.figure.layout.yaxis.range


def test_the_text_alternative_says_what_the_picture_says():
    assert "matrix: 400 µs at 10; gaunt_grid: 500 µs at 10" in drawn().words


def test_the_figure_does_not_change_as_time_goes_by(monkeypatch):
    """To Streamlit another figure is another chart, of which no point is selected."""
    def figure(minutes):
        now = datetime(2026, 1, 1, 0, minutes, tzinfo=UTC)
        monkeypatch.setattr("backend.units.datetime", type("Clock", (), {"now": lambda zone: now}))
        return drawn().figure.to_json()

    assert figure(0) == figure(2)


def test_what_has_no_value_is_not_drawn():
    frame = pd.DataFrame([row(interactable=0.0), row("gaunt_grid", throughput_time=None)])
    assert drawable(frame, View(expressivity="interactable")).empty
    assert len(drawable(frame, View())) == 1
    assert drawable(FRAME.head(0), View()).empty


def test_kept_axes_keep_their_unit():
    first = drawn(frame=FRAME[:2])
    slow = pd.concat([FRAME, pd.DataFrame([row("gaunt_fourier", 2, 0.5)])], ignore_index=True)
    later = drawn(frame=slow, kept=(first.x, first.y))
    assert later.y.scale == first.y.scale
    assert later.figure.layout.yaxis.title.text == first.figure.layout.yaxis.title.text != drawn(
        frame=slow).figure.layout.yaxis.title.text


def test_a_point_that_was_disturbed_has_a_mark():
    frame = pd.DataFrame([row(l_max=1), row(l_max=2, conditions="disturbed", findings="another process used 40% of it"),
                          row("gaunt_grid", 1, conditions="busy machine", remarks="others were at work"),
                          row("gaunt_grid", 2, conditions=None)])
    first, second = drawn(frame=frame).figure.data
    assert list(first.text) == ["1", "⚠"]
    assert list(second.text) == ["1", ""]
    assert "⚠ Disturbed: another process used 40% of it" in first.customdata[1][1]
    assert "Busy machine: others were at work" in second.customdata[0][1]
    assert "quiet" not in first.customdata[0][1]
