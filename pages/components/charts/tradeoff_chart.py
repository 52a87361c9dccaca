"""Runtime against expressivity: one path per product over L, the chosen L emphasised. A frame in, a figure out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.cards.conditions import MARK, is_doubtful
from pages.components.charts import axes
from pages.components.charts.hover import hover_text
from pages.components.charts.label_places import Point, places
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, Mark, faint, mark
from pages.components.question.selection import View
from pages.components.rows.provenance import BEHIND, LOOKS, OTHERS, OWN, PREDICTED, PUBLISHED, Look

HEIGHT = 560
_MARGIN = {"l": 70, "r": 16, "t": 12, "b": 56}
_PLOT_WIDTH, _PLOT_HEIGHT = 980.0, HEIGHT - _MARGIN["t"] - _MARGIN["b"]   # the width is a guess, for the labels
_SMALL, _LARGE = 8, 15
_PATH = ["product", "variant", "series"]
_BARS = {False: {"thickness": 1.6, "width": 0}, True: {"thickness": 1.0, "width": 3}}   # of what is predicted: True


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
    rows = frame[frame["state"].isin(LOOKS)]
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
    bars = rows.loc[rows["state"] != PREDICTED, ["y_low", "y_high"]].to_numpy().ravel()
    y = axes.axis([*rows["y"], *bars[~pd.isna(bars)]],
                  logarithmic=view.logarithmic_y, scale=scale, kept=kept and kept[1])
    figure = go.Figure()
    own = rows["state"].isin(OWN).any()
    for _, path in _paths(rows):
        behind = BEHIND if own and path["state"].iloc[0] in OTHERS else 1.0
        figure.add_traces(_path(path, y.scale, l_max, theme, behind))
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


def _paths(rows: pd.DataFrame) -> list[tuple[Any, pd.DataFrame]]:
    """Each product of each provenance over its L, what stands in front last."""
    paths = rows.sort_values("l_max").groupby(_PATH, sort=False)
    return sorted(paths, key=lambda pair: -LOOKS[pair[1]["state"].iloc[0]].rank)


def _path(path: pd.DataFrame, scale: float, l_max: int, theme: str, opacity: float) -> list[go.Scatter]:
    """The path, and the cores inside its marks where its provenance has some."""
    first = path.iloc[0]
    look = mark(first["product"], first["variant"], theme)
    states = [LOOKS[state] for state in path["state"]]
    sizes = [_LARGE if each == l_max else _SMALL for each in path["l_max"]]
    y = path["y"] / scale
    drawn = go.Scatter(
        x=path["x"].tolist(), y=y.tolist(), name=first["label"], mode="lines+markers+text",
        opacity=opacity, line={"color": look.colour, "width": states[0].line, "dash": states[0].dash or look.dash},
        marker={
            "symbol": look.symbol, "size": sizes, "opacity": 1.0,
            "color": [look.colour if each.fill == 1.0 else faint(look.colour, each.fill) for each in states],
            "line": {"color": [look.colour if each.outline else BACKGROUNDS[theme] for each in states],
                     "width": [each.outline or 1.0 for each in states]},
        },
        text=["" if opacity < 1 else _beside(row, chosen=row["l_max"] == l_max) for row in path.to_dict("records")],
        textposition="bottom right",
        textfont={"size": [13 if is_doubtful(row) else 10 for row in path.to_dict("records")],
                  "color": MUTED_INKS[theme]},
        error_y={
            "type": "data", "symmetric": False, "color": look.colour, **_BARS[first["state"] == PREDICTED],
            "array": ((path["y_high"] - path["y"]) / scale).fillna(0).tolist(),
            "arrayminus": ((path["y"] - path["y_low"]) / scale).fillna(0).tolist(),
        },
        customdata=[[row["id"], hover_text(row)] for row in path.to_dict("records")],
        hovertemplate="%{customdata[1]}<extra></extra>",
        unselected={"marker": {"opacity": 1.0}, "textfont": {"color": MUTED_INKS[theme]}},
    )
    return [drawn, _cores(drawn, states[0], look)] if states[0].core else [drawn]


def _cores(path: go.Scatter, provenance: Look, look: Mark) -> go.Scatter:
    """A small mark inside each of the path's marks, or a stroke through it."""
    symbol = look.symbol if provenance.core == "same" else provenance.core
    return go.Scatter(
        x=path.x, y=path.y, name=path.name, mode="markers", hoverinfo="skip", opacity=path.opacity,
        marker={"symbol": symbol, "size": [size * provenance.core_size for size in path.marker.size], "opacity": 1.0,
                "color": look.colour, "line": {"color": look.colour, "width": provenance.outline}},
        unselected={"marker": {"opacity": 1.0}})


def _beside(row: dict[str, Any], *, chosen: bool) -> str:
    """L of a point whose product is not named beside it, and the mark of one that something disturbed."""
    return " ".join([f"{row['l_max']}"] * (not chosen) + [MARK] * is_doubtful(row))


def _labels(rows: pd.DataFrame, x: axes.Axis, y: axes.Axis, l_max: int, theme: str) -> list[dict[str, Any]]:
    """The product's name beside its point at the chosen L, or at the largest L that it has; where it has several
    paths, beside that in front."""
    ranks = rows["state"].map({state: look.rank for state, look in LOOKS.items()})
    front = rows[ranks == ranks.groupby([rows["product"], rows["variant"]]).transform("min")]
    ends = front.sort_values("l_max").groupby(_PATH, sort=False).tail(1)
    pixels = [Point(x.position(row.x) * _PLOT_WIDTH, (1 - y.position(row.y)) * _PLOT_HEIGHT, row.label)
              for row in rows.itertuples()]
    points = [Point(x.position(row.x) * _PLOT_WIDTH, (1 - y.position(row.y)) * _PLOT_HEIGHT,
                    name if row.l_max == l_max else f"{name} (L {row.l_max})")
              for row, name in zip(ends.itertuples(), _names(ends), strict=True)]
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


def _names(rows: pd.DataFrame) -> list[str]:
    """What the rows' paths are called: the product, and where that is not enough its set; as the paper has it."""
    several = rows.groupby(["product", "variant"])["series"].transform("nunique") > 1
    return [row.series if row.state == PUBLISHED else f"{row.label}, {row.series}" if each or row.state == PREDICTED
            else row.label
            for row, each in zip(rows.itertuples(), several, strict=True)]


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
        f"{row.label}{'' if row.state in OWN else f', {row.state}'}: {units.quantity(row.y, view.y.unit)} at "
        f"{units.number(row.x)}" for row in chosen.itertuples())
    return (f"{view.y_label} against {view.x.label.lower()}, one path per product over L = 1 to {l_max}. "
            f"At L = {l_max}, fastest first: {said or 'nothing is measured'}.")
