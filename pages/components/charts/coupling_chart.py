"""G(l1, l2, l3) as one square of l1 by l2 for every l3: what is reached, how strongly, what is lost and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import plotly.graph_objects as go

from pages.components.charts.marks import BACKGROUNDS, INKS, MUTED_INKS
from pages.components.charts.room import DESK, Room
from pages.components.charts.triple_panels import Panels

_RIGHT = 100   # pixels for the colour bar
# negative, zero, positive: the middle stands off the background, the ends keep 3:1 against it
_SCALES = {
    "light": [[0, "#8a4b08"], [0.5, "#e9ecef"], [1, "#1d4f91"]],
    "dark": [[0, "#f0a04b"], [0.5, "#2c333d"], [1, "#79b0f0"]],
}
LETTERS = {"antisymmetric": "a", "symmetric": "s", "parity": "p", "accidental zero": "0"}


@dataclass(frozen=True)
class Cell:
    """One path: where it is drawn, its strength (None where it is lost) and what the pointer is told."""

    x: int
    y: int
    g: float | None
    letter: str
    words: str


def coupling_chart(certificate: Mapping[str, Any], theme: str, *, room: Room = DESK) -> go.Figure:
    """The squares of a certificate, those of l3 = 0, 1, ... from left to right."""
    panels = Panels(_triples(certificate), _RIGHT, room)
    cells, ink = list(_cells(certificate, panels)), {"color": INKS[theme]}
    reached = [cell for cell in cells if cell.g is not None]
    largest = max((abs(cell.g) for cell in reached), default=1.0)
    signed = any(cell.g < 0 for cell in reached)
    figure, size = go.Figure(), panels.cell
    figure.add_trace(go.Scatter(
        x=[cell.x for cell in reached], y=[cell.y for cell in reached], mode="markers", showlegend=False,
        customdata=[cell.words for cell in reached], hovertemplate="%{customdata}<extra></extra>",
        marker={"symbol": "square", "size": size - 3, "color": [cell.g for cell in reached], "line": {"width": 0},
                "cmin": -largest if signed else 0, "cmax": largest, "colorscale": _scale(theme, signed),
                "colorbar": {"title": {"text": "G", "font": ink}, "tickfont": ink, "thickness": 10,
                             "len": min(1.0, 180 / panels.height), "outlinewidth": 0}}))
    lost = [cell for cell in cells if cell.g is None]
    figure.add_trace(go.Scatter(
        x=[cell.x for cell in lost], y=[cell.y for cell in lost], mode="markers+text", showlegend=False,
        text=[cell.letter for cell in lost], textfont={"color": INKS[theme], "size": 12},
        customdata=[cell.words for cell in lost], hovertemplate="%{customdata}<extra></extra>",
        marker={"symbol": "square", "size": size - 4, "color": BACKGROUNDS[theme],
                "line": {"width": 1, "color": MUTED_INKS[theme]}}))
    panels.frame(figure, theme)
    return figure


def strengths(certificate: Mapping[str, Any]) -> dict[tuple[int, int, int], list[float]]:
    """G of every output copy, by path."""
    found: dict[tuple[int, int, int], list[float]] = {}
    for l1, l2, l3, g in certificate["paths"]:
        found.setdefault((l1, l2, l3), []).append(g)
    return found


def _scale(theme: str, signed: bool) -> list[list[Any]]:
    """The colours from the lowest G to the highest; from zero where none is negative."""
    low, zero, high = _SCALES[theme]
    return [low, zero, high] if signed else [[0, zero[1]], [1, high[1]]]


def _triples(certificate: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    """Every path that is reached, and every one that Clebsch-Gordan reaches too."""
    lost = [tuple(row[:3]) for row in certificate["lost"] if row[3] != "outside the triangle"]
    return sorted({*strengths(certificate), *lost})


def _cells(certificate: Mapping[str, Any], panels: Panels) -> Iterator[Cell]:
    found, lost = strengths(certificate), {tuple(row[:3]): row[3] for row in certificate["lost"]}
    for path in panels.triples:
        x, y = panels.place(path)
        name = f"({path[0]}, {path[1]}, {path[2]})"
        if path in lost:
            yield Cell(x, y, None, LETTERS.get(lost[path], "?"), f"{name}: lost, {lost[path]}")
        elif len(found[path]) == 1:
            yield Cell(x, y, found[path][0], "", f"{name}: G = {found[path][0]:+.6g}")
        else:
            size = sqrt(sum(g * g for g in found[path]))
            yield Cell(x, y, size, "", f"{name}: {len(found[path])} couplings of copies, together |G| = {size:.6g}")
