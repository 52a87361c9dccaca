"""A figure of plain dictionaries. Plotly's own objects check each property as it is set, which takes longer than all
the rest of a drawing; the tests of the pages check every figure that is drawn, whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go


def figure_of(traces: Iterable[Mapping[str, Any]], **layout: Any) -> go.Figure:
    """The figure of traces, each a scatter unless it names another `type`, and a layout, as Plotly's reference has
    them."""
    return go.Figure({"data": list(traces), "layout": layout}, _validate=False)
