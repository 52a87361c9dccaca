"""The long-lived thread of one device: measures jobs in their turns, puts what comes of them in the store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from backend.execution.board import Board, Entry
from backend.execution.events import Event, Executor, Expressivity, Finished, Interrupted, Log, Started, Waiting
from backend.execution.jobs import JobStore, utc_now
from backend.spec import Case, Result

_IDLE_CHECK = 30.0   # seconds between looks for warm processes to end
CLOSED = "the server was closed while this was measured"


Foresee = Callable[[Sequence[Case], Mapping[str, Any]], Mapping[Case, float]]


def nothing_foreseen(cases: Sequence[Case], options: Mapping[str, Any]) -> Mapping[Case, float]:
    """Where nobody can tell."""
    return {}


def supervise(
    device: str, board: Board, store: JobStore, make_executor: Callable[[], Executor], foresee: Foresee
) -> None:
    """Runs until the board is closing. The executor lives and dies in this thread. What cases of a job should take (in
    seconds, with its options) is foreseen beside it, for that may take a moment."""
    with closing(make_executor()) as executor:
        while not board.closing:
            entry = board.take(device, timeout=_IDLE_CHECK)
            if entry is None:
                executor.close_idle()
            else:
                if not entry.foreseen:
                    threading.Thread(target=_foresee, args=(entry, foresee), daemon=True).start()
                _Run(entry, board, store).run(executor)


def _foresee(entry: Entry, foresee: Foresee) -> None:
    entry.foreseen = foresee(entry.job.remaining, entry.job.options)


class _Run:
    """One turn of one job."""

    def __init__(self, entry: Entry, board: Board, store: JobStore):
        self._entry = entry
        self._board = board
        self._store = store
        self._cut_short = False   # a case was cancelled while it was measured
        self._gave_way = False
        self._since = time.monotonic()   # of what the next case costs its user

    def run(self, executor: Executor) -> None:
        """Leaves the job ended or, where it gave way to another, queued; in the store unless that is what failed."""
        entry = self._entry
        try:
            self._board.change(entry, state="running", started_at=entry.job.started_at)
            executor.run_cases(
                entry.job.remaining,
                options=entry.job.options,
                on_event=self._on_event,
                cancelled=entry.cancelled,
                pause=self._pause,
            )
            if self._gave_way and entry.job.remaining and not entry.cancelled.is_set():
                entry.pace = entry.pace.gave_way_at(time.monotonic())
                self._board.change(entry, state="queued", message="", log_tail=entry.log.text)
            else:
                self._end(*self._verdict())
        except Interrupted as error:
            self._end("interrupted", str(error))
        except Exception as error:   # the thread must outlive any job; the sentence reaches the page
            self._end_broken(f"the job was ended by {type(error).__name__}: {error}")

    def _pause(self) -> bool:
        self._gave_way = self._board.gives_way(self._entry)
        return self._gave_way

    def _on_event(self, event: Event) -> None:
        entry = self._entry
        match event:
            case Started(case):
                entry.pace = entry.pace.started_at(time.monotonic())
                self._board.change(entry, **entry.job.begun(case), message="")
            case Expressivity(line):
                self._store.add_expressivity(dict(line))
            case Finished(result):
                self._cut_short |= result.status == "cancelled"
                result = self._as_closed(result)
                self._store.add(result)
                now = time.monotonic()
                entry.pace = entry.pace.finished_at(now, entry.foreseen.get(result.case))
                seconds, self._since = now - self._since, now
                failed = result.status not in ("ok", "unsupported")
                self._board.measured(entry, result.case, failed=failed, seconds=seconds)
            case Log(text):
                entry.log.write(text.encode())
            case Waiting(message):
                self._board.change(entry, message=message)

    def _as_closed(self, result: Result) -> Result:
        if self._board.closing and result.status == "cancelled":
            return replace(result, status="interrupted", message=CLOSED)
        return result

    def _verdict(self) -> tuple[str, str]:
        job = self._entry.job
        if job.remaining or self._cut_short:
            if self._board.closing:
                return "interrupted", CLOSED
            return "cancelled", f"cancelled after {job.done} of {len(job.cases)} cases"
        return job.verdict

    def _end(self, state: str, message: str) -> None:
        log = self._entry.log.text
        ended = {"state": state, "message": message, "current": "", "log_tail": log, "finished_at": utc_now()}
        self._board.change(self._entry, **ended)

    def _end_broken(self, message: str) -> None:
        try:
            self._end("failed", message)
        except Exception as error:   # the store itself: say it on the page at least
            said = f"{message}; and this end could not be stored ({error})"
            self._board.show(self._entry, state="failed", message=said, current="", finished_at=utc_now())
