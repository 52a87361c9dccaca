"""Rows as dictionaries are those that pandas makes; a figure tells what Plotly's own tells."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.io import to_json

from pages.components.charts.figures import figure_of
from pages.components.rows.records import records


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
