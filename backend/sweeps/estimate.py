"""What measuring a case will take: as it took before, or by the law of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from backend.cost_model import CostModel
from backend.cost_model.wall import wall_time
from backend.spec import Case

_PREPARING = ["build_time", "compile_time", "first_call_time"]
_ANSWER = 0.1    # seconds until a product says that it cannot
_LIMIT = 120.0   # seconds that a case is given where nobody says


@dataclass(frozen=True)
class Estimate:
    """Seconds of wall time that a case takes from start to result, with a 90 % interval, and bytes at its peak."""

    seconds: float
    low: float
    high: float
    memory: float | None
    extrapolated: bool    # beyond what was measured of its kind


class Estimator:
    """Estimates by what the history has of the cases, a frame of `Store.results()`, and by its cost model where there
    is one."""

    def __init__(self, results: pd.DataFrame, model: CostModel | None) -> None:
        measured = results[results["status"] == "ok"]
        newest = measured.sort_values("measured_at", kind="stable").drop_duplicates("key", keep="last")
        newest = newest.assign(preparing=newest[_PREPARING].astype(float).sum(axis=1))
        self._own = {row.key: row for row in newest.itertuples()}
        self._cannot = set(results.loc[results["status"] == "unsupported", "key"])
        self._model = model

    def estimate(self, case: Case, options: Mapping[str, Any]) -> Estimate | None:
        """The estimate with these options of measuring: as it was before where the case has been measured, else by the
        law of its kind, and no longer than the time that it is given; None where nothing that is comparable was
        measured."""
        if own := self._own.get(case.key):
            return _as_before(own, options)
        if case.key in self._cannot:
            return Estimate(_ANSWER, _ANSWER, _ANSWER, None, extrapolated=False)
        call = self._model.predict(case) if self._model else None
        if call is None:
            return None
        limit = options.get("case_timeout", _LIMIT)
        seconds, low, high = (
            min(self._model.wall_time(case, options, end=end), limit) for end in ("value", "low", "high"))
        return Estimate(seconds, low, high, call.memory, call.extrapolated)


def _as_before(row: Any, options: Mapping[str, Any]) -> Estimate:
    low, seconds, high = (wall_time(time, row.preparing, options) for time in (
        row.throughput_time_low, row.throughput_time, row.throughput_time_high))
    memory = float(row.peak_memory) if row.peak_memory > 0 else None   # not of what says nothing of it
    return Estimate(seconds, low, high, memory, extrapolated=False)
