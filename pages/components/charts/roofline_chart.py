"""Results under the roofs of their device: FLOP per second against FLOP per byte. A frame in, a figure out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

import pandas as pd
import plotly.graph_objects as go

from backend import units
from backend.spec import levels
from pages.components.cards.floor_words import bound_by
from pages.components.charts import axes
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, mark
from pages.components.charts.room import DESK, Room, legend_below


@dataclass(frozen=True)
class Roofs:
    """Bytes per second of each level, fastest first, and FLOP per second by name."""

    bandwidths: Mapping[str, float]
    rates: Mapping[str, float]


def roofs_of(row: Mapping, dtypes: Sequence[str]) -> Roofs:
    """The roofs of a row of the store's `roofs`, of these dtypes; a precision that is no faster has no roof."""
    rates: dict[str, float] = {}
    for dtype in dtypes:
        highest, high = (row["rates"].get(f"{dtype} {precision}") for precision in ("highest", "high"))
        if highest:
            rates[dtype] = highest
        if high and high > 1.2 * (highest or 0):
            rates[f"{dtype}, precision high"] = high
    return Roofs(levels(row["sizes"], row["bandwidths"], row["caches"]), rates)


def placed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a point, with `x` in FLOP per byte and `y` in FLOP per second."""
    rows = rows.assign(x=rows["flops"] / rows["bytes"], y=rows["flops"] / rows["throughput_time"])
    return rows[(rows["x"] > 0) & (rows["y"] > 0) & (rows["y"] < float("inf"))]


def roofline_chart(rows: pd.DataFrame, roofs: Roofs, theme: str, *, room: Room = DESK) -> go.Figure:
    """Points of the rows that `placed` gave, below roofs that slope with bandwidth and end in rates."""
    low, high = _range(rows["x"], roofs)
    figure, ink = go.Figure(), MUTED_INKS[theme]
    top = max(roofs.rates.values(), default=max(rows["y"], default=1.0))
    x, y = axes.Axis(low, high, True), axes.axis([*rows["y"], top], logarithmic=True)
    for name, bandwidth in roofs.bandwidths.items():
        corner, start = min(max(top / bandwidth, low), high), max(low, y.low / bandwidth)
        _roof(figure, [start, corner], [bandwidth * start, bandwidth * corner], ink)
        said = f"{name} {units.quantity(bandwidth, 'B/s')}"
        figure.add_annotation(_label(start, bandwidth * start, said, theme) | {
            "xanchor": "left", "yanchor": "middle", "xshift": 16, "yshift": _apart(bandwidth, roofs)})
    fastest = max(roofs.bandwidths.values(), default=0.0)
    for name, rate in roofs.rates.items():
        start = min(max(rate / fastest, low), high) if fastest else low
        _roof(figure, [start, high], [rate, rate], ink)
        figure.add_annotation(_label(high, rate, f"{name} {units.quantity(rate, 'FLOP/s')}", theme) | {
            "xanchor": "right", "yanchor": "bottom"})
    for (product, variant), of_one in rows.groupby(["product", "variant"], sort=False):
        look = mark(product, variant, theme)
        figure.add_trace(go.Scatter(
            x=of_one["x"].tolist(), y=of_one["y"].tolist(), mode="markers", name=of_one.iloc[0]["label"],
            marker={"symbol": look.symbol, "size": 10, "color": look.colour,
                    "line": {"color": BACKGROUNDS[theme], "width": 1}},
            customdata=[[row["id"], _hover(row)] for row in of_one.to_dict("records")],
            hovertemplate="%{customdata[1]}<extra></extra>", unselected={"marker": {"opacity": 1.0}}))
    axis = {"type": "log", "gridcolor": GRIDS[theme], "tickfont": {"size": 12, "color": ink}, "zeroline": False,
            "exponentformat": "SI"}
    figure.update_layout(
        **room.layout, showlegend=False, hovermode="closest",
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": ink,
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis | {"title": _title("FLOP per byte", theme), "range": x.plotly_range, "tickvals": x.ticks()},
        yaxis=axis | {"title": _title("FLOP per second", theme), "range": y.plotly_range, "tickvals": y.ticks()})
    named = rows[["product", "variant", "label"]].drop_duplicates().sort_values("label")
    legend_below(figure, room, list(named.itertuples(index=False, name=None)), theme)
    return figure


def words(rows: pd.DataFrame, roofs: Roofs) -> str:
    """What the picture says, without it."""
    said = [*(f"{name} {units.quantity(rate, 'B/s')}" for name, rate in roofs.bandwidths.items()),
            *(f"{name} {units.quantity(rate, 'FLOP/s')}" for name, rate in roofs.rates.items())]
    nearest = rows.dropna(subset="distance").nsmallest(3, "distance")
    points = "; ".join(f"{row.label} at L {row.l_max}: {units.ratio(row.distance)} its floor"
                       for row in nearest.itertuples())
    return (f"FLOP per second against FLOP per byte of {units.plural(len(rows), 'result')}. Roofs: {', '.join(said)}. "
            f"Nearest to their floor: {points or 'none is known'}.")


def _range(x: pd.Series, roofs: Roofs) -> tuple[float, float]:
    """From left of every point to right of every corner."""
    corners = [rate / bandwidth for rate in roofs.rates.values() for bandwidth in roofs.bandwidths.values()]
    known = [*x.tolist(), *corners] or [0.1, 10.0]
    return min(known) / 4, max(known) * 4


def _apart(bandwidth: float, roofs: Roofs) -> int:
    """Pixels up or down, where the label of a like bandwidth stands below or above."""
    others = [each / bandwidth for each in roofs.bandwidths.values() if each != bandwidth]
    return 6 * any(1 / 1.4 < each < 1 for each in others) - 6 * any(1 < each < 1.4 for each in others)


def _roof(figure: go.Figure, x: list[float], y: list[float], ink: str) -> None:
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": ink, "width": 1.4}, hoverinfo="skip"))


def _label(x: float, y: float, text: str, theme: str) -> dict:
    return {"x": log10(x), "y": log10(y), "text": text, "showarrow": False, "borderpad": 1,
            "bgcolor": BACKGROUNDS[theme], "font": {"size": 12, "color": MUTED_INKS[theme]}}


def _title(text: str, theme: str) -> dict:
    return {"text": text, "standoff": 12, "font": {"size": 14, "color": INKS[theme]}}


def _hover(row: Mapping) -> str:
    lines = [
        f"<b>{escape(row['label'])}</b>, {row['setting']}, L = {row['l_max']}",
        f"{units.plural(int(row['channels']), 'channel')}, batch {int(row['batch']):,}, {row['framework']}",
        units.time_with_interval(row["throughput_time"], row["throughput_time_low"], row["throughput_time_high"]),
        f"{units.quantity(row['y'], 'FLOP/s')} at {units.number(round(row['x'], 3))} FLOP per byte",
        f"{units.ratio(row['distance'])} its floor of {units.time(row['time_floor'])}, by {bound_by(row)}"
        if bound_by(row) else "",
    ]
    return "<br>".join(line for line in lines if line)
