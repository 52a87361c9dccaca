"""The time of one case over dates: a line a machine and environment, marks where the environment changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.charts.figures import figure_of
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, faint, family_colours
from pages.components.charts.room import DESK, Room
from pages.components.rows.records import records
from results_db.compare_sets import differences

HEIGHT = 440
_MARKS = 30     # changes of the environment that are marked, the newest
_NAMED = 6      # of them whose names stand on the chart
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "star")


def changed_environments(rows: pd.DataFrame) -> list[dict]:
    """Where the environment of an occasion is not that of the one before on its place: `measured_at`, `place` and
    `parts`, what differs. Rows as `occasions.occasions` gives them, oldest first."""
    found = []
    for place, of_one in rows.groupby("place", sort=False):
        for before, after in pairwise(records(of_one)):
            if before["identity"] != after["identity"]:
                found.append({"measured_at": after["measured_at"], "place": place,
                              "parts": differences([(before["identity"], after["identity"])])})
    return sorted(found, key=lambda each: each["measured_at"])


def time_chart(rows: pd.DataFrame, changes: Sequence[Mapping], theme: str, *, logarithmic: bool,
               stepped: Mapping[str, str] | None = None, room: Room = DESK) -> go.Figure:
    """Occasions with their intervals against when they were; a stroke with its difference where something changed;
    a ring around each occasion that is `stepped`, by id slower or faster than the one before."""
    traces, ink, colours = [], MUTED_INKS[theme], [*family_colours(theme).values()]
    scale, prefix = units.prefix_for([*rows["low"], *rows["high"]], "s")
    for number, (place, of_place) in enumerate(rows.groupby("place", sort=False)):
        colour, symbol = colours[number % len(colours)], _SYMBOLS[number % len(_SYMBOLS)]
        traces.append({   # leads the eye from one environment to the next
            "x": of_place["measured_at"].tolist(), "y": (of_place["time"] / scale).tolist(), "mode": "lines",
            "legendgroup": place, "showlegend": False, "hoverinfo": "skip",
            "line": {"color": faint(colour, 0.35), "width": 1, "dash": "dot"}})
        segment = (of_place["identity"] != of_place["identity"].shift()).cumsum()
        for first, (_, part) in enumerate(of_place.groupby(segment)):
            traces.append({
                "x": part["measured_at"].tolist(), "y": (part["time"] / scale).tolist(), "mode": "lines+markers",
                "name": place, "legendgroup": place, "showlegend": first == 0, "line": {"color": colour, "width": 1.4},
                "marker": {"color": colour, "symbol": symbol, "size": 8},
                "error_y": {
                    "type": "data", "symmetric": False, "array": ((part["high"] - part["time"]) / scale).tolist(),
                    "arrayminus": ((part["time"] - part["low"]) / scale).tolist(), "color": colour,
                    "thickness": 1.2, "width": 3},
                "customdata": [[row["id"], _hover(row)] for row in records(part)],
                "hovertemplate": "%{customdata[1]}<extra></extra>"})
    top, bottom = float(rows["high"].max()) / scale, float(rows["low"].min()) / scale
    reach = top * (top / bottom) ** 0.12 if logarithmic else top * 1.10
    marked = changes[-_MARKS:]
    axis = {"gridcolor": GRIDS[theme], "tickfont": {"size": 12, "color": ink}, "zeroline": False}
    return figure_of(
        [*traces, *_rings(rows, stepped or {}, scale, theme), *_marks(marked, reach, ink)],
        shapes=_strokes(marked, ink), annotations=[] if room.narrow else _named(marked, ink),
        height=HEIGHT, margin=room.margin | {"t": 40}, dragmode=room.layout["dragmode"], hovermode="closest",
        showlegend=rows["place"].nunique() > 1, legend={"orientation": "h", "y": 1.12, "x": 0, "font": {"color": ink}},
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": ink,
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis | {"type": "date"},
        yaxis=axis | {"type": "log" if logarithmic else "linear", "rangemode": "tozero",
                      "title": {"text": f"Time per call ({prefix}s)", "font": {"color": INKS[theme]}}})


def words(rows: pd.DataFrame, changes: Sequence[Mapping]) -> str:
    """What the picture says, without it."""
    first, last = rows.iloc[0], rows.iloc[-1]
    said = "; ".join(f"{each['measured_at']:%Y-%m-%d} {parts_in_words(each['parts'])}" for each in changes[-5:])
    return (f"Time per call on {units.plural(len(rows), 'occasion')}: {units.time(first['time'])} on "
            f"{first['measured_at']:%Y-%m-%d}, {units.time(last['time'])} on {last['measured_at']:%Y-%m-%d}. "
            f"Changes of the environment: {said or 'none'}.")


def parts_in_words(parts: Sequence) -> str:
    """jax 0.10.0 → 0.11.0, our source."""
    return ", ".join("our source" if each.name == "source" else f"{each.name} {each.first} → {each.second}"
                     for each in parts)


def _rings(rows: pd.DataFrame, stepped: Mapping[str, str], scale: float, theme: str) -> list[dict]:
    """A ring around each occasion that became slower or faster."""
    ringed = rows[rows["id"].map(stepped).isin(("slower", "faster"))]
    return [{
        "x": ringed["measured_at"].tolist(), "y": (ringed["time"] / scale).tolist(), "mode": "markers",
        "name": "stepped", "showlegend": False, "hoverinfo": "skip",
        "marker": {"symbol": "circle-open", "size": 18, "color": INKS[theme], "line": {"width": 1.8}},
    }] if len(ringed) else []


def _strokes(changes: Sequence[Mapping], ink: str) -> list[dict]:
    """A stroke at each change."""
    return [{"type": "line", "x0": each["measured_at"], "x1": each["measured_at"], "yref": "paper", "y0": 0, "y1": 1,
             "line": {"color": ink, "width": 1, "dash": "dot"}, "layer": "below"} for each in changes]


def _named(changes: Sequence[Mapping], ink: str) -> list[dict]:
    """What the newest of them were, beside their strokes."""
    return [{"x": each["measured_at"], "yref": "paper", "y": 1.0, "text": _names(each), "showarrow": False,
             "xanchor": "left", "yanchor": "top", "xshift": 6, "font": {"size": 11, "color": ink}}
            for each in _apart(changes)[-_NAMED:]]


def _marks(changes: Sequence[Mapping], reach: float, ink: str) -> list[dict]:
    """A mark on top of each stroke, which says what it was."""
    return [{
        "x": [each["measured_at"] for each in changes], "y": [reach] * len(changes), "mode": "markers",
        "showlegend": False, "name": "changed", "marker": {"symbol": "triangle-down", "size": 10, "color": ink},
        "customdata": [["", _change(each)] for each in changes], "hovertemplate": "%{customdata[1]}<extra></extra>",
    }] if changes else []


def _apart(changes: Sequence[Mapping]) -> list[Mapping]:
    """The changes that lie far enough from the one before for their names to be read."""
    if not changes:
        return []
    least = (changes[-1]["measured_at"] - changes[0]["measured_at"]) / 10
    kept = [changes[0]]
    for each in changes[1:]:
        if each["measured_at"] - kept[-1]["measured_at"] > least:
            kept.append(each)
    return kept


def _names(change: Mapping) -> str:
    """What changed, as short as it stands on the chart."""
    names = dict.fromkeys("our source" if part.name == "source" else part.name for part in change["parts"])
    return escape(", ".join(names)[:28])


def _change(change: Mapping) -> str:
    lines = [f"<b>{change['measured_at']:%Y-%m-%d %H:%M}</b>, {escape(change['place'])}"]
    lines += [f"{escape(part.name)}: {escape(part.first)} → {escape(part.second)}" for part in change["parts"]]
    return "<br>".join(lines)


def _hover(row: Mapping) -> str:
    return "<br>".join([
        f"<b>{units.time_with_interval(row['time'], row['low'], row['high'])}</b>",
        f"{row['measured_at']:%Y-%m-%d %H:%M}, {units.plural(int(row['results']), 'result')}", escape(row["place"])])
