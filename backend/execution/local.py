"""Measures on this machine, in supervised processes that are replaced when they die."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.execution.block import Block, Limits
from backend.execution.device_lock import device_lock
from backend.execution.events import Cancelled, Event, Finished, Waiting, never
from backend.execution.jobs import ProcessKey, by_process
from backend.execution.outcome import made_result
from backend.execution.pool import WORKER, Pool, StartError
from backend.spec import Case, unique

_RESTARTS = 1   # of processes that ended outside a case, one after the other without a case between them


class LocalExecutor:
    """The `Executor` of one machine. Use it from one thread, which must live as long as it: on Linux a child
    that asked to die with its parent dies with the thread that started it.

    Of the options it takes `case_timeout` and `start_timeout` (seconds); the others go to the process.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] = WORKER,
        warm: int = 3,
        idle_limit: float = 300.0,
        lock_folder: Path | None = None,
    ):
        self._pool = Pool(command, size=warm, idle_limit=idle_limit)
        self._lock_folder = lock_folder

    def __enter__(self) -> LocalExecutor:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def run_cases(
        self,
        cases: Iterable[Case],
        *,
        options: Mapping[str, Any],
        on_event: Callable[[Event], None],
        cancelled: threading.Event,
        pause: Callable[[], bool] = never,
    ) -> None:
        limits, rest = _split(options)
        try:
            for number, (key, group) in enumerate(by_process(unique(cases)).items()):
                if number and pause():
                    return
                _, device, _ = key
                lock = {"on_wait": lambda sentence: on_event(Waiting(sentence)), "cancelled": cancelled}
                with device_lock(device, **lock, folder=self._lock_folder):
                    if self._run_group(key, group, rest, limits, on_event, cancelled, pause):
                        return
        except Cancelled:
            return

    def close_idle(self) -> None:
        self._pool.close_idle()

    def close(self) -> None:
        self._pool.close()

    def _run_group(
        self,
        key: ProcessKey,
        cases: Sequence[Case],
        options: Mapping[str, Any],
        limits: Limits,
        on_event: Callable[[Event], None],
        cancelled: threading.Event,
        pause: Callable[[], bool],
    ) -> bool:
        """Whether it paused."""
        restarts = 0
        while cases and not cancelled.is_set():
            try:
                process = self._pool.take(key, start_timeout=limits.start, cancelled=cancelled)
            except StartError as error:
                if error.killed and (restarts := restarts + 1) <= _RESTARTS:
                    continue
                _fail(cases, str(error), on_event)
                return False
            block = Block(process, cases, limits=limits, on_event=on_event)
            block.run(options, cancelled=cancelled, pause=pause)
            restarts = restarts if len(block.remaining) == len(cases) else 0
            cases = block.remaining
            if process.alive:
                self._pool.give_back(key, process)
            if block.paused or (cases and pause()):   # the process may have died in the case before
                return True
            if block.fault and (restarts := restarts + 1) > _RESTARTS:
                _fail(cases, block.fault, on_event)
                return False
        return False


def _split(options: Mapping[str, Any]) -> tuple[Limits, dict[str, Any]]:
    """The supervisor's own limits, and the options that go to the measuring process."""
    own = {"case_timeout": "case", "start_timeout": "start"}
    limits = Limits(**{own[name]: float(value) for name, value in options.items() if name in own})
    return limits, {name: value for name, value in options.items() if name not in own}


def _fail(cases: Iterable[Case], message: str, on_event: Callable[[Event], None]) -> None:
    for case in cases:
        on_event(Finished(made_result(case, "failed", message)))
