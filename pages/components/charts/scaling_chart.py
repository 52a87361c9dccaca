"""A metric against L, channels or batch in logarithms: a line a product with its slope, claimed slopes in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.charts import axes
from pages.components.charts.figures import figure_of
from pages.components.charts.label_places import Point, places
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, faint, mark
from pages.components.charts.product_paths import PATH, product_paths
from pages.components.charts.room import DESK, Room, legend_below
from pages.components.question.along import Along
from pages.components.rows.provenance import LOOKS, PREDICTED
from pages.components.rows.records import records

_KEY = (0.84, 0.94)   # where the claims stand, as parts of the axis
_APART = 15           # pixels between their names
_RIGHT_OF_LINES = {False: 0.26, True: 0.2}   # what is free for names and claims; in a narrow chart for claims alone


def scaling_chart(rows: pd.DataFrame, table: pd.DataFrame, along: Along, theme: str, *,
                  launch: float | None = None, room: Room = DESK) -> go.Figure:
    """The chart of the rows of `scaled` with the `slopes` of its lines; `launch` is the time of an empty call."""
    scale, prefix = units.prefix_for(rows["y"], along.y.unit)
    x = axes.axis(rows["x"], logarithmic=True, room=_RIGHT_OF_LINES[room.narrow])
    bars = rows.loc[rows["state"] != PREDICTED, ["y_low", "y_high"]].to_numpy(float).ravel()
    low = [launch] if launch else []
    y = axes.axis([*rows["y"], *bars[~pd.isna(bars)], *low], logarithmic=True, scale=scale)
    claims, claimed = _key(table, x, y, theme, room.plot[1])
    ends = _ends(rows, table)
    level = [_level(rows, launch, scale, theme)] if launch else []
    floors = _floors(rows, scale, theme) if along.floors else []
    ticks = sorted(set(rows["x"]))
    figure = figure_of(
        [*claims, *level, *floors, *product_paths(rows, scale, 0, theme, along="x", numbered=False)],
        annotations=[*claimed, *([] if room.narrow else _labels(rows, ends, x, y, theme, room.plot))],
        **room.layout, showlegend=False, hovermode="closest",
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": MUTED_INKS[theme],
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=_axis(x, along.label, theme) | {"tickvals": ticks, "ticktext": [f"{tick:,.0f}" for tick in ticks]},
        yaxis=_axis(y, f"{along.y.label} ({prefix}{along.y.unit})", theme) | _ticks(y))
    if room.narrow:
        legend_below(figure, room, [(row["product"], row["variant"], row["said"]) for row in ends], theme)
    return figure


def words(table: pd.DataFrame, along: Along) -> str:
    """What the picture says, without it."""
    said = "; ".join(
        f"{row.label}{f', {row.state}' if row.state != 'measured' else ''}: slope {row.slope:.2f}"
        f"{plus_minus(row.low, row.high)}" + (f", claimed {row.claim}" if row.claim else "")
        for row in table.itertuples())
    return f"{along.y.label} against {along.label}, logarithmic, a line a product. {said or 'No line has a slope'}."


def plus_minus(low: float | None, high: float | None, digits: int = 2) -> str:
    """Half the interval of a slope: ± 0.21; nothing where it has none."""
    return "" if low is None or low != low else f" ± {(high - low) / 2:.{digits}f}"


def _key(table, x: axes.Axis, y: axes.Axis, theme: str, high: float
         ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The claims as short lines from one point in the lower right corner, as steep as they say; and their names. `high`
    are the plot's pixels."""
    claims = table.loc[table["claimed"] > 0, ["claim", "claimed"]].drop_duplicates("claim")
    claims = claims.sort_values("claimed").to_numpy()
    low, high = x.plotly_range
    start, end = (10 ** (low + part * (high - low)) for part in _KEY)
    bottom = y.low * (y.high / y.low) ** 0.04
    text = {"showarrow": False, "font": {"size": 12, "color": MUTED_INKS[theme]}}
    lines, names, free = [], [], 0.0   # pixels from the bottom up to which names stand
    for claim, power in claims:
        top = bottom * (end / start) ** float(power)
        lines.append({"x": [start, end], "y": [bottom / y.scale, top / y.scale], "mode": "lines", "hoverinfo": "skip",
                      "name": f"claimed {claim}", "line": {"color": MUTED_INKS[theme], "width": 1.4}})
        at = y.position(top) * high
        free = max(at, free + _APART)
        names.append(text | {"x": x.coordinate(end), "y": y.coordinate(top), "text": _superscript(claim),
                             "xanchor": "left", "xshift": 4, "yshift": free - at})
    if names:
        names.append(text | {"x": x.coordinate(start), "y": y.coordinate(bottom), "text": "claimed",
                             "xanchor": "right", "xshift": -6})
    return lines, names


