"""Predicts the time of cases from the results of their kind: one law a group, fitted when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from backend.cost_model.counts import Counts
from backend.cost_model.groups import ALIKE, SIZES, group_of, groups, sizes_of
from backend.cost_model.law import prices
from backend.spec import Case

CONFIDENCE = 0.9
_LEAST = 4   # sizes that a group must have


@dataclass(frozen=True)
class Prediction:
    """What a case will take by its kind's law, with a 90 % interval."""

    time: float             # seconds per call, like the metric that the model was made of
    low: float
    high: float
    extrapolated: bool      # beyond the sizes that were measured
    memory: float | None    # bytes at the peak of a call; None where none was measured


@dataclass(frozen=True)
class HeldOut:
    """How good the predictions of a group are, each measured case left out in turn."""

    group: Mapping[str, object]   # what its cases have in common
    error: float                  # median of |predicted / measured - 1|
    coverage: float               # share of the cases that lie in their 90 % interval
    count: int


class CostModel:
    """The laws of all groups in a frame of `Store.results()`. `devices` (kind -> name) are those of this machine;
    without it each kind is the one that measured last."""

    def __init__(self, results: pd.DataFrame, *, metric: str = "throughput_time",
                 devices: Mapping[str, str] | None = None) -> None:
        self._tables = groups(results, metric, devices)
        self._laws: dict[tuple, _Law] = {}

    def predict(self, case: Case) -> Prediction | None:
        """The prediction; None where too little that is comparable was measured."""
        law = self._law(group_of(case))
        return law.predict(sizes_of(case)) if law else None

    def held_out(self) -> tuple[HeldOut, ...]:
        """The report of every group that has a law."""
        laws = {key: self._law(key) for key in self._tables}
        return tuple(law.held_out(dict(zip(ALIKE, key, strict=True))) for key, law in laws.items() if law)

    def _law(self, key: tuple) -> _Law | None:
        table = self._tables.get(key)
        if table is None or len(table) < _LEAST:
            return None
        if key not in self._laws:
            self._laws[key] = _Law(table)
        return self._laws[key]


class _Law:
    def __init__(self, table: pd.DataFrame) -> None:
        self._sizes, self._values = table[list(SIZES)].to_numpy(float), table["value"].to_numpy(float)
        self._counts = Counts(table)
        self._terms = np.array([self._counts.terms(each) for each in self._sizes])
        self._prices = prices(self._terms, self._values)
        left = np.array([self._terms[at] @ prices(np.delete(self._terms, at, 0), np.delete(self._values, at))
                         for at in range(len(table))])
        self._deviations = np.log(self._values / np.maximum(left, 1e-12))
        rank = min(len(table), int(np.ceil(CONFIDENCE * (len(table) + 1)))) - 1
        self._half = float(np.sort(np.abs(self._deviations))[rank])
        peaks = table["peak_memory"].to_numpy(float)
        known = np.isfinite(peaks)
        self._memory = prices(self._terms[known], peaks[known]) if known.sum() >= _LEAST else None

    def predict(self, sizes: np.ndarray) -> Prediction:
        terms = self._counts.terms(sizes)
        time = float(terms @ self._prices)
        outside = bool(((sizes < self._sizes.min(axis=0)) | (sizes > self._sizes.max(axis=0))).any())
        half = self._half * (1 + outside)
        memory = None if self._memory is None else float(terms @ self._memory)
        return Prediction(time, time * np.exp(-half), time * np.exp(half), outside, memory)

    def held_out(self, group: Mapping[str, object]) -> HeldOut:
        errors = np.abs(np.expm1(-self._deviations))
        covered = np.abs(self._deviations) <= self._half
        return HeldOut(group, float(np.median(errors)), float(covered.mean()), len(errors))
