"""How far a job is, and when it may end: what pages draw."""

from __future__ import annotations

from dataclasses import dataclass

from backend.execution.jobs import Job
from backend.spec import Case


@dataclass(frozen=True)
class Progress:
    """A job at one moment."""

    job: Job
    eta: float | None     # seconds until it ends; None until one of its cases has finished
    elapsed: float        # seconds since its first case began

    @property
    def fraction(self) -> float:
        return self.job.done / len(self.job.cases)

    @property
    def current(self) -> Case | None:
        """The case being measured."""
        return next((case for case in self.job.remaining if case.key == self.job.current), None)


@dataclass(frozen=True)
class Status:
    """Jobs of this process, newest first: all that are active and the last that ended. `version` grows with
    every change of any of them."""

    version: int
    jobs: tuple[Progress, ...]

    @property
    def active(self) -> tuple[Progress, ...]:
        return tuple(each for each in self.jobs if each.job.active)


@dataclass(frozen=True)
class Pace:
    """When the first case began, and when how many of how many had finished (monotonic seconds)."""

    total: int
    began: float | None = None
    last: float | None = None
    finished: int = 0

    def started_at(self, now: float) -> Pace:
        return self if self.began is not None else Pace(self.total, now, now, self.finished)

    def finished_at(self, now: float) -> Pace:
        began = now if self.began is None else self.began
        return Pace(self.total, began, now, self.finished + 1)

    def elapsed(self, now: float) -> float:
        return 0.0 if self.began is None else now - self.began

    def eta(self, now: float) -> float | None:
        """Mean wall time of a finished case x cases left, less what the current one has had."""
        if not self.finished:
            return None
        mean = (self.last - self.began) / self.finished
        return max(0.0, mean * (self.total - self.finished) - (now - self.last))
