"""Who wins at which size: a field of cells, each with the mark and the name of its winner. Cells in, a figure out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import plotly.graph_objects as go

from backend import units
from backend.choosing import Cell
from pages.components.cards.choice_words import name, time_words
from pages.components.charts.figures import figure_of
from pages.components.charts.marks import BACKGROUNDS, INKS, MUTED_INKS, faint, mark
from pages.components.charts.room import DESK, Room, legend_below

Cells = Mapping[tuple[int, int], Cell]
NAMES = {"batch": "Batch", "channels": "Channels", "l_max": "L_max"}
SAID = {
    "measured": "measured", "predicted": "predicted, not measured", "tie": "a tie: measured, not distinguishable",
    "undecided": "undecided: the predictions overlap", "unknown": "nothing that does what you require has a time here",
}
_MARGIN = {"l": 72, "r": 12, "t": 8, "b": 52}
_NARROW = {"l": 44, "r": 2, "t": 8, "b": 52}
_ROW = 86        # pixels of a cell
_SHOWN = 6       # candidates that a hover lists
_MARKS = 3       # contenders whose marks a cell shows


def crossover_chart(cells: Cells, axes: tuple[str, str], asked: tuple[int, int], theme: str, *, frameworks: bool,
                    room: Room = DESK) -> go.Figure:
    """The figure; `axes` are fields of a problem, across and up, `asked` the place of the question. Where it is narrow,
    a cell has its marks and its time, and a legend names them."""
    across, up = (sorted({place[at] for place in cells}) for at in (0, 1))
    placed = [(cell, across.index(x), up.index(y), (x, y) == asked) for (x, y), cell in cells.items()]
    said = {
        "x": [left for _, left, _, _ in placed], "y": [low for _, _, low, _ in placed], "mode": "markers",
        "marker": {"symbol": "square", "size": 56, "opacity": 0},
        "customdata": [[hover_text(cell, place, axes, frameworks=frameworks)] for place, cell in cells.items()],
        "hovertemplate": "%{customdata[0]}<extra></extra>"}
    axis = {"showgrid": False, "zeroline": False, "tickfont": {"size": 12, "color": MUTED_INKS[theme]}}
    margin = _NARROW if room.narrow else _MARGIN
    high = _ROW * len(up) + margin["t"] + margin["b"]
    figure = figure_of(
        [*(trace for cell, left, low, _ in placed for trace in _marks(cell, left, low, theme, room)), said],
        shapes=[shape for cell, left, low, here in placed for shape in _frames(cell, left, low, theme, asked=here)],
        annotations=[_words(cell, left, low, theme, room, frameworks=frameworks) for cell, left, low, _ in placed],
        height=high, margin=margin, hovermode="closest", dragmode=False,
        showlegend=False, hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme],
                                      "bordercolor": MUTED_INKS[theme], "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis | _axis(axes[0], across, theme), yaxis=axis | _axis(axes[1], up, theme))
    if room.narrow:
        shown = [each for cell in cells.values() for each in cell.contenders[:_MARKS]]
        named = {(each.product, each.variant, each.label) for each in shown}
        legend_below(figure, replace(room, height=high, margin=margin), sorted(named, key=lambda each: each[2]), theme)
    return figure


def hover_text(cell: Cell, place: tuple[int, int], axes: tuple[str, str], *, frameworks: bool) -> str:
    """The lines beside a cell: who was compared there, with times."""
    where = ", ".join(f"{NAMES[axis]} {value:,}" for axis, value in zip(axes, place, strict=True))
    lines = [f"<b>{where}</b>: {SAID[cell.state]}"]
    every = (*cell.contenders, *cell.others)
    lines += [f"{escape(name(each, frameworks))}: {time_words(each)}, {each.state}"
              f"{', beyond the sizes measured' * each.extrapolated}" for each in every[:_SHOWN]]
    if more := len(every) - _SHOWN:
        lines += [f"and {more} slower"] * (more > 0)
    if cell.untimed:
        lines.append(f"{units.plural(cell.untimed, 'other')} would do and have no time")
    return "<br>".join(lines)


def words(cells: Cells, axes: tuple[str, str], *, frameworks: bool) -> str:
    """What the map says, without it."""
    said = [f"{NAMES[axes[0]]} {x:,}, {NAMES[axes[1]]} {y:,}: "
            f"{' or '.join(name(each, frameworks) for each in cell.contenders) or 'nothing'}, {cell.state}"
            for (x, y), cell in cells.items()]
    return f"The fastest product over {NAMES[axes[0]]} and {NAMES[axes[1]]}. {'; '.join(said)}."


def _frames(cell: Cell, left: int, low: int, theme: str, *, asked: bool) -> list[dict]:
    """The box of a cell: filled where the winner is measured (of a tie, half for each of two), a dashed outline where
    it is predicted, a dotted grey one where it is undecided; a thick one around where the question is."""
    box = {"type": "rect", "x0": left - 0.48, "x1": left + 0.48, "y0": low - 0.46, "y1": low + 0.46, "layer": "below"}
    colours = [mark(each.product, each.variant, theme).colour for each in cell.contenders]
    shapes = []
    if cell.state == "measured":
        shapes = [box | {"fillcolor": faint(colours[0], 0.22), "line": {"color": colours[0], "width": 1.4}}]
    elif cell.state == "tie":
        shapes = [box | {at: left, "fillcolor": faint(colour, 0.22), "line": {"width": 0}}
                  for at, colour in zip(("x1", "x0"), colours[:2], strict=True)]
        shapes.append(box | {"line": {"color": colours[0], "width": 1.4}})
    elif cell.state == "predicted":
        shapes = [box | {"line": {"color": colours[0], "width": 1.6, "dash": "6px,4px"}}]
    elif cell.state == "undecided":
        shapes = [box | {"line": {"color": MUTED_INKS[theme], "width": 1.2, "dash": "2px,3px"}}]
    outline = box | {"x0": left - 0.5, "x1": left + 0.5, "y0": low - 0.49, "y1": low + 0.49,
                     "line": {"color": INKS[theme], "width": 2.2}}
    return [*shapes, *[outline] * asked]


def _marks(cell: Cell, left: int, low: int, theme: str, room: Room) -> list[dict]:
    """Those of the first contenders, beside one another."""
    shown, traces, apart = cell.contenders[:_MARKS], [], 0.26 if room.narrow else 0.13
    for number, each in enumerate(shown):
        look = mark(each.product, each.variant, theme)
        traces.append({
            "x": [left + apart * (number - (len(shown) - 1) / 2)], "y": [low + 0.24], "mode": "markers",
            "hoverinfo": "skip",
            "marker": {"symbol": look.symbol, "size": 10, "line": {"color": look.colour, "width": 1.6},
                       "color": BACKGROUNDS[theme] if each.is_predicted else look.colour}})
    return traces


def _words(cell: Cell, left: int, low: int, theme: str, room: Room, *, frameworks: bool) -> dict:
    """Who wins, and its time."""
    near = cell.contenders
    if not near:
        return _text(left, low, "?" if room.narrow else "not known", MUTED_INKS[theme])
    told = units.time(near[0].time)
    if room.narrow:
        return _text(left, low - 0.13, told.replace(" ", "<br>"), INKS[theme])
    called = name(near[0], frameworks)   # in two lines
    called = called.replace(", ", ",<br>", 1) if ", " in called else called.replace(" in ", "<br>in ")
    if cell.state in ("tie", "undecided"):
        others = near[1].label.split(",")[0] if len(near) == 2 else f"{len(near) - 1} others"
        called = f"{near[0].label.split(',')[0]}<br>or {others}{'?' * (cell.state == 'undecided')}"
    return _text(left, low - 0.13, f"{called}<br><b>{'≈ ' * near[0].is_predicted}{told}</b>", INKS[theme])


def _text(x: float, y: float, text: str, colour: str) -> dict:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 12, "color": colour},
            "captureevents": False}


def _axis(name: str, values: Sequence[int], theme: str) -> dict:
    return {"title": {"text": NAMES[name], "standoff": 14, "font": {"size": 14, "color": INKS[theme]}},
            "tickvals": list(range(len(values))), "ticktext": [f"{value:,}" for value in values],
            "range": [-0.52, len(values) - 0.48], "fixedrange": True}
