"""Runtime against expressivity: one path per product over L, the chosen L emphasised. A frame in, a figure out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pages.components import axes, units
from pages.components.conditions import MARK, is_doubtful
from pages.components.hover import hover_text
from pages.components.label_places import Point, places
from pages.components.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, faint, mark
from pages.components.measurements import ELSEWHERE, MEASURED
from pages.components.selection import View

HEIGHT = 560
_MARGIN = {"l": 70, "r": 16, "t": 12, "b": 56}
_PLOT_WIDTH, _PLOT_HEIGHT = 980.0, HEIGHT - _MARGIN["t"] - _MARGIN["b"]   # the width is a guess, for the labels
_SMALL, _LARGE = 8, 15


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
    rows = frame[frame["state"].isin([MEASURED, ELSEWHERE])]
    divisor = 1.0 if view.normaliser == "none" else rows[view.normaliser].astype(float)
    values = {
        "x": rows[view.expressivity].astype(float),
        "y": rows[view.time].astype(float) / divisor,
        "y_low": rows[f"{view.time}_low"].astype(float) / divisor,
        "y_high": rows[f"{view.time}_high"].astype(float) / divisor,
    }
    rows = rows.assign(**values)
    return rows[(rows["x"] > 0) & (rows["y"] > 0) & (rows["y"] < float("inf"))]


def tradeoff_chart(rows: pd.DataFrame, view: View, *, l_max: int, theme: str,
                   kept: tuple[axes.Axis, axes.Axis] | None = None) -> Drawn:
    """The chart of the rows that `drawable` gave; `kept` are axes that it must at least show."""
    scale, prefix = units.prefix_for([kept[1].scale] if kept else rows["y"], view.y.unit)
    x = axes.axis(rows["x"], logarithmic=view.logarithmic_x, room=0.17, kept=kept and kept[0])
    y = axes.axis([*rows["y"], *rows["y_low"].dropna(), *rows["y_high"].dropna()],
                  logarithmic=view.logarithmic_y, scale=scale, kept=kept and kept[1])
    figure = go.Figure()
    for _, path in rows.sort_values("l_max").groupby(["product", "variant"], sort=False):
        figure.add_trace(_path(path, y.scale, l_max, theme))
    for annotation in _labels(rows, x, y, l_max, theme):
        figure.add_annotation(annotation)
    figure.update_layout(
        height=HEIGHT, margin=_MARGIN, showlegend=False, hovermode="closest", dragmode="pan",
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": MUTED_INKS[theme],
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=_axis_layout(x, view.x.label, theme),
        yaxis=_axis_layout(y, f"{view.y_label} ({prefix}{view.y.unit})", theme),
    )
    return Drawn(figure, x, y, _words(rows, view, l_max))


def _path(path: pd.DataFrame, scale: float, l_max: int, theme: str) -> go.Scatter:
    first = path.iloc[0]
    look = mark(first["product"], first["variant"], theme)
    chosen = path["l_max"] == l_max
    here = path["state"] == MEASURED
    y = path["y"] / scale
    return go.Scatter(
        x=path["x"].tolist(), y=y.tolist(), name=first["label"], mode="lines+markers+text",
        line={"color": look.colour, "width": 1.6, "dash": look.dash},
        marker={
            "symbol": look.symbol,
            "size": [_LARGE if each else _SMALL for each in chosen],
            "color": [look.colour if each else faint(look.colour) for each in here],
            "line": {"color": [BACKGROUNDS[theme] if each else look.colour for each in here],
                     "width": [1.0 if each else 1.8 for each in here]},
            "opacity": 1.0,
        },
        text=[_beside(row, chosen=row["l_max"] == l_max) for row in path.to_dict("records")],
        textposition="bottom right",
        textfont={"size": [13 if is_doubtful(row) else 10 for row in path.to_dict("records")],
                  "color": MUTED_INKS[theme]},
        error_y={
            "type": "data", "symmetric": False, "color": look.colour, "thickness": 1.6, "width": 0,
            "array": ((path["y_high"] - path["y"]) / scale).fillna(0).tolist(),
            "arrayminus": ((path["y"] - path["y_low"]) / scale).fillna(0).tolist(),
        },
        customdata=[[row["id"], hover_text(row)] for row in path.to_dict("records")],
        hovertemplate="%{customdata[1]}<extra></extra>",
        unselected={"marker": {"opacity": 1.0}, "textfont": {"color": MUTED_INKS[theme]}},
    )


def _beside(row: dict[str, Any], *, chosen: bool) -> str:
    """L of a point whose product is not named beside it, and the mark of one that something disturbed."""
    return " ".join([f"{row['l_max']}"] * (not chosen) + [MARK] * is_doubtful(row))


def _labels(rows: pd.DataFrame, x: axes.Axis, y: axes.Axis, l_max: int, theme: str) -> list[dict[str, Any]]:
    """The product's name beside its point at the chosen L, or at the largest L that it has."""
    ends = rows.sort_values("l_max").groupby(["product", "variant"], sort=False).tail(1)
    pixels = [Point(x.position(row.x) * _PLOT_WIDTH, (1 - y.position(row.y)) * _PLOT_HEIGHT, row.label)
              for row in rows.itertuples()]
    points = [Point(x.position(row.x) * _PLOT_WIDTH, (1 - y.position(row.y)) * _PLOT_HEIGHT,
                    row.label if row.l_max == l_max else f"{row.label} (L {row.l_max})")
              for row in ends.itertuples()]
    return [
        {
            "x": x.coordinate(row.x), "y": y.coordinate(row.y), "text": point.text, "showarrow": False,
            "xanchor": place.anchor, "yanchor": "middle", "font": {"size": 13, "color": INKS[theme]},
            "bgcolor": faint(BACKGROUNDS[theme], 0.7), "borderpad": 0,
            "xshift": place.x_shift, "yshift": -place.y_shift,
        }
        for row, point, place in zip(
            ends.itertuples(), points, places(points, obstacles=pixels, width=_PLOT_WIDTH), strict=True)
    ]


def _axis_layout(axis: axes.Axis, title: str, theme: str) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "title": {"text": title, "standoff": 12, "font": {"size": 14, "color": INKS[theme]}},
        "tickfont": {"size": 12, "color": MUTED_INKS[theme]}, "gridcolor": GRIDS[theme], "showgrid": True,
        "range": axis.plotly_range, "zeroline": False,
        "type": "log" if axis.logarithmic else "linear", "ticks": "outside", "ticklen": 4,
    }
    if ticks := axis.ticks():
        layout |= {"tickvals": ticks, "ticktext": [f"{tick:,.10g}" for tick in ticks]}
    return layout


def _words(rows: pd.DataFrame, view: View, l_max: int) -> str:
    chosen = rows[rows["l_max"] == l_max].sort_values("y")
    said = "; ".join(
        f"{row.label}: {units.quantity(row.y, view.y.unit)} at {units.number(row.x)}" for row in chosen.itertuples())
    return (f"{view.y_label} against {view.x.label.lower()}, one path per product over L = 1 to {l_max}. "
            f"At L = {l_max}, fastest first: {said or 'nothing is measured'}.")
