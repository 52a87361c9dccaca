"""Cases in one measuring process, one by one: every case that it touches is finished, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.execution.events import Cancelled, Event, Expressivity, Finished, Log, Started, never
from backend.execution.outcome import exit_outcome, made_result
from backend.execution.process import MeasuringProcess, ProcessExited, ProcessSilent
from backend.spec import Case, Result, SpecError


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time that the supervisor grants."""

    case: float = 120.0    # from `started` to the result
    start: float = 120.0   # until a process is ready, and for silence between two cases


class Block:
    """Drives a process through cases. `run` returns when the block is done, was cancelled, paused, or needs
    another process; `remaining` are then the cases without a result, and `fault` is why the process ended if it
    ended outside a case."""

    def __init__(
        self,
        process: MeasuringProcess,
        cases: Iterable[Case],
        *,
        limits: Limits,
        on_event: Callable[[Event], None],
    ):
        self._process = process
        self._remaining = {case.key: case for case in cases}
        self._limits = limits
        self._on_event = on_event
        self._current: Case | None = None
        self._until = 0.0
        self.fault = ""
        self.paused = False

    @property
    def remaining(self) -> tuple[Case, ...]:
        return tuple(self._remaining.values())

    def run(
        self, options: Mapping[str, Any], *, cancelled: threading.Event, pause: Callable[[], bool] = never
    ) -> None:
        """Asks `pause` after each case but the last. The process is dead on return unless it is free for the next
        block."""
        try:
            while self._remaining and not self.paused:
                self._run_next(options, cancelled)
                self.paused = bool(self._remaining) and pause()
        except Cancelled:
            self._process.kill()
            if self._current is not None:
                self._end_current("cancelled", "cancelled while it was being measured")
        except ProcessExited as exited:
            self._end_current(*exit_outcome(exited.returncode, self._process.log.last_line))
        except ProcessSilent:
            self._process.kill()
            self._end_silent()
        except BaseException:
            self._process.kill()
            raise
        finally:
            self._report_log()

    def _run_next(self, options: Mapping[str, Any], cancelled: threading.Event) -> None:
        asked = next(iter(self._remaining.values()))
        self._process.send({"type": "block", "cases": [asked.to_json()], "options": dict(options)})
        self._wait_between()
        while (message := self._receive(cancelled))["type"] != "done":
            self._handle(message)
        if asked.key in self._remaining:
            self._finish(made_result(asked, "failed", "the measuring process gave no result for this case"))

    def _receive(self, cancelled: threading.Event) -> dict[str, Any]:
        self._report_log()
        return self._process.receive(until=self._until, cancelled=cancelled)

    def _handle(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"type": "started", "key": str(key)}:
                self._start(key)
            case {"type": "expressivity", "expressivity": dict(line)}:
                self._on_event(Expressivity(line))
            case {"type": "result", "result": data}:
                self._accept(data)

    def _start(self, key: str) -> None:
        self._current = self._remaining.get(key)
        if self._current is not None:
            self._until = time.monotonic() + self._limits.case
            self._on_event(Started(self._current))

    def _accept(self, data: Any) -> None:
        try:
            result = Result.from_json(data)
            if not result.id or result.case.key not in self._remaining:
                raise SpecError("it has no id, or is for a case that was not asked for")
        except (SpecError, TypeError) as error:
            self._end_current("failed", f"the measuring process gave a result that cannot be read: {error}")
            return
        self._finish(result)

    def _finish(self, result: Result) -> None:
        del self._remaining[result.case.key]
        self._current = None
        self._wait_between()
        self._on_event(Finished(result))

    def _end_current(self, status: str, message: str) -> None:
        """Finishes the current case; without one, this is a fault of the process."""
        if self._current is None:
            self.fault = message
        else:
            self._finish(made_result(self._current, status, message))

    def _end_silent(self) -> None:
        if self._current is None:
            self.fault = f"the measuring process was silent for {self._limits.start:g} s between two cases"
        else:
            self._end_current("timed out", f"not finished after the limit of {self._limits.case:g} s")

    def _wait_between(self) -> None:
        self._until = time.monotonic() + self._limits.start

    def _report_log(self) -> None:
        if text := self._process.log.news():
            self._on_event(Log(text))
