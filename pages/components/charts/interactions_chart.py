"""Which triples (l1, l2, l3) a product reaches, which it loses and why, or how two products differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import plotly.graph_objects as go

from pages.components.charts.coupling_chart import LETTERS
from pages.components.charts.marks import BACKGROUNDS, INKS, MUTED_INKS, mark
from pages.components.charts.room import DESK, Room
from pages.components.charts.triple_panels import Panels, Path

_TOP, _RIGHT = 44, 24   # pixels for the legend, and beside the squares
_BOTH = {"light": "#b9bfc8", "dark": "#565e6a"}   # reached by both: not what a difference is about


def interactions_chart(
    row: Mapping[str, Any], other: Mapping[str, Any] | None, asked: Collection[Path], theme: str, *,
    room: Room = DESK,
) -> go.Figure:
    """The triples of a row of `interactions` in squares, those asked for in a frame; beside another row, the
    difference of both."""
    panels = Panels(sorted(row["reached"] | set(row["lost"])), _RIGHT, room)
    figure = go.Figure()
    for name, paths, marker in _groups(row, other, panels, theme):
        if paths:
            _draw(figure, panels, name, paths, marker, row, other, theme)
    framed = [path for path in panels.triples if path in asked]
    if framed and len(framed) < len(panels.triples):
        x, y = zip(*map(panels.place, framed), strict=True)
        figure.add_trace(go.Scatter(
            x=x, y=y, mode="markers", name="needed", hoverinfo="skip",
            marker={"symbol": "square-open", "size": panels.cell + 1, "color": INKS[theme], "line": {"width": 2.6}}))
    panels.frame(figure, theme, top=_TOP)
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "itemclick": False,
                "itemdoubleclick": False, "itemsizing": "constant", "font": {"size": 13, "color": INKS[theme]}},
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": MUTED_INKS[theme],
                    "font": {"size": 13, "color": INKS[theme]}})
    return figure


def words(row: Mapping[str, Any], other: Mapping[str, Any] | None) -> str:
    """What the picture says, without it."""
    every = len(row["reached"]) + len(row["lost"])
    said = f"{row['label']} reaches {len(row['reached'])} of {every} triples of degrees."
    if other is None:
        return said
    return (f"{said} {other['label']} reaches {len(other['reached'])}. Only the first: "
            f"{len(row['reached'] - other['reached'])}. Only the second: {len(other['reached'] - row['reached'])}.")


def _groups(row, other, panels, theme) -> list[tuple[str, list[Path], dict[str, Any]]]:
    """Name, triples and marker of each kind of triple."""
    mine, size = mark(row["product"], row["variant"], theme), panels.cell
    lost = {"symbol": "square", "size": size - 4, "color": BACKGROUNDS[theme],
            "line": {"width": 1, "color": MUTED_INKS[theme]}}
    every = panels.triples
    if other is None:
        return [(f"reached by {row['label']}", [path for path in every if path in row["reached"]],
                 {"symbol": "square", "size": size - 3, "color": mine.colour}),
                ("lost", [path for path in every if path not in row["reached"]], lost)]
    yours = mark(other["product"], other["variant"], theme)
    first, second = row["reached"], other["reached"]
    return [
        ("both", [path for path in every if path in first & second],
         {"symbol": "square", "size": size - 3, "color": _BOTH[theme]}),
        (f"{row['label']} alone", [path for path in every if path in first - second],
         {"symbol": "square", "size": size - 3, "color": mine.colour}),
        (f"{other['label']} alone", [path for path in every if path in second - first],
         {"symbol": "diamond", "size": 0.7 * size, "color": yours.colour}),
        ("neither", [path for path in every if path not in first | second], lost),
    ]


def _draw(figure, panels, name, paths, marker, row, other, theme) -> None:
    x, y = zip(*map(panels.place, paths), strict=True)
    letters = [LETTERS.get(row["lost"].get(path, ""), "") if marker["color"] == BACKGROUNDS[theme] else ""
               for path in paths]
    figure.add_trace(go.Scatter(
        x=x, y=y, mode="markers+text", name=f"{name} ({len(paths)})", marker={"line": {"width": 0}} | marker,
        text=letters, textfont={"color": INKS[theme], "size": 12},
        customdata=[_hover(path, row, other) for path in paths], hovertemplate="%{customdata}<extra></extra>"))


def _hover(path: Path, row: Mapping[str, Any], other: Mapping[str, Any] | None) -> str:
    lines = [f"<b>{path}</b>"]
    for each in filter(None, (row, other)):
        lines.append(f"{each['label']}: " + ("reached" if path in each["reached"] else f"lost, {each['lost'][path]}"))
    return "<br>".join(lines)
