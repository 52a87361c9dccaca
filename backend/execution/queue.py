"""The queue of jobs: one at a time on each device, users by turns, the same case never twice, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.execution.board import Board
from backend.execution.events import Executor
from backend.execution.jobs import Job, JobStore, utc_now
from backend.execution.local import LocalExecutor
from backend.execution.outcome import made_result
from backend.execution.progress import Status
from backend.execution.supervisor import Foresee, nothing_foreseen, supervise
from backend.execution.turns import TURN, Turns
from backend.spec import Case, unique

RESTARTED = "the server ended while this was measured"


class QueueClosed(RuntimeError):
    """The queue takes no jobs any more."""


@dataclass(frozen=True)
class Submission:
    """What became of a request: the job that measures it, and the cases that another job measures already."""

    job: Job
    shared: tuple[Case, ...]


class JobQueue:
    """Jobs of one store. On construction what was running is marked as interrupted and never run again by
    itself, and what was queued goes on, jobs too that had given way to others.

    `make_executor` is called once for each device, in the thread that will use it. `turn`: seconds that a user
    may be ahead of another of the same priority who waits. `foresee` tells what cases should take: for the time left.
    """

    def __init__(
        self, store: JobStore, make_executor: Callable[[], Executor] = LocalExecutor, *, turn: float = TURN,
        foresee: Foresee = nothing_foreseen,
    ):
        self._store = store
        self._make_executor = make_executor
        self._foresee = foresee
        self._board = Board(store, lambda: Turns(turn))
        self._threads: dict[str, threading.Thread] = {}
        self._interrupt()
        with self._board.lock:   # the first turn is theirs who have it, not of what is shown first
            for job in reversed(store.jobs(states=("queued",), limit=None)):
                self._show(job)

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def submit(
        self, cases: Iterable[Case], *, options: Mapping[str, Any] | None = None, requested_by: str = "",
        priority: str = "normal",
    ) -> Submission:
        """Queues the cases that no active job of this user is to measure as soon. If none is left, the job is the
        active one that was queued last of those. A case that is in jobs of several users is measured for the one
        whose turn comes first, and counts for all. Raises SpecError unless there are cases, all for one device."""
        asked = {"options": options or {}, "requested_by": requested_by, "priority": priority}
        wanted = Job.new(unique(cases), **asked)
        with self._board.lock:
            if self._board.closing:
                raise QueueClosed("the server is closing; nothing was queued")
            holders = self._board.holders(wanted)
            shared = tuple(case for case in wanted.cases if case in holders)
            fresh = tuple(case for case in wanted.cases if case not in holders)
            if not fresh:
                return Submission([job for case, job in holders.items() if case in shared][-1], shared)
            job = Job.new(fresh, **asked)
            self._store.add_job(job)
            self._show(job)
        return Submission(job, shared)

    def cancel(self, job_id: str) -> bool:
        """Cancels a queued job, or kills what a running one measures; False if the job had ended."""
        return self._board.cancel(job_id)

    def prioritise(self, job_id: str, priority: str) -> bool:
        """Gives a queued or running job another priority; False if it had ended."""
        return self._board.prioritise(job_id, priority)

    @property
    def version(self) -> int:
        """Grows with every change of a job."""
        return self._board.version

    def wait(self, version: int, *, timeout: float) -> int:
        """The version, as soon as it is above the one given or the time (seconds) is up."""
        return self._board.wait(version, timeout=timeout)

    def status(self) -> Status:
        """Every active job and the last that ended, newest first."""
        return self._board.status()

    def close(self) -> None:
        """Kills what is measured, marks its job as interrupted, leaves queued jobs queued."""
        self._board.close()
        for thread in self._threads.values():
            thread.join()

    def _interrupt(self) -> None:
        for job in self._store.interrupt_running(utc_now(), RESTARTED):
            for case in job.cases:
                if case.key in job.measuring:
                    self._store.add(made_result(case, "interrupted", RESTARTED))

    def _show(self, job: Job) -> None:
        self._board.add(job)
        if job.device not in self._threads:
            arguments = (job.device, self._board, self._store, self._make_executor, self._foresee)
            thread = threading.Thread(target=supervise, args=arguments, name=f"measures on {job.device}")
            thread.daemon = True   # a process that ends without `close` must end: its workers die with it
            thread.start()
            self._threads[job.device] = thread
