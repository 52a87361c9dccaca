"""A figure of plain dictionaries. Plotly's own objects check each property as it is set, which takes longer than all
the rest of a drawing; the tests of the pages check every figure that is drawn, whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go


class _Plain(go.Figure):
    """A figure that gives what it has, not a copy of every number of it: to draw it is only to read it."""

    def to_dict(self) -> dict[str, Any]:
        """Its `data` and `layout`; not to be changed in place."""
        return {"data": [*self._data], "layout": dict(self._layout)}


def figure_of(traces: Iterable[Mapping[str, Any]], **layout: Any) -> go.Figure:
    """The figure of traces, each a scatter unless it names another `type`, and a layout, as Plotly's reference has
    them."""
    return _Plain({"data": list(traces), "layout": layout}, _validate=False)
