"""How many times as long cases take in one set as in another, with intervals. Rows in, a figure out."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from backend import units
from pages.components.charts.figures import figure_of
from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS, MUTED_INKS, faint, mark
from pages.components.charts.room import DESK, Room
from pages.components.rows.changed import NEITHER
from pages.components.rows.records import records

MOST = 24   # rows that the picture shows
_ROW, _NARROW, _AROUND = 22, 34, 90   # pixels: of a row, of one whose name has two lines, of what is around


def changes_chart(rows: pd.DataFrame, theme: str, *, room: Room = DESK) -> go.Figure:
    """The first `MOST` rows of `changed_rows`, from top to bottom; full marks are claimed, faint ones are not."""
    rows = rows.head(MOST)
    traces, ink = [], MUTED_INKS[theme]
    names = [_name(row, "<br>" if room.narrow else " · ") for row in records(rows)]
    for place, row in enumerate(records(rows)):
        look, claimed = mark(row["product"], row["variant"], theme), row["verdict"] != NEITHER
        colour = look.colour if claimed else faint(look.colour, 0.45)
        traces.append({
            "x": [row["ratio"]], "y": [place], "mode": "markers", "showlegend": False,
            "marker": {"symbol": look.symbol, "size": 10, "color": colour},
            "error_x": {"type": "data", "symmetric": False, "array": [row["high"] - row["ratio"]],
                        "arrayminus": [row["ratio"] - row["low"]], "color": colour, "thickness": 1.6, "width": 4},
            "hovertemplate": f"{_hover(row)}<extra></extra>"})
    axis = {"gridcolor": GRIDS[theme], "tickfont": {"size": 12, "color": ink}, "zeroline": False}
    return figure_of(
        traces, shapes=[{"type": "line", "x0": 1.0, "x1": 1.0, "yref": "paper", "y0": 0, "y1": 1,
                         "line": {"color": ink, "width": 1.2}}],
        height=_AROUND + (_NARROW if room.narrow else _ROW) * max(len(rows), 3),
        dragmode=room.layout["dragmode"], margin={"l": 10, "r": 20, "t": 10, "b": 50},
        hoverlabel={"align": "left", "bgcolor": BACKGROUNDS[theme], "bordercolor": ink,
                    "font": {"size": 13, "color": INKS[theme]}},
        xaxis=axis | {"type": "log", "title": {
            "text": "Time / first set: right is slower" if room.narrow else
                    "Time, as a multiple of that in the first set: right is slower", "font": {"color": INKS[theme]}},
            "tickvals": _ticks(rows)},
        yaxis=axis | {"tickvals": list(range(len(rows))), "ticktext": names, "range": [len(rows) - 0.4, -0.6],
                      "automargin": True})


def words(rows: pd.DataFrame) -> str:
    """What the picture says, without it."""
    said = "; ".join(f"{_name(row)}: {times(row)}, {row['verdict']}" for row in records(rows.head(5)))
    return f"Time in the second set over that in the first, with intervals. The largest: {said}."


def times(row: Mapping) -> str:
    """1.21× (1.12–1.30)."""
    return f"{row['ratio']:.2f}× ({row['low']:.2f}–{row['high']:.2f})"


def _name(row: Mapping, between: str = " · ") -> str:
    return (f"{row['label']}{between}{row['setting']} L {row['l_max']} · {row['channels']:,} ch · {row['batch']:,} · "
            f"{row['direction'].replace('_', ' ')}")


def _hover(row: Mapping) -> str:
    lines = [f"<b>{escape(_name(row))}</b>", f"{times(row)}: {row['verdict']}",
             f"{units.time(row['first_time'])} → {units.time(row['second_time'])}",
             f"{units.plural(int(row['first_units']), 'process')} → {row['second_units']:.0f}, {escape(row['set'])}",
             escape(row["hardware"])]
    return "<br>".join(line for line in lines if line)


def _ticks(rows: pd.DataFrame) -> list[float]:
    """Multiples on both sides of 1, as many as the range can carry."""
    low, high = rows["low"].min(), rows["high"].max()
    near = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4)
    middle = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3)
    far = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    return list(near if high / low < 1.6 else middle if high / low < 6 else far)
