"""Where triples (l1, l2, l3) stand on a chart: one square of l1 by l2 for every l3, in rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import plotly.graph_objects as go

from pages.components.charts.marks import BACKGROUNDS, GRIDS, INKS
from pages.components.charts.room import DESK, Room

Path = tuple[int, int, int]
_WIDTH = 900            # pixels for all squares of a row, where there is room
_CELLS = (20, 46)       # least and most pixels of a cell
_NARROW_CELL = 28       # most pixels of one on a phone, where squares stand below one another
_LEFT = 46              # pixels for the axis of l1
_DOWN = 70              # pixels for the axes


@dataclass(frozen=True)
class Panels:
    """The squares that these triples need, those of l3 = 0, 1, ... from left to right, `right` pixels beside them."""

    triples: Collection[Path]
    right: int
    room: Room = DESK

    def place(self, path: Path) -> tuple[int, int]:
        """Where a triple is drawn."""
        rows, columns, squares = self._degrees
        column, row = self._corner(squares[path[2]])
        return column + columns[path[1]], row - rows[path[0]]

    @cached_property
    def cell(self) -> float:
        """Pixels of a cell."""
        return min(max(self._width / self._across, _CELLS[0]), _NARROW_CELL if self.room.narrow else _CELLS[1])

    @property
    def height(self) -> float:
        """Pixels of all rows of squares."""
        return self.cell * self._down

    def frame(self, figure: go.Figure, theme: str, *, top: int = 10) -> None:
        """Draws the squares, their titles and axes; `top` pixels are left above them."""
        ink = {"color": INKS[theme]}
        side1, side2 = self._sides
        for number, l3 in enumerate(self._degrees[2]):
            column, row = self._corner(number)
            figure.add_shape(type="rect", x0=column - 0.5, x1=column - 0.5 + side2, y0=row + 0.5, y1=row + 0.5 - side1,
                             layer="below", line={"width": 1, "color": GRIDS[theme]})
            figure.add_annotation(x=column + (side2 - 1) / 2, y=row + 0.95, text=f"l₃ = {l3}", showarrow=False,
                                  font=ink)
        axis: dict[str, Any] = {"showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": ink}
        columns, rows = (range(count) for count in (self._per_row, self._rows))
        figure.update_layout(
            height=self.height + _DOWN + top - 10, width=self.cell * self._across + _LEFT + self.right,
            margin={"l": _LEFT, "r": self.right, "t": top, "b": 60},
            plot_bgcolor=BACKGROUNDS[theme], hovermode="closest",
            xaxis=axis | {"range": [-0.8, self._across - 0.8], "title": {"text": "l₂", "font": ink},
                          "tickvals": [each * (side2 + 1) + at for each in columns for at in range(side2)],
                          "ticktext": [str(l) for _ in columns for l in self._degrees[1]]},
            yaxis=axis | {"range": [1.5 - self._down, 1.5], "title": {"text": "l₁", "font": ink},
                          "tickvals": [-each * (side1 + 2) - at for each in rows for at in range(side1)],
                          "ticktext": [str(l) for _ in rows for l in self._degrees[0]]})

    @cached_property
    def _degrees(self) -> tuple[dict[int, int], ...]:
        """The places of l1, of l2 and of l3."""
        return tuple({l: at for at, l in enumerate(sorted({path[number] for path in self.triples}))}
                     for number in range(3))

    @property
    def _sides(self) -> tuple[int, int]:
        return len(self._degrees[0]), len(self._degrees[1])

    @property
    def _width(self) -> int:
        """Pixels for all squares of a row."""
        return int(self.room.width) - _LEFT - self.right if self.room.narrow else _WIDTH

    @cached_property
    def _rows(self) -> int:
        widest = max(1, self._width // (_CELLS[0] * (self._sides[1] + 1)))
        return max(1, -(-len(self._degrees[2]) // widest))

    @cached_property
    def _per_row(self) -> int:
        return -(-len(self._degrees[2]) // self._rows)

    @property
    def _across(self) -> float:
        return self._per_row * (self._sides[1] + 1) - 0.4

    @property
    def _down(self) -> float:
        return self._rows * (self._sides[0] + 2) - 0.4

    def _corner(self, number: int) -> tuple[int, int]:
        """The first cell of a square."""
        return number % self._per_row * (self._sides[1] + 1), -(number // self._per_row) * (self._sides[0] + 2)
