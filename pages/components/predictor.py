"""Cost models of what the history holds, made when they are asked for and kept; free of Streamlit."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backend.environment import devices
from backend.spec import Case
from results_db import Store, StoreError

if TYPE_CHECKING:
    from backend.cost_model import CostModel

_OF_CASE = ("product", "framework", "device", "dtype", "precision", "direction", "compilation", "layout", "threads")
_OF_PROBLEM = ("setting", "parity", "mixing", "weights", "scope")
_KEPT = 30


@dataclass(frozen=True)
class _Made:
    model: CostModel
    version: int
    at: float


class Predictor:
    """`model` of cases rests on the results of their kind on this machine's devices. While results come in, it is made
    anew at most every `patience` seconds."""

    def __init__(self, store: Store, *, patience: float = 5.0) -> None:
        self._store, self._patience = store, patience
        self._made: dict[tuple, _Made] = {}
        self._lock = threading.Lock()

    def model(self, cases: Sequence[Case], metric: str = "throughput_time") -> CostModel:
        """The model that can tell of these cases. Raises StoreError where the history cannot be read."""
        from backend.cost_model import CostModel  # loads SciPy's optimisation: not before somebody asks

        kinds = {name: sorted({getattr(case, name) for case in cases}) for name in _OF_CASE}
        kinds |= {name: sorted({getattr(case.problem, name) for case in cases}) for name in _OF_PROBLEM}
        key = (metric, *map(tuple, kinds.values()))
        with self._lock:
            version, known = self._store.data_version, self._made.get(key)
            if known and (known.version == version or time.monotonic() - known.at < self._patience):
                return known.model
            model = CostModel(self._store.results(status="ok", **kinds), metric=metric, devices=devices(),
                              previous=known.model if known else None)
            self._made.pop(key, None)
            self._made[key] = _Made(model, version, time.monotonic())
            while len(self._made) > _KEPT:
                del self._made[next(iter(self._made))]
            return model

    def wall_times(self, cases: Sequence[Case], options: Mapping[str, Any]) -> dict[Case, float]:
        """Seconds that measuring each case should take, of those of which that can be told."""
        try:
            model = self.model(cases)
        except StoreError:   # the history was closed meanwhile: nobody waits for the answer
            return {}
        times = {case: model.wall_time(case, options) for case in cases}
        return {case: time for case, time in times.items() if time is not None}
