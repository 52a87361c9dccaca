"""Predicts what cases will take from the results of their kind: a law for each group, fitted when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from backend.cost_model.counts import along, degree_place
from backend.cost_model.groups import ALIKE, COUNTS, ROW, SIZES, group_of, groups, sizes_of
from backend.cost_model.wall import wall_time
from backend.spec import Case

if TYPE_CHECKING:
    from backend.cost_model.fit import Fit

_LEAST = 4     # sizes that a group must have
_MOST = 400    # that its law is fitted to: of more, the last that were measured first


@dataclass(frozen=True)
class Prediction:
    """What a case will take by the law of its group, with a 90 % interval."""

    time: float             # seconds per call: the metric that the model was made of
    low: float
    high: float
    extrapolated: bool      # beyond the sizes that were measured
    memory: float | None    # bytes at the peak of a call; None where none was measured


@dataclass(frozen=True)
class HeldOut:
    """How good the predictions of a group are: of each of its measured cases, from all the others."""

    group: Mapping[str, object]   # what its cases have in common
    error: float                  # median of |predicted / measured - 1|
    coverage: float               # share of the cases that lie in their 90 % interval
    count: int


@dataclass(frozen=True)
class _Law:
    table: pd.DataFrame
    time: Fit
    memory: Fit | None
    before: tuple[np.ndarray, np.ndarray]   # places of degrees, seconds until a case can be timed


class CostModel:
    """The laws of all groups in a frame of `Store.results()`. `devices` (kind -> name, as `backend.environment` gives
    them) are those of this machine; without them, of each kind the one that measured last. A law of `previous` is taken
    over where its group is as it was."""

    def __init__(
        self, results: pd.DataFrame, *, metric: str = "throughput_time", devices: Mapping[str, str] | None = None,
        previous: CostModel | None = None,
    ) -> None:
        self._tables = {key: table.iloc[-_MOST:] for key, table in groups(results, metric, devices).items()
                        if len(table) >= _LEAST}
        known = previous._laws if previous else {}
        self._laws = {key: known[key] for key, table in self._tables.items()
                      if key in known and known[key].table.equals(table)}

    def fit(self, cases: Iterable[Case]) -> None:
        """Fits the laws of these cases now; else each is fitted when it is asked for."""
        for key in {group_of(case) for case in cases}:
            self._law(key)

    def is_fitted(self, cases: Iterable[Case]) -> bool:
        """Whether all that can be told of these cases is told at once."""
        return all(key in self._laws for key in {group_of(case) for case in cases} if key in self._tables)

    def predict(self, case: Case) -> Prediction | None:
        """The prediction; None where too little that is comparable was measured."""
        law = self._law(group_of(case))
        if law is None:
            return None
        sizes = sizes_of(case)
        time, memory = law.time.at(sizes), law.memory.at(sizes).value if law.memory else None
        return Prediction(time.value, time.low, time.high, time.beyond, memory)

    def wall_time(
        self, case: Case, options: Mapping[str, Any] | None = None, *, end: str = "value"
    ) -> float | None:
        """Seconds that measuring the case will keep its device, of a model of time per call; None as `predict`. The
        options are those that the measuring process gets; `end` is `value`, or `low` or `high` of the interval."""
        law = self._law(group_of(case))
        if law is None:
            return None
        asked = sizes_of(case)
        before = along(*law.before, float(degree_place(asked[None, :ROW])[0]))
        return wall_time(getattr(law.time.at(asked), end), float(before), options)

    def held_out(self) -> tuple[HeldOut, ...]:
        """The report of every group that has a law."""
        return tuple(self._held_out(key) for key in self._tables)

    def held_out_near(self, case: Case) -> HeldOut | None:
        """The report of the group that tells of the case; None where there is none."""
        key = group_of(case)
        return self._held_out(key) if key in self._tables else None

    def _held_out(self, key: tuple) -> HeldOut:
        fit = self._law(key).time
        error = float(np.median(np.abs(np.expm1(-fit.off))))
        return HeldOut(dict(zip(ALIKE, key, strict=True)), error, float(fit.held.mean()), len(fit.off))

    def _law(self, key: tuple) -> _Law | None:
        if key not in self._laws and key in self._tables:
            self._laws[key] = _fitted(self._tables[key])
        return self._laws.get(key)


def _fitted(table: pd.DataFrame) -> _Law:
    from backend.cost_model.fit import Fit  # loads SciPy: the server starts without it

    sizes, counts = table[list(SIZES)].to_numpy(float), np.nan_to_num(table[list(COUNTS)].to_numpy(float))
    peaks = table["peak_memory"].to_numpy(float)
    known = peaks > 0
    memory = Fit(sizes[known], counts[known], peaks[known]) if known.sum() >= _LEAST else None
    before = table["before"].groupby(degree_place(sizes[:, :ROW])).median()
    return _Law(table, Fit(sizes, counts, table["value"].to_numpy(float)), memory,
                (before.index.to_numpy(), before.to_numpy()))
