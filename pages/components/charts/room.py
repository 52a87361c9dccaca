"""How much room a chart has on the reader's screen, a desk's or a phone's, and the legend where names do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from pages.components.charts.marks import INKS, mark

_CHARACTER, _ICON, _LINE = 6.3, 48.0, 20   # pixels of a legend's text, of what stands before it, of its lines


@dataclass(frozen=True)
class Room:
    """The pixels of a chart: `width`, which a page can only guess, `height`, and the margin around the plot. Where it
    is narrow, names stand in a legend below, and a finger scrolls the page."""

    narrow: bool
    width: float
    height: int
    margin: Mapping[str, int]

    @property
    def plot(self) -> tuple[float, float]:
        """Width and height of what lies between the axes."""
        return self.width - self.margin["l"] - self.margin["r"], self.height - self.margin["t"] - self.margin["b"]

    @property
    def layout(self) -> dict[str, Any]:
        """What Plotly is told of it."""
        return {"height": self.height, "margin": self.margin, "dragmode": False if self.narrow else "pan"}

    def config(self, name: str) -> dict[str, Any]:
        """The chart's own buttons, and the name under which its picture is kept."""
        return {"displaylogo": False, "scrollZoom": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"],
                "toImageButtonOptions": {"format": "svg", "filename": name},
                **({"displayModeBar": False} if self.narrow else {})}


DESK = Room(False, 1066.0, 560, {"l": 70, "r": 16, "t": 12, "b": 56})
PHONE = Room(True, 358.0, 420, {"l": 58, "r": 10, "t": 12, "b": 50})


def legend_below(figure: go.Figure, room: Room, entries: Sequence[tuple[str, str, str]], theme: str) -> None:
    """Makes the figure of this room higher by a legend of (product, variant, text), as many in a line as fit."""
    longest = max((len(text) for *_, text in entries), default=1) * _CHARACTER + _ICON
    columns = max(1, int((room.width - 8) // longest))
    high = -(-len(entries) // columns) * _LINE + 8
    looks = [(mark(product, variant, theme), text) for product, variant, text in entries]
    figure.add_traces([
        go.Scatter(x=[None], y=[None], name=text, mode="lines+markers", showlegend=True,
                   line={"color": look.colour, "width": 2, "dash": look.dash},
                   marker={"symbol": look.symbol, "size": 8, "color": look.colour})
        for look, text in looks])
    figure.for_each_trace(lambda trace: trace.update(showlegend=False), {"showlegend": None})
    figure.update_layout(
        showlegend=True, height=room.height + high, margin={**room.margin, "b": room.margin["b"] + high},
        legend={"orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0, "yref": "container",
                "yanchor": "bottom", "entrywidthmode": "pixels", "entrywidth": (room.width - 8) // columns - _ICON,
                "itemclick": False, "itemdoubleclick": False, "font": {"size": 12, "color": INKS[theme]}})
