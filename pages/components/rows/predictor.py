"""Cost models of what the history holds, made when they are asked for and kept; free of Streamlit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.cost_model import CostModel
from backend.environment import devices
from backend.spec import Case
from pages.components.rows.expressivity import OF_PROBLEM, Known, known_expressivity
from results_db import Store, StoreError

_OF_CASE = ("product", "framework", "device", "dtype", "precision", "direction", "compilation", "layout", "threads")
_KEPT = 30


@dataclass(frozen=True)
class Made:
    """A model, and the expressivity of what it was made of."""

    model: CostModel
    expressivity: Known
    version: int
    at: float


class Predictor:
    """`model` of cases rests on the results of their kind on these devices (those of this machine). While results come
    in, it is made anew at most every `patience` seconds."""

    def __init__(
        self, store: Store, *, devices: Callable[[], Mapping[str, str]] = devices, patience: float = 5.0
    ) -> None:
        self._store, self._devices, self._patience = store, devices, patience
        self._made: dict[tuple, Made] = {}
        self._lock = threading.Lock()

    def model(self, cases: Sequence[Case], metric: str = "throughput_time") -> CostModel:
        """The model that can tell of these cases. Raises StoreError where the history cannot be read."""
        return self.made(cases, metric).model

    def made(self, cases: Sequence[Case], metric: str = "throughput_time") -> Made:
        """The same, with the expressivity of what it rests on."""
        kinds = {name: sorted({getattr(case, name) for case in cases}) for name in _OF_CASE}
        kinds |= {name: sorted({getattr(case.problem, name) for case in cases}) for name in OF_PROBLEM}
        key = (metric, *map(tuple, kinds.values()))
        with self._lock:
            version, known = self._store.data_version, self._made.pop(key, None)
            if not known or (known.version != version and time.monotonic() - known.at >= self._patience):
                known = self._make(kinds, metric, known, version)
            self._made[key] = known
            while len(self._made) > _KEPT:
                del self._made[next(iter(self._made))]
            return known

    def _make(self, kinds: Mapping[str, list], metric: str, before: Made | None, version: int) -> Made:
        results = self._store.results(status="ok", **kinds)
        model = CostModel(results, metric=metric, devices=self._devices(), previous=before.model if before else None)
        return Made(model, known_expressivity(results), version, time.monotonic())

    def wall_times(self, cases: Sequence[Case], options: Mapping[str, Any]) -> dict[Case, float]:
        """Seconds that measuring each case should take, of those of which that can be told."""
        try:
            model = self.model(cases)
        except StoreError:   # the history was closed meanwhile: nobody waits for the answer
            return {}
        times = {case: model.wall_time(case, options) for case in cases}
        return {case: time for case, time in times.items() if time is not None}
