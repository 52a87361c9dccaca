"""The paths of a chart: each product of each provenance through its points, as traces."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pages.components.cards.conditions import MARK, is_doubtful
from pages.components.charts.hover import hover_text
from pages.components.charts.marks import BACKGROUNDS, MUTED_INKS, Mark, faint, mark
from pages.components.rows.provenance import BEHIND, LOOKS, OTHERS, OWN, PREDICTED, Look
from pages.components.rows.records import records

PATH = ["product", "variant", "series"]
_SMALL, _LARGE = 8, 15
_BARS = {False: {"thickness": 1.6, "width": 0}, True: {"thickness": 1.0, "width": 3}}   # of what is predicted: True


def product_paths(rows: pd.DataFrame, scale: float, chosen: int, theme: str, *, along: str = "step",
                  numbered: bool = True) -> list[dict[str, Any]]:
    """The traces of all rows through their points in order of `along`, what stands in front last; y in units of
    `scale`. Where they are `numbered`, L or K stands beside each but the chosen."""
    own = rows["state"].isin(OWN).any()
    return [trace for path in _paths(rows, along)
            for trace in _path(path, scale, chosen, theme, BEHIND if own and path[0]["state"] in OTHERS else 1.0,
                               numbered)]


def _paths(rows: pd.DataFrame, along: str) -> list[list[dict[str, Any]]]:
    """Each product of each provenance over its L, what stands in front last."""
    paths: dict[tuple, list[dict[str, Any]]] = {}
    for row in records(rows.sort_values(along)):
        paths.setdefault(tuple(row[name] for name in PATH), []).append(row)
    return sorted(paths.values(), key=lambda path: -LOOKS[path[0]["state"]].rank)


def _path(rows: list[dict[str, Any]], scale: float, chosen: int, theme: str, opacity: float,
          numbered: bool) -> list[dict[str, Any]]:
    """The path, and the cores inside its marks where its provenance has some."""
    first = rows[0]
    look = mark(first["product"], first["variant"], theme)
    states = [LOOKS[row["state"]] for row in rows]
    sizes = [_LARGE if numbered and row["step"] == chosen else _SMALL for row in rows]
    drawn = {
        "x": [row["x"] for row in rows], "y": [row["y"] / scale for row in rows], "name": first["label"],
        "mode": "lines+markers+text", "opacity": opacity,
        "line": {"color": look.colour, "width": states[0].line, "dash": states[0].dash or look.dash},
        "marker": {
            "symbol": look.symbol, "size": sizes, "opacity": 1.0,
            "color": [look.colour if each.fill == 1.0 else faint(look.colour, each.fill) for each in states],
            "line": {"color": [look.colour if each.outline else BACKGROUNDS[theme] for each in states],
                     "width": [each.outline or 1.0 for each in states]},
        },
        "text": ["" if opacity < 1 else _beside(row, chosen=not numbered or row["step"] == chosen) for row in rows],
        "textposition": "bottom right",
        "textfont": {"size": [13 if is_doubtful(row) else 10 for row in rows], "color": MUTED_INKS[theme]},
        "error_y": {
            "type": "data", "symmetric": False, "color": look.colour, **_BARS[first["state"] == PREDICTED],
            "array": [_length(row["y_high"] - row["y"], scale) for row in rows],
            "arrayminus": [_length(row["y"] - row["y_low"], scale) for row in rows],
        },
        "customdata": [[row["id"], hover_text(row)] for row in rows],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
        "unselected": {"marker": {"opacity": 1.0}, "textfont": {"color": MUTED_INKS[theme]}},
    }
    return [drawn, _cores(drawn, states[0], look)] if states[0].core else [drawn]


def _length(bar: float, scale: float) -> float:
    """Of a bar; nothing where there is no interval."""
    return 0.0 if bar != bar else bar / scale


def _cores(path: dict[str, Any], provenance: Look, look: Mark) -> dict[str, Any]:
    """A small mark inside each of the path's marks, or a stroke through it."""
    symbol = look.symbol if provenance.core == "same" else provenance.core
    sizes = [size * provenance.core_size for size in path["marker"]["size"]]
    return {name: path[name] for name in ("x", "y", "name", "opacity")} | {
        "mode": "markers", "hoverinfo": "skip", "unselected": {"marker": {"opacity": 1.0}},
        "marker": {"symbol": symbol, "size": sizes, "opacity": 1.0, "color": look.colour,
                   "line": {"color": look.colour, "width": provenance.outline}}}


def _beside(row: dict[str, Any], *, chosen: bool) -> str:
    """L or K of a point whose product is not named beside it, and the mark of one that something disturbed."""
    return " ".join(([] if chosen else [f"{row['step']}"]) + [MARK] * is_doubtful(row))
