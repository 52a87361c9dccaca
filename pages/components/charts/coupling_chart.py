"""G(l1, l2, l3) as one square of l1 by l2 for every l3: what is reached, how strongly, what is lost and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import plotly.graph_objects as go

from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS

_WIDTH = 900            # pixels for all squares of a row
_CELLS = (20, 46)       # least and most pixels of a cell
_AROUND = (100, 70)     # pixels for the colour bar and the axes: across, down
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


def coupling_chart(certificate: Mapping[str, Any], theme: str) -> go.Figure:
    """The squares of a certificate, those of l3 = 0, 1, ... from left to right."""
    panels = _panels(certificate)
    side1, side2 = (len({path[number] for path in _triples(certificate)}) for number in (0, 1))
    widest = max(1, _WIDTH // (_CELLS[0] * (side2 + 1)))
    rows = -(-len(panels) // widest)
    per_row = -(-len(panels) // rows)
    cells, ink = list(_cells(certificate, panels, side1, side2, per_row)), {"color": INKS[theme]}
    reached = [cell for cell in cells if cell.g is not None]
    largest = max((abs(cell.g) for cell in reached), default=1.0)
    signed = any(cell.g < 0 for cell in reached)
    figure = go.Figure()
    across = per_row * (side2 + 1) - 0.4
    down = rows * (side1 + 2) - 0.4
    size = min(max(_WIDTH / across, _CELLS[0]), _CELLS[1])
    figure.add_trace(go.Scatter(
        x=[cell.x for cell in reached], y=[cell.y for cell in reached], mode="markers", showlegend=False,
        customdata=[cell.words for cell in reached], hovertemplate="%{customdata}<extra></extra>",
        marker={"symbol": "square", "size": size - 3, "color": [cell.g for cell in reached], "line": {"width": 0},
                "cmin": -largest if signed else 0, "cmax": largest, "colorscale": _scale(theme, signed),
                "colorbar": {"title": {"text": "G", "font": ink}, "tickfont": ink, "thickness": 10,
                             "len": min(1.0, 180 / (size * down)), "outlinewidth": 0}}))
    lost = [cell for cell in cells if cell.g is None]
    figure.add_trace(go.Scatter(
        x=[cell.x for cell in lost], y=[cell.y for cell in lost], mode="markers+text", showlegend=False,
        text=[cell.letter for cell in lost], textfont={"color": INKS[theme], "size": 12},
        customdata=[cell.words for cell in lost], hovertemplate="%{customdata}<extra></extra>",
        marker={"symbol": "square", "size": size - 4, "color": BACKGROUNDS[theme],
                "line": {"width": 1, "color": MUTED_INKS[theme]}}))
    for number, l3 in enumerate(panels):
        column, row = number % per_row, number // per_row
        left, top = column * (side2 + 1) - 0.5, 0.5 - row * (side1 + 2)
        figure.add_shape(type="rect", x0=left, x1=left + side2, y0=top, y1=top - side1, layer="below",
                         line={"width": 1, "color": GRIDS[theme]})
        figure.add_annotation(
            x=column * (side2 + 1) + (side2 - 1) / 2, y=-row * (side1 + 2) + 0.95, text=f"l₃ = {l3}", showarrow=False,
            font=ink)
    ticks1, ticks2 = (sorted({path[number] for path in _triples(certificate)}) for number in (0, 1))
    figure.update_layout(
        height=size * down + _AROUND[1], width=size * across + _AROUND[0] + 46,
        margin={"l": 46, "r": 100, "t": 10, "b": 60},
        plot_bgcolor=BACKGROUNDS[theme], hovermode="closest",
        xaxis={"range": [-0.8, across - 0.8], "showgrid": False, "zeroline": False, "fixedrange": True,
               "tickvals": [c * (side2 + 1) + at for c in range(per_row) for at in range(side2)],
               "ticktext": [str(l) for _ in range(per_row) for l in ticks2], "tickfont": ink,
               "title": {"text": "l₂", "font": ink}},
        yaxis={"range": [1.5 - down, 1.5], "showgrid": False, "zeroline": False, "fixedrange": True,
               "tickvals": [-r * (side1 + 2) - at for r in range(rows) for at in range(side1)],
               "ticktext": [str(l) for _ in range(rows) for l in ticks1], "tickfont": ink,
               "title": {"text": "l₁", "font": ink}})
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


def _panels(certificate: Mapping[str, Any]) -> list[int]:
    return sorted({l3 for _, _, l3 in _triples(certificate)})


def _cells(
    certificate: Mapping[str, Any], panels: list[int], side1: int, side2: int, per_row: int
) -> Iterator[Cell]:
    found, lost = strengths(certificate), {tuple(row[:3]): row[3] for row in certificate["lost"]}
    triples = _triples(certificate)
    places = [{l: at for at, l in enumerate(sorted({path[number] for path in triples}))} for number in (0, 1)]
    for path in triples:
        l1, l2, l3 = path
        panel = panels.index(l3)
        x = panel % per_row * (side2 + 1) + places[1][l2]
        y = -(panel // per_row) * (side1 + 2) - places[0][l1]
        name = f"({l1}, {l2}, {l3})"
        if path in lost:
            yield Cell(x, y, None, LETTERS.get(lost[path], "?"), f"{name}: lost, {lost[path]}")
        elif len(found[path]) == 1:
            yield Cell(x, y, found[path][0], "", f"{name}: G = {found[path][0]:+.6g}")
        else:
            size = sqrt(sum(g * g for g in found[path]))
            yield Cell(x, y, size, "", f"{name}: {len(found[path])} couplings of copies, together |G| = {size:.6g}")
