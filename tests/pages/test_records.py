"""Rows as dictionaries are those that pandas makes; figures and tables are sent as those of Plotly and pandas."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.io import to_json
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from backend import units
from backend.metrics import METRICS
from pages.components.charts.figures import figure_of
from pages.components.rows.records import records
from pages.components.tables import written


def test_records_are_those_of_pandas():
    times = pd.to_datetime(["2026-11-24 03:00", None])
    frame = pd.DataFrame({
        "text": pd.array(["a", None], dtype="str"), "number": [1.5, float("nan")], "count": [1, 2],
        "whether": [True, False], "plain": times, "zoned": times.tz_localize("UTC"), "several": [[1, 2], None]})
    for row, expected in zip(records(frame), frame.to_dict("records"), strict=True):
        assert list(row) == list(expected)
        for name, value in row.items():
            assert type(value) is type(expected[name])
            assert value is expected[name] or value == expected[name] or (pd.isna(value) and pd.isna(expected[name]))
    assert records(frame.iloc[:0]) == []


def test_a_figure_is_sent_as_plotly_would_send_it_after_it_was_changed_too():
    said = {"data": [{"type": "scatter", "x": [1, 2], "customdata": [["a"], ["b"]]}], "layout": {"height": 400}}
    plain, own = figure_of(said["data"], height=400), go.Figure(said, _validate=False)
    for figure in (plain, own):
        figure.update_layout(showlegend=False)
        figure.add_scatter(x=[3], y=[4])
    assert to_json(plain.to_dict(), validate=False) == to_json(own.to_dict(), validate=False)


def test_a_table_is_sent_as_pandas_would_send_it():
    nothing = float("nan")
    frame = pd.DataFrame({
        "label": pd.array(["Gaunt", None], dtype="str"), "spread": ["", "plain"], "l_max": [1, 2],
        "throughput_time": [1.25e-5, nothing], "flops": [12_000, 3], "interval": [0.012, nothing],
        "processes": [3.0, nothing], "measured_at": pd.to_datetime(["2020-01-01", None], utc=True),
        "ratio": [0.125, 1e-9], "whether": [True, False], "any": pd.Series([1.5, None], dtype=object)})
    forms = {"throughput_time": units.time, "flops": lambda value: units.quantity(value, METRICS["flops"].unit),
             "interval": units.plus_minus, "processes": "{:.0f}".format, "measured_at": units.age}
    sent = []
    for table in (written(frame), frame.style.format(forms, na_rep=units.NOTHING)):
        sent.append(ArrowData())
        marshall_styler(sent[-1], table, "same")
    one, other = (each.styler for each in sent)
    assert one.display_values == other.display_values != b"" and one.styles == other.styles
