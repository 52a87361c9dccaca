"""Cost models of what the history holds, made beside the pages when they are asked for, and kept; free of Streamlit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from backend.cost_model import NEEDED, CostModel, group_of
from backend.environment import devices
from backend.spec import Case
from pages.components.rows.expressivity import KIND, OF_PROBLEM, Known, known_expressivity
from results_db import Store, StoreError
from results_db.typical import expressivities, typical

_OF_CASE = ("framework", "device", "dtype", "precision", "direction", "threads")
_KEPT = 30
_LATEST = 5.0   # seconds after which a model is made, however many pages ask
TIME = "throughput_time"


@dataclass(frozen=True)
class Made:
    """A model, and the expressivity of what it was made of."""

    model: CostModel
    expressivity: Known
    version: int
    at: float


class Predictor:
    """Models of cases rest on the results of their kind on these devices (those of this machine). One is made at a
    time, in a thread of its own; while results come in, the same is made anew at most every `patience` seconds. A page
    waits `wait` seconds for one; no step of one is begun before no page has asked for `quiet` seconds: it would take
    the core from who is drawn."""

    def __init__(self, store: Store, *, devices: Callable[[], Mapping[str, str]] = devices, patience: float = 5.0,
                 wait: float = 0.0, quiet: float = 0.25) -> None:
        self._store, self._devices, self._patience, self._wait = store, devices, patience, wait
        self._quiet, self._looked = quiet, -quiet
        self._made: dict[tuple, Made] = {}
        self._on: dict[tuple, Future[Made]] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "predictor")

    def made(self, cases: Sequence[Case], metric: str = TIME) -> Made:
        """The model that can tell of these cases, however long it takes. Raises StoreError where the history cannot be
        read."""
        known, coming = self._asked(cases, metric)
        return coming.result() if coming else known

    def soon(self, cases: Sequence[Case], metric: str = TIME) -> Made | None:
        """The same, or what was known before where it takes longer than a page waits; None where nothing was."""
        self._looked = time.monotonic()
        known, coming = self._asked(cases, metric)
        if coming is None:
            return known
        try:
            return coming.result(self._wait)
        except TimeoutError:
            return known if known and known.model.is_fitted(cases) else None

    def is_ready(self, cases: Sequence[Case], metric: str = TIME) -> bool:
        """Whether nobody waits for the model of these cases."""
        return self._asked(cases, metric)[1] is None

    def wall_times(self, cases: Sequence[Case], options: Mapping[str, Any]) -> dict[Case, float]:
        """Seconds that measuring each case should take, of those of which that can be told."""
        try:
            model = self.made(cases).model
        except StoreError:   # the history was closed meanwhile: nobody waits for the answer
            return {}
        times = {case: model.wall_time(case, options) for case in cases}
        return {case: time for case, time in times.items() if time is not None}

    def _asked(self, cases: Sequence[Case], metric: str) -> tuple[Made | None, Future[Made] | None]:
        """What is known of these cases, and what is being made where that is not enough."""
        kinds = {name: sorted({getattr(case, name) for case in cases}) for name in _OF_CASE}
        kinds |= {name: sorted({getattr(case.problem, name) for case in cases}) for name in OF_PROBLEM}
        key = (metric, *map(tuple, kinds.values()))
        with self._lock:
            known = self._made.get(key)
            if known and self._is_new(known) and known.model.is_fitted(cases):
                return known, None
            asked = key, frozenset(map(group_of, cases))
            if asked not in self._on:
                self._on[asked] = self._thread.submit(self._make, asked, kinds, tuple(cases))
            return known, self._on[asked]

    def _is_new(self, made: Made) -> bool:
        return made.version == self._store.data_version or time.monotonic() - made.at < self._patience

    def _make(self, asked: tuple, kinds: Mapping[str, list], cases: Sequence[Case]) -> Made:
        key, _ = asked
        latest = time.monotonic() + _LATEST
        try:
            self._give_way(latest)
            before = self._made.get(key)
            made = before if before and self._is_new(before) else self._read(kinds, key[0], before)
            for case in cases:
                if not made.model.is_fitted([case]):
                    self._give_way(latest)
                    made.model.fit([case])
            with self._lock:
                self._made.pop(key, None)
                self._made[key] = made
                while len(self._made) > _KEPT:
                    del self._made[next(iter(self._made))]
            return made
        finally:
            with self._lock:
                del self._on[asked]

    def _give_way(self, latest: float) -> None:
        while (left := min(self._looked + self._quiet, latest) - time.monotonic()) > 0:
            time.sleep(left)

    def _read(self, kinds: Mapping[str, list], metric: str, before: Made | None) -> Made:
        version = self._store.data_version
        devices = self._devices()
        results = typical(self._store, (metric, *NEEDED), devices.values(), **kinds)
        model = CostModel(results, metric=metric, devices=devices, previous=before.model if before else None)
        known = known_expressivity(expressivities(self._store, (*KIND, "channels"), **kinds))
        return Made(model, known, version, time.monotonic())
