"""A `JobStore` in memory, which can be told to fail."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from backend.execution.jobs import Job
from backend.spec import Result


class MemoryStore:
    def __init__(self, jobs: Iterable[Job] = ()):
        self.results: list[Result] = []
        self.expressivity: list[dict[str, Any]] = []
        self.failing = ""   # the sentence that every write raises
        self._jobs = {job.id: job for job in jobs}
        self._lock = threading.Lock()

    def add(self, result: Result) -> None:
        self._write()
        self.results.append(result)

    def add_expressivity(self, line: dict[str, Any]) -> None:
        self._write()
        self.expressivity.append(line)

    def add_job(self, job: Job) -> None:
        self._write()
        self._jobs[job.id] = job

    def update_job(self, id: str, **changes: Any) -> None:
        self._write()
        with self._lock:
            self._jobs[id] = replace(self._jobs[id], **changes)

    def job(self, id: str) -> Job:
        return self._jobs[id]

    def jobs(self, states: Iterable[str] | None = None, limit: int | None = 50) -> list[Job]:
        found = [job for job in self._jobs.values() if states is None or job.state in states]
        return found[::-1][:limit]

    def interrupt_running(self, now: str, message: str) -> list[Job]:
        running = self.jobs(states=("running",), limit=None)
        for job in running:
            self.update_job(job.id, state="interrupted", message=message, finished_at=now)
        return running

    def _write(self) -> None:
        if self.failing:
            raise OSError(self.failing)
