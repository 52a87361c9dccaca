"""Every step of a product's cases over dates: its time over that of the occasion before. Rows in, a figure out."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.charts.changes_chart import times
from pages.components.charts.figures import figure_of
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, faint, mark
from pages.components.charts.room import DESK, Room
from pages.components.rows.records import records

SLOWER, FASTER, NEITHER = "slower", "faster", "not distinguishable"
HEIGHT = 440
_LOOKS = {NEITHER: ("circle", 6), FASTER: ("triangle-down", 11), SLOWER: ("triangle-up", 11)}   # the last in front


def steps_chart(rows: pd.DataFrame, theme: str, *, room: Room = DESK) -> go.Figure:
    """Rows of one product's `steps` with `verdict`, `ratio`, `low`, `high`: what is claimed is full, with its interval,
    up where it became slower; the rest is faint."""
    ink = MUTED_INKS[theme]
    colour = mark(rows["product"].iloc[0], "", theme).colour
    axis = {"gridcolor": GRIDS[theme], "tickfont": {"size": 12, "color": ink}, "zeroline": False}
    return figure_of(
        [_trace(of_one, verdict, colour) for verdict in _LOOKS if len(of_one := rows[rows["verdict"] == verdict])],
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1.0, "y1": 1.0, "layer": "below",
                 "line": {"color": ink, "width": 1.2}}],
        height=HEIGHT, margin=dict(room.margin) | {"t": 40}, dragmode=room.layout["dragmode"], hovermode="closest",
        showlegend=True, legend={"orientation": "h", "y": 1.12, "x": 0, "font": {"color": ink}, "itemclick": False,
                                 "itemdoubleclick": False},
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": ink,
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis | {"type": "date"},
        yaxis=axis | {"type": "log", "tickformat": ".3~g", "title": {
            "text": "Time / the occasion before", "font": {"color": INKS[theme]}}})


def words(rows: pd.DataFrame) -> str:
    """What the picture says, without it."""
    slower = rows[rows["verdict"] == SLOWER]
    said = "; ".join(f"{row['measured_at']:%Y-%m-%d} {row['case']}: {times(row)}"
                     for row in records(slower.head(5)))
    faster = int((rows["verdict"] == FASTER).sum())
    return (f"Time over that of the occasion before, over dates, of {units.plural(len(rows), 'step')}: {len(slower)} "
            f"slower, {faster} faster. The newest that became slower: {said or 'none'}.")


def _trace(rows: pd.DataFrame, verdict: str, colour: str) -> dict[str, Any]:
    symbol, size = _LOOKS[verdict]
    claimed = verdict != NEITHER
    bars = {"error_y": {
        "type": "data", "symmetric": False, "array": (rows["high"] - rows["ratio"]).tolist(),
        "arrayminus": (rows["ratio"] - rows["low"]).tolist(), "color": colour, "thickness": 1.4, "width": 3}}
    return {"x": rows["measured_at"].tolist(), "y": rows["ratio"].tolist(), "mode": "markers", "name": verdict,
            "marker": {"symbol": symbol, "size": size, "color": colour if claimed else faint(colour, 0.35)},
            "customdata": [[row["id"], _hover(row)] for row in records(rows)],
            "hovertemplate": "%{customdata[1]}<extra></extra>"} | (bars if claimed else {})


def _hover(row: Mapping) -> str:
    lines = [f"<b>{escape(row['case'])}</b>", f"{times(row)}: {row['verdict']}",
             f"{units.time(row['before_time'])} → {units.time(row['time'])}",
             f"{row['measured_at']:%Y-%m-%d %H:%M}, {escape(row['place'])}", escape(row["changed"])]
    return "<br>".join(line for line in lines if line)
