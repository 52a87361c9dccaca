"""The jobs of this process, in memory and in the store alike: the one thing that threads share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from backend.execution.jobs import PRIORITIES, Job, JobStore, utc_now
from backend.execution.log_tail import LogTail
from backend.execution.progress import Pace, Progress, Status
from backend.execution.turns import Turns
from backend.spec import Case, check_choice

_ENDED_KEPT = 20   # jobs that have ended: a page must see the end of what it watched


@dataclass
class Entry:
    """A job with what only this process knows of it."""

    job: Job
    pace: Pace = field(default_factory=Pace)
    cancelled: threading.Event = field(default_factory=threading.Event)
    log: LogTail = field(default_factory=LogTail)
    foreseen: Mapping[Case, float] = field(default_factory=dict)   # seconds that cases should take, where that is known

    def progress(self, now: float, position: int) -> Progress:
        job = replace(self.job, log_tail=self.log.text)
        left = [self.foreseen.get(case) for case in job.remaining]
        return Progress(job, self.pace.eta(now, left), self.pace.elapsed(now), position)


class Board:
    """Every change is in the store before it is seen here, and raises `version`."""

    def __init__(self, store: JobStore, make_turns: Callable[[], Turns] = Turns):
        self._store = store
        self._make_turns = make_turns
        self._turns: dict[str, Turns] = {}     # by device
        self._changed = threading.Condition(threading.RLock())
        self._entries: dict[str, Entry] = {}   # in the order of queueing
        self._version = 0
        self.closing = False

    @property
    def lock(self) -> threading.Condition:
        """Held over several calls that must see one state."""
        return self._changed

    @property
    def version(self) -> int:
        return self._version

    def add(self, job: Job) -> None:
        """Shows a job that is in the store."""
        with self._changed:
            turns = self._turns.setdefault(job.device, self._make_turns())
            turns.join(job.requested_by, self._active(job.device))
            self._entries[job.id] = Entry(job)
            self._touch()

    def take(self, device: str, *, timeout: float) -> Entry | None:
        """The queued job of the device that has the turn, now running; None after the time-out or when closing."""
        with self._changed:
            self._changed.wait_for(lambda: self.closing or self._active(device), timeout)
            if self.closing or not (jobs := self._active(device)):
                return None
            entry = self._entries[self._turns[device].order(jobs)[0].id]
            entry.job = replace(entry.job, state="running", started_at=entry.job.started_at or utc_now())
            self._touch()
        return entry

    def gives_way(self, entry: Entry) -> bool:
        """Whether another job has the turn before the next case of this one, which runs."""
        with self._changed:
            device = entry.job.device
            return self._turns[device].gives_way(entry.job, self._active(device))

    def measured(self, entry: Entry, case: Case, *, failed: bool, seconds: float) -> None:
        """Counts a case as done: of the job that ran for it, and of every other that asked for the same."""
        with self._changed:
            self._turns[entry.job.device].serve(entry.job.requested_by, seconds)
            self.change(entry, **entry.job.finished(case, failed=failed))
            for other in self._entries.values():
                alike = other.job.state == "queued" and other.job.options == entry.job.options
                if alike and case in other.job.remaining:
                    self._count(other, case, failed)

    def change(self, entry: Entry, **changes: Any) -> None:
        """Writes the changes to the store, then shows them."""
        self._store.update_job(entry.job.id, **changes)
        self.show(entry, **changes)

    def show(self, entry: Entry, **changes: Any) -> None:
        """Shows the changes here alone."""
        with self._changed:
            entry.job = replace(entry.job, **changes)
            self._touch()

    def cancel(self, id: str) -> bool:
        """Ends a queued job, or asks a running one to end; False if it is not active here."""
        with self._changed:
            entry = self._entries.get(id)
            if entry is None or not entry.job.active:
                return False
            entry.cancelled.set()
            if entry.job.state == "queued":
                done, cases = entry.job.done, len(entry.job.cases)
                said = f"cancelled after {done} of {cases} cases" if done else "cancelled before it began"
                self.change(entry, state="cancelled", message=said, finished_at=utc_now())
            return True

    def prioritise(self, id: str, priority: str) -> bool:
        """Gives an active job another priority; False if it is not active here."""
        check_choice("priority", priority, PRIORITIES)
        with self._changed:
            entry = self._entries.get(id)
            if entry is None or not entry.job.active:
                return False
            self.change(entry, priority=priority)
            return True

    def close(self) -> None:
        """Asks running jobs to end and every `take` to return."""
        with self._changed:
            self.closing = True
            for entry in self._entries.values():
                if entry.job.state == "running":
                    entry.cancelled.set()
            self._touch()

    def holders(self, wanted: Job) -> dict[Case, Job]:
        """Every case that an active job of the same user, priority (or a higher one) and options is still to
        finish, with that job, in the order of queueing."""
        def alike(job: Job) -> bool:
            return (job.requested_by == wanted.requested_by and job.options == wanted.options
                    and PRIORITIES.index(job.priority) <= PRIORITIES.index(wanted.priority))

        with self._changed:
            return {case: job for job in self._active(wanted.device) if alike(job) for case in job.remaining}

    def status(self) -> Status:
        now = time.monotonic()
        with self._changed:
            positions = {job.id: position for device, turns in self._turns.items()
                         for position, job in enumerate(_running_first(turns.order(self._active(device))))}
            shown = tuple(each.progress(now, positions.get(id, 0)) for id, each in reversed(self._entries.items()))
            return Status(self._version, shown)

    def wait(self, version: int, *, timeout: float) -> int:
        """The version, as soon as it is above the one given or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version, timeout)
            return self._version

    def _active(self, device: str) -> list[Job]:
        return [each.job for each in self._entries.values() if each.job.active and each.job.device == device]

    def _count(self, entry: Entry, case: Case, failed: bool) -> None:
        """A case of a queued job was measured for another one; it may have been the last."""
        changes = entry.job.finished(case, failed=failed)
        job = replace(entry.job, **changes)
        if not job.remaining:
            state, message = job.verdict
            changes |= {"state": state, "message": message, "finished_at": utc_now()}
        self.change(entry, **changes)

    def _touch(self) -> None:
        self._version += 1
        ended = [id for id, entry in self._entries.items() if not entry.job.active]
        for id in ended[:-_ENDED_KEPT]:
            del self._entries[id]
        self._changed.notify_all()


def _running_first(jobs: list[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: job.state != "running")
