"""The slope of every line of the page Scaling beside its claim, and the points that a line has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from backend.scaling import Slope, reading, slope, upper_half
from backend.spec import Problem
from pages.components.question.along import OVER, Along, claim_of
from pages.components.rows.measurements import ELSEWHERE
from pages.components.rows.provenance import LOOKS, PREDICTED

LINE = ["product", "variant", "state", "series", "of"]
COLUMNS = (*LINE, "label", "id", "slope", "low", "high", "claim", "claimed", "counted", "points", "first", "last",
           "source", "distance", "reading")


def scaled(frame: pd.DataFrame, along: Along) -> pd.DataFrame:
    """The rows that have a point, with `x`, `y`, `y_low`, `y_high` in SI units and `of`, whose they are where they are
    not from here: the points of a line come from one machine."""
    if frame.empty:
        return frame.assign(x=[], y=[], y_low=[], y_high=[], of=[])
    rows = frame[frame["state"].isin(LOOKS)]
    y = rows[along.metric].astype(float) if along.metric in rows else pd.Series(float("nan"), rows.index)
    of_time = along.metric.startswith("time_per_")   # a time over what every call has the same of
    time = "throughput_time" if of_time else along.metric
    ends = {end: rows[f"{time}_{end}"].astype(float) * (y / rows[time].astype(float) if of_time else 1.0)
            if f"{time}_{end}" in rows else float("nan") for end in ("low", "high")}
    elsewhere = rows["state"] == ELSEWHERE
    rows = rows.assign(x=rows[along.across].astype(float), y=y, y_low=ends["low"], y_high=ends["high"],
                       of=rows["machine"].where(elsewhere, "") if "machine" in rows else "")
    return rows[(rows["y"] > 0) & (rows["y"] < float("inf"))]


def slopes(rows: pd.DataFrame, along: Along, problem: Problem) -> pd.DataFrame:
    """One row a line of `scaled` that has a slope, steepest first. What is predicted has none."""
    lines = rows[rows["state"] != PREDICTED].sort_values("x").groupby(LINE, sort=False)
    found = [_row(dict(zip(LINE, key, strict=True)), line, along, problem) for key, line in lines]
    table = pd.DataFrame([row for row in found if row], columns=list(COLUMNS))
    return table.sort_values("slope", ascending=False, ignore_index=True)


def _row(line: Mapping[str, Any], points: pd.DataFrame, along: Along, problem: Problem) -> dict[str, Any] | None:
    if along.over == OVER[1]:
        points = points.iloc[upper_half(points["x"].tolist())]
    measured = slope(points["x"].tolist(), points["y"].tolist(), points["y_low"].tolist(), points["y_high"].tolist())
    if measured is None:
        return None
    claim = claim_of(line["product"], problem, along)
    claimed = claim.slope(points["x"].tolist()) if claim else None
    counted = _counted(points, along)
    last = points.iloc[-1]
    return {**line, "label": last["label"], "slope": measured.slope, "low": measured.low, "high": measured.high,
            "claim": claim.text if claim else "", "claimed": claimed, "source": claim.source if claim else "",
            "counted": counted.slope if counted else None,
            "points": measured.points, "first": measured.first, "last": measured.last,
            "distance": last.get("distance"), "id": last.get("id", ""), "reading": reading(measured, claimed, counted)}


def _counted(points: pd.DataFrame, along: Along) -> Slope | None:
    """The slope of the declared FLOP over the same points, of a metric that is a time as a whole."""
    flops = points["flops"].astype(float) if "flops" in points else pd.Series(dtype=float)
    if along.y.unit != "s" or along.metric.startswith("time_per_") or not len(flops) or not (flops > 0).all():
        return None
    return slope(points["x"].tolist(), flops.tolist())
