"""How far a job is, and when it may end: what pages draw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backend.execution.jobs import Job
from backend.spec import Case


@dataclass(frozen=True)
class Progress:
    """A job at one moment."""

    job: Job
    eta: float | None     # seconds until it ends, if no other comes between; None until one case has finished
    elapsed: float        # seconds that it was measured for
    position: int = 0     # of the active jobs of its device, in the order of their turns; 0 is the one that runs

    @property
    def fraction(self) -> float:
        return self.job.done / len(self.job.cases)

    @property
    def current(self) -> Case | None:
        """The case being measured; of several, on several machines, the one that began first."""
        measuring = self.job.measuring
        return next((case for case in self.job.remaining if measuring and case.key == measuring[0]), None)


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
    """How long how many finished cases took, and since when the next has the device (monotonic seconds)."""

    finished: int = 0
    busy: float = 0.0
    since: float | None = None   # None while another job has the device

    def started_at(self, now: float) -> Pace:
        return self if self.since is not None else replace(self, since=now)

    def finished_at(self, now: float) -> Pace:
        return Pace(self.finished + 1, self.elapsed(now), now)

    def gave_way_at(self, now: float) -> Pace:
        return replace(self, busy=self.elapsed(now), since=None)

    def elapsed(self, now: float) -> float:
        return self.busy + (0.0 if self.since is None else now - self.since)

    def eta(self, now: float, left: int) -> float | None:
        """Mean wall time of a finished case x cases left, less what the current one has had."""
        if not self.finished:
            return None
        return max(0.0, self.busy / self.finished * left - (self.elapsed(now) - self.busy))