def _level(rows, seconds: float, scale: float, theme: str) -> dict[str, Any]:
    return {"x": [rows["x"].min(), rows["x"].max()], "y": [seconds / scale] * 2, "mode": "lines",
            "name": "an empty call", "line": {"color": MUTED_INKS[theme], "width": 1.4, "dash": "dash"},
            "hovertemplate": f"An empty call: {units.time(seconds)}<extra></extra>"}


def _floors(rows, scale: float, theme: str) -> list[dict[str, Any]]:
    """The floor of every product, below its line."""
    known = rows[rows["time_floor"].notna() & (rows["state"] != PREDICTED)] if "time_floor" in rows else rows.iloc[:0]
    return [
        {"x": line["x"].tolist(), "y": (line["time_floor"].astype(float) / scale).tolist(), "mode": "lines",
         "name": f"floor of {line['label'].iloc[0]}", "opacity": 0.8,
         "line": {"color": mark(product, variant, theme).colour, "width": 1, "dash": "dash"},
         "customdata": [f"Floor of {line['label'].iloc[0]}: {units.time(floor)}" for floor in line["time_floor"]],
         "hovertemplate": "%{customdata}<extra></extra>"}
        for (product, variant), line in known.sort_values("x").groupby(["product", "variant"], sort=False)]


def _ends(rows, table) -> list[dict[str, Any]]:
    """The last point of each product's line, of the line in front where it has several, the topmost first, with what is
    `said` beside it: the product and its slope."""
    ranks = rows["state"].map({state: look.rank for state, look in LOOKS.items()})
    front = rows[ranks == ranks.groupby([rows["product"], rows["variant"]]).transform("min")]
    ends = front.sort_values("x").groupby(PATH, sort=False).tail(1).sort_values("y", ascending=False)
    known = {tuple(row[name] for name in ("product", "variant", "state", "series")): row
             for row in records(table)}
    return [row | {"said": _named(row, known)} for row in records(ends)]


def _labels(rows, ends, x, y, theme, plot) -> list[dict[str, Any]]:
    points = [_point(row["x"], row["y"], row["said"], x, y, plot) for row in ends]
    marks = [_point(row.x, row.y, "", x, y, plot) for row in rows.itertuples()]
    return [
        {"x": x.coordinate(row["x"]), "y": y.coordinate(row["y"]), "text": point.text, "showarrow": False,
         "xanchor": place.anchor, "yanchor": "middle", "font": {"size": 13, "color": INKS[theme]},
         "bgcolor": faint(BACKGROUNDS[theme], 0.7), "borderpad": 0, "xshift": place.x_shift, "yshift": -place.y_shift}
        for row, point, place in zip(ends, points, places(points, obstacles=marks, width=plot[0]), strict=True)]


def _named(row, known) -> str:
    found = known.get(tuple(row[name] for name in ("product", "variant", "state", "series")))
    if row["state"] == PREDICTED:
        return f"{row['label']}, predicted"
    return f"{row['label']} {found['slope']:.1f}{plus_minus(found['low'], found['high'], 1)}" if found else row["label"]


def _point(at_x: float, at_y: float, text: str, x: axes.Axis, y: axes.Axis, plot: tuple[float, float]) -> Point:
    return Point(x.position(at_x) * plot[0], (1 - y.position(at_y)) * plot[1], text)


def _axis(axis: axes.Axis, title: str, theme: str) -> dict[str, Any]:
    return {"title": {"text": title, "standoff": 12, "font": {"size": 14, "color": INKS[theme]}}, "type": "log",
            "tickfont": {"size": 12, "color": MUTED_INKS[theme]}, "gridcolor": GRIDS[theme], "zeroline": False,
            "range": axis.plotly_range, "ticks": "outside", "ticklen": 4}


def _ticks(axis: axes.Axis) -> dict[str, Sequence]:
    ticks = axis.ticks()
    return {"tickvals": ticks, "ticktext": [f"{tick:,.10g}" for tick in ticks]} if ticks else {}


def _superscript(claim: str) -> str:
    head, *powers = claim.split("^")
    return head + "".join(f"<sup>{power[0]}</sup>{power[1:]}" for power in powers)
