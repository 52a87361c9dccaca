"""Runtime against expressivity: one path per product over L, the chosen L emphasised. A frame in, a figure out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.charts import axes
from pages.components.charts.figures import figure_of
from pages.components.charts.front_band import front_band
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS
from pages.components.charts.path_labels import entries, path_labels
from pages.components.charts.product_paths import product_paths
from pages.components.charts.room import DESK, Room, legend_below
from pages.components.question.selection import TIMES, View
from pages.components.rows.fronts import Band
from pages.components.rows.provenance import LOOKS, OWN, PREDICTED
from pages.components.rows.steps import STEPS, with_steps


@dataclass(frozen=True)
class Drawn:
    """A figure, the axes that it has, and what it shows in words."""

    figure: go.Figure
    x: axes.Axis
    y: axes.Axis
    words: str


def drawable(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows that have a point, with `x`, `y`, `y_low`, `y_high` in SI units."""
    if frame.empty:
        return frame
    rows = with_steps(frame[frame["state"].isin(LOOKS)], view.over)
    divisor = 1.0 if view.normaliser == "none" else rows[view.normaliser].astype(float)
    values = {
        "x": rows[view.expressivity].astype(float),
        "y": rows[view.cost].astype(float) / divisor,
        "y_low": rows[_end(view.cost, "low")].astype(float) / divisor,
        "y_high": rows[_end(view.cost, "high")].astype(float) / divisor,
    }
    rows = rows.assign(**values)
    return rows[(rows["x"] > 0) & (rows["y"] > 0) & (rows["y"] < float("inf"))]


def _end(cost: str, end: str) -> str:
    """The column of an end of its interval; what is counted, not timed, has none: it is itself."""
    return f"{cost}_{end}" if cost in TIMES else cost


def tradeoff_chart(rows: pd.DataFrame, view: View, *, chosen: int, theme: str,
                   kept: tuple[axes.Axis, axes.Axis] | None = None, band: Band | None = None, room: Room = DESK
                   ) -> Drawn:
    """The chart of the rows that `drawable` gave; `kept` are axes that it must at least show, `band` a front."""
    x, y, y_title = shared_axes(rows, view, room=0.0 if room.narrow else 0.17, kept=kept)
    behind = [front_band(band.front, x, y, theme)] if band is not None else []
    figure = figure_of(
        [*behind, *product_paths(rows, y.scale, chosen, theme)],
        annotations=[] if room.narrow else path_labels(rows, x, y, chosen, theme, plot=room.plot),
        **room.layout, showlegend=False, hovermode="closest",
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": MUTED_INKS[theme],
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis_layout(x, view.x.label, theme), yaxis=axis_layout(y, y_title, theme),
    )
    if room.narrow:
        legend_below(figure, room, entries(rows), theme)
    return Drawn(figure, x, y, _words(rows, view, chosen) + (f" {band.words}" if band else ""))


def shared_axes(rows: pd.DataFrame, view: View, *, room: float = 0.0, kept: tuple[axes.Axis, axes.Axis] | None = None
                ) -> tuple[axes.Axis, axes.Axis, str]:
    """The axes that hold all of these rows, with `room` at the right, and the title of the cost with its unit."""
    scale, prefix = units.prefix_for([kept[1].scale] if kept else rows["y"], view.y.unit)
    x = axes.axis(rows["x"], logarithmic=view.logarithmic_x, room=room, kept=kept and kept[0])
    bars = rows.loc[rows["state"] != PREDICTED, ["y_low", "y_high"]].to_numpy().ravel()
    y = axes.axis([*rows["y"], *bars[~pd.isna(bars)]],
                  logarithmic=view.logarithmic_y, scale=scale, kept=kept and kept[1])
    return x, y, f"{view.y_label} ({prefix}{view.y.unit})"


def axis_layout(axis: axes.Axis, title: str, theme: str) -> dict[str, Any]:
    """What Plotly is told of an axis."""
    layout: dict[str, Any] = {
        "title": {"text": title, "standoff": 12, "font": {"size": 14, "color": INKS[theme]}},
        "tickfont": {"size": 12, "color": MUTED_INKS[theme]}, "gridcolor": GRIDS[theme], "showgrid": True,
        "range": axis.plotly_range, "zeroline": False,
        "type": "log" if axis.logarithmic else "linear", "ticks": "outside", "ticklen": 4,
    }
    if ticks := axis.ticks():
        layout |= {"tickvals": ticks, "ticktext": [f"{tick:,.10g}" for tick in ticks]}
    return layout


def _words(rows: pd.DataFrame, view: View, chosen: int) -> str:
    ends, of = rows[rows["step"] == chosen].sort_values("y"), STEPS[view.over]
    said = "; ".join(
        f"{row.label}{'' if row.state in OWN else f', {row.state}'}: {units.quantity(row.y, view.y.unit)} at "
        f"{units.number(row.x)}" for row in ends.itertuples())
    order = "fastest" if view.y.unit == "s" else "least"
    return (f"{view.y_label} against {view.x.label.lower()}, one path per product over {of} = 1 to {chosen}. "
            f"At {of} = {chosen}, {order} first: {said or 'nothing is measured'}.")
