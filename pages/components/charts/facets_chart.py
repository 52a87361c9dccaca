"""Small multiples of the tradeoff: one plot a setting or device, all on the same axes, with one legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pages.components.charts.figures import figure_of
from pages.components.charts.front_band import front_band
from pages.components.charts.marks import BACKGROUNDS, INKS, MUTED_INKS
from pages.components.charts.path_labels import entries
from pages.components.charts.product_paths import product_paths
from pages.components.charts.room import DESK, Room, legend_below
from pages.components.charts.tradeoff_chart import Drawn, axis_layout, shared_axes
from pages.components.question.selection import View
from pages.components.rows.facets import Facet

_ACROSS = 3        # plots in a row, where a desk has room
_HEIGHT = 300      # pixels of a plot with its title and its share of the axes
_GAP = {"x": 0.03, "y": 44.0}   # between plots: part of the width, pixels of the height


def facets_chart(facets: Sequence[Facet], view: View, *, chosen: int, theme: str, room: Room = DESK) -> Drawn:
    """The chart of facets that have rows, in reading order."""
    every = pd.concat([facet.rows for facet in facets], ignore_index=True)
    x, y, y_title = shared_axes(every, view)
    across = 1 if room.narrow else 2 if len(facets) == 4 else min(_ACROSS, len(facets))
    down = -(-len(facets) // across)
    room = replace(room, height=_HEIGHT * down + (140 if down == 1 and not room.narrow else 40),
                   margin={**room.margin, "t": 34})
    traces, layout, titles = [], {}, []
    for number, facet in enumerate(facets):
        row, column = divmod(number, across)
        name = "" if number == 0 else str(number + 1)
        wide, high = _domains(column, across, _GAP["x"]), _domains(down - 1 - row, down, _GAP["y"] / room.plot[1])
        behind = [front_band(facet.band.front, x, y, theme)] if facet.band is not None else []
        traces += [trace | {"xaxis": f"x{name}", "yaxis": f"y{name}"}
                   for trace in (*behind, *product_paths(facet.rows, y.scale, chosen, theme))]
        last = number + across >= len(facets)
        layout[f"xaxis{name}"] = axis_layout(x, view.x.label if last else "", theme) | _joined(
            wide, f"y{name}", "x", number, labelled=last)
        layout[f"yaxis{name}"] = axis_layout(y, y_title if column == 0 else "", theme) | _joined(
            high, f"x{name}", "y", number, labelled=column == 0)
        titles.append({"x": wide[0], "y": high[1], "xref": "paper", "yref": "paper", "xanchor": "left",
                       "yanchor": "bottom", "yshift": 4, "text": f"<b>{facet.title}</b>", "showarrow": False,
                       "font": {"size": 14, "color": INKS[theme]}})
    figure = figure_of(
        traces, annotations=titles, **room.layout, hovermode="closest", **layout,
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": MUTED_INKS[theme],
                    "font": {"size": 13, "color": INKS[theme]}})
    legend_below(figure, room, entries(every), theme)
    return Drawn(figure, x, y, _words(facets, view))


def _domains(place: int, of: int, gap: float) -> list[float]:
    """Where the plot at this place lies, as parts of all the room."""
    part = (1 - gap * (of - 1)) / of
    return [place * (part + gap), min(1.0, place * (part + gap) + part)]


def _joined(domain: list[float], anchor: str, kind: str, number: int, *, labelled: bool) -> dict[str, Any]:
    """An axis at its place; every other moves with the first of its kind."""
    return {"domain": domain, "anchor": anchor, "showticklabels": labelled} | ({"matches": kind} if number else {})


def _words(facets: Sequence[Facet], view: View) -> str:
    said = " ".join(f"{facet.title}: {facet.rows['label'].nunique()} products."
                    + (f" {facet.band.words}" if facet.band else "") for facet in facets)
    return f"{view.y_label} against {view.x.label.lower()}, one plot for each: {said}"
