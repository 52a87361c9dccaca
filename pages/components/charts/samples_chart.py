"""Every raw sample of a result in the order taken, with the median and its interval. A result in, a figure out."""

from __future__ import annotations

import plotly.graph_objects as go

from backend import units
from backend.metrics import METRICS
from backend.spec import Result
from pages.components.charts.marks import INKS, faint, mark
from pages.components.charts.room import DESK, Room

_HEIGHT = 270
_KINDS = (("throughput_time", "samples"), ("latency", "latency_samples"))


def samples_chart(result: Result, theme: str, *, room: Room = DESK) -> go.Figure:
    """Two strips over the order of taking: time per call and latency."""
    colour = mark(result.case.product, result.case.variant, theme).colour
    strips = [(METRICS[name], getattr(result, field)) for name, field in _KINDS if getattr(result, field)]
    scale, prefix = units.prefix_for([value for _, samples in strips for value in samples], "s")
    figure, ink = go.Figure(), {"color": INKS[theme]}
    for (metric, samples), shape in zip(strips, ("circle", "diamond-open"), strict=False):
        figure.add_trace(go.Scatter(
            x=list(range(1, len(samples) + 1)), y=[value / scale for value in samples], mode="markers",
            name=metric.label, marker={"color": colour, "symbol": shape, "size": 7},
            hovertemplate=f"{metric.label}, sample %{{x}}: %{{y:.4g}} {prefix}s<extra></extra>"))
        low, high = result.metrics.get(f"{metric.name}_low"), result.metrics.get(f"{metric.name}_high")
        if low and high:
            figure.add_hrect(low / scale, high / scale, fillcolor=faint(colour, 0.15), line_width=0, layer="below")
        if median := result.metrics.get(metric.name):
            figure.add_hline(median / scale, line={"color": colour, "width": 1, "dash": "dot"})
    figure.update_layout(
        height=_HEIGHT, margin={"l": 60, "r": 10, "t": 44, "b": 40}, hovermode="closest",
        dragmode=room.layout["dragmode"],
        legend={"orientation": "h", "y": 1.2, "x": 0, "font": ink},
        xaxis={"title": {"text": "Sample, in the order taken", "font": ink}, "tickfont": ink},
        yaxis={"title": {"text": f"Time ({prefix}s)", "font": ink}, "tickfont": ink, "rangemode": "tozero"})
    return figure
