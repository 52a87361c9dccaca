"""The Pareto front of rows on a chart: of numbers of one provenance, never of what is predicted or published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from backend.front import BEHIND, ON, TIED, Front, front
from pages.components.question.selection import EACH_L, NO_FRONT, TIMES, View
from pages.components.rows.measurements import ELSEWHERE, MEASURED
from pages.components.rows.provenance import LOOKS, RECORDED
from pages.components.rows.records import records
from pages.components.rows.steps import STEPS

_COMPARABLE = (MEASURED, ELSEWHERE, RECORDED)   # published figures have no interval
_SHARED = ("machine", "device", "driver", "cache", "python", "numpy", "scipy", "jax", "jaxlib", "torch")
_NEEDED = ["label", "state", "series", "identity", "step", "step_of", "x", "y", "y_low", "y_high", "between"]
_LEAST = 2   # points: one alone is no front


@dataclass(frozen=True)
class Band:
    """A front to be drawn, and what it says in words."""

    front: Front
    words: str


def with_fronts(rows: pd.DataFrame, view: View, chosen: int) -> tuple[pd.DataFrame, Band | None]:
    """The rows of `drawable` with `on_front`, the probability to be on the front of all of its provenance (at its L
    or K, or over all), and `front_state`; and the band of the one that stands foremost, at the chosen one."""
    shares, states = pd.Series(float("nan"), rows.index), pd.Series("", rows.index, dtype=object)
    directed = view.x.lower_is_better is False and view.y.lower_is_better is True
    if rows.empty or view.front == NO_FRONT or not directed:
        return rows.assign(on_front=shares, front_state=states), None
    bands: list[tuple[tuple[int, bool, int], Band]] = []
    known = rows.reindex(columns=_NEEDED)
    whole = known[known["state"].isin(_COMPARABLE) & (known["y_low"] > 0) & (known["y_low"] <= known["y"])
                  & (known["y"] <= known["y_high"])]
    sources = list(map(_provenance, records(whole)))
    levels = whole["step"] if view.front == EACH_L else chosen
    for (_, level), points in whole.assign(source=sources, level=levels).groupby(["source", "level"]):
        if len(points) < _LEAST:
            continue
        found = front(points["x"].to_numpy(), tuple(points[name].to_numpy() for name in ("y", "y_low", "y_high")),
                      between=points["between"].astype(float).to_numpy() if view.cost in TIMES else None)
        shares[points.index], states[points.index] = found.probability, found.state
        if level == chosen:
            state, points = points["state"].iloc[0], points.assign(on_front=found.probability, front_state=found.state)
            words = _words(points, f"at {STEPS[view.over]} = {chosen}" if view.front == EACH_L else "")
            bands.append(((LOOKS[state].rank, state != MEASURED, -len(points)), Band(found, words)))
    return rows.assign(on_front=shares, front_state=states), min(bands, key=lambda pair: pair[0])[1] if bands else None


def front_words(row: Mapping[str, Any]) -> str:
    """On the front: 97 %; tied: 43 %; behind; nothing where there is no front."""
    state = row.get("front_state", "")
    return f"{state}: {_share(row['on_front'])}" if state in (ON, TIED) else state


def _provenance(row: Mapping[str, Any]) -> str:
    """What two rows share whose numbers may be compared: where and by what they were measured."""
    if row["state"] != ELSEWHERE:
        return f"{row['state']} {row['series']}"
    identity = json.loads(row["identity"])
    return json.dumps({name: identity.get(name) for name in _SHARED})


def _words(points: pd.DataFrame, where: str) -> str:
    points = points[["label", "step", "step_of", "x", "on_front", "front_state"]]
    named = {state: points[points["front_state"] == state].sort_values("x") for state in (ON, TIED, BEHIND)}
    of = {state: ", ".join(_name(row, with_step=not where) for row in records(found))
          for state, found in named.items()}
    everywhere = f"over all {points['step_of'].iloc[0]}"
    said = f"On the Pareto front {where or everywhere}: {of[ON] or 'nothing for sure'}."
    if of[TIED]:
        said += f" Tied with it, not distinguishable by these intervals: {of[TIED]}."
    return said


def _name(row: Mapping[str, Any], *, with_step: bool) -> str:
    parts = [f"{row['step_of']} {row['step']}"] * with_step + [_share(row["on_front"])]
    return f"{row['label']} ({', '.join(parts)})"


def _share(probability: float) -> str:
    return "over 99 %" if probability > 0.99 else "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"
