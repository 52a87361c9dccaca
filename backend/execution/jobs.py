"""A job: cases asked for together, and how far they are; `JobStore`: what keeps jobs and results."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from backend.spec import Case, Result, SpecError, check_choice

STATES = ("queued", "running", "done", "failed", "cancelled", "interrupted")
ACTIVE_STATES = ("queued", "running")
PRIORITIES = ("high", "normal", "low")   # the first waits for nobody but the case that is being measured

ProcessKey = tuple[str, str, int]   # (framework, device, threads): fixed before a process imports anything


@dataclass(frozen=True)
class Job:
    """Cases for one device, in the order they are measured. `done` counts the cases whose result is in the
    store, whatever its status; `failed` those among them that gave neither `ok` nor `unsupported`. A queued job
    of which some cases are done has given way to another."""

    id: str                       # 32 hexadecimal digits
    created_at: str               # ISO 8601, UTC, like started_at and finished_at
    state: str
    device: str
    cases: tuple[Case, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    current: str = ""             # key of the case being measured; of several, apart by spaces
    message: str = ""             # why the job ended as it did, or what it waits for
    log_tail: str = ""            # the last lines that the measuring process wrote to stderr
    requested_by: str = ""
    started_at: str = ""
    finished_at: str = ""
    priority: str = "normal"

    def __post_init__(self) -> None:
        check_choice("state", self.state, STATES)
        check_choice("priority", self.priority, PRIORITIES)
        if not self.cases:
            raise SpecError("a job must have at least one case, got none")
        if (devices := {case.device for case in self.cases}) != {self.device}:
            raise SpecError(f"a job must be for one device, got {', '.join(sorted(devices | {self.device}))}")

    @classmethod
    def new(
        cls, cases: Iterable[Case], *, options: Mapping[str, Any], requested_by: str, priority: str = "normal"
    ) -> Job:
        """A queued job for these cases, which must all be for one device, in the order of measuring."""
        cases = tuple(case for group in by_process(cases).values() for case in group)
        device = cases[0].device if cases else ""
        asked = {"options": dict(options), "requested_by": requested_by, "priority": priority}
        return cls(uuid.uuid4().hex, utc_now(), "queued", device, cases, **asked)

    @property
    def active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def remaining(self) -> tuple[Case, ...]:
        """The cases that have no result from this job yet."""
        return self.cases[self.done:]

    @property
    def measuring(self) -> tuple[str, ...]:
        """The keys of the cases being measured, several on several machines, in the order in which they began."""
        return tuple(self.current.split())

    def begun(self, case: Case) -> dict[str, Any]:
        """What changes when a case begins to be measured."""
        return {"current": " ".join((*self.measuring, case.key))}

    def finished(self, case: Case, *, failed: bool) -> dict[str, Any]:
        """What changes when a case of `remaining` has its result: it stands among the done from then on."""
        current = " ".join(key for key in self.measuring if key != case.key)
        changes: dict[str, Any] = {"done": self.done + 1, "failed": self.failed + failed, "current": current}
        if case != self.cases[self.done]:   # measured before its turn
            rest = (each for each in self.remaining if each != case)
            changes["cases"] = (*self.cases[: self.done], case, *rest)
        return changes

    @property
    def verdict(self) -> tuple[str, str]:
        """State and message at the end of a job of which every case has a result."""
        if self.failed == len(self.cases):
            return "failed", "none of its cases could be measured"
        return "done", ""


class JobStore(Protocol):
    """What the queue needs of the store. Every write is on disk when the call returns, or it raises."""

    def add(self, result: Result) -> None: ...

    def add_expressivity(self, line: dict[str, Any]) -> None: ...

    def add_job(self, job: Job) -> None: ...

    def update_job(self, id: str, **changes: Any) -> None:
        """Sets the named fields of `Job`."""

    def job(self, id: str) -> Job: ...

    def jobs(self, states: Iterable[str] | None = None, limit: int | None = 50) -> list[Job]:
        """The newest `limit` jobs, in one of these states, newest first; every one if `limit` is None."""

    def interrupt_running(self, now: str, message: str) -> list[Job]:
        """The jobs that stood at `running`, as they were (with `current`), after making them `interrupted`
        with this message and `finished_at`."""


def by_process(cases: Iterable[Case]) -> dict[ProcessKey, tuple[Case, ...]]:
    """The cases by the process that measures them: (framework, device, threads). Order is kept in each."""
    groups: dict[ProcessKey, list[Case]] = {}
    for case in cases:
        groups.setdefault((case.framework, case.device, case.threads), []).append(case)
    return {key: tuple(group) for key, group in groups.items()}


def utc_now() -> str:
    """The time as ISO 8601 in UTC, as every timestamp here is written."""
    return datetime.now(UTC).isoformat()
