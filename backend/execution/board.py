"""The jobs of this process, in memory and in the store alike: the one thing that threads share."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from backend.execution.jobs import Job, JobStore, utc_now
from backend.execution.log_tail import LogTail
from backend.execution.progress import Pace, Progress, Status
from backend.spec import Case

_ENDED_KEPT = 20   # jobs that have ended: a page must see the end of what it watched


@dataclass
class Entry:
    """A job with what only this process knows of it."""

    job: Job
    pace: Pace
    cancelled: threading.Event = field(default_factory=threading.Event)
    log: LogTail = field(default_factory=LogTail)

    def progress(self, now: float) -> Progress:
        job = replace(self.job, log_tail=self.log.text)
        return Progress(job, self.pace.eta(now), self.pace.elapsed(now))


class Board:
    """Every change is in the store before it is seen here, and raises `version`."""

    def __init__(self, store: JobStore):
        self._store = store
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
            self._entries[job.id] = Entry(job, Pace(len(job.cases)))
            self._touch()

    def take(self, device: str, *, timeout: float) -> Entry | None:
        """The oldest queued job of the device, now running; None after the time-out or when closing."""
        with self._changed:
            self._changed.wait_for(lambda: self.closing or self._queued(device), timeout)
            if self.closing or not (entry := self._queued(device)):
                return None
            entry.job = replace(entry.job, state="running", started_at=utc_now())
            self._touch()
        return entry

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
                said = "cancelled before it began"
                self.change(entry, state="cancelled", message=said, finished_at=utc_now())
            return True

    def close(self) -> None:
        """Asks running jobs to end and every `take` to return."""
        with self._changed:
            self.closing = True
            for entry in self._entries.values():
                if entry.job.state == "running":
                    entry.cancelled.set()
            self._touch()

    def holders(self) -> dict[Case, Job]:
        """Every case that an active job is still to finish, with that job, in the order of queueing."""
        with self._changed:
            jobs = [entry.job for entry in self._entries.values() if entry.job.active]
        return {case: job for job in jobs for case in job.remaining}

    def status(self) -> Status:
        now = time.monotonic()
        with self._changed:
            shown = tuple(each.progress(now) for each in reversed(self._entries.values()))
            return Status(self._version, shown)

    def wait(self, version: int, *, timeout: float) -> int:
        """The version, as soon as it is above the one given or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version, timeout)
            return self._version

    def _queued(self, device: str) -> Entry | None:
        waiting = (each for each in self._entries.values() if each.job.state == "queued")
        return next((each for each in waiting if each.job.device == device), None)

    def _touch(self) -> None:
        self._version += 1
        ended = [id for id, entry in self._entries.items() if not entry.job.active]
        for id in ended[:-_ENDED_KEPT]:
            del self._entries[id]
        self._changed.notify_all()
