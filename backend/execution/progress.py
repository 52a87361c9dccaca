"""How far a job is, and when it may end: what pages draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.execution.jobs import Job
from backend.spec import Case

_TRUSTED = 10.0   # seconds of measuring that weigh as much as what was foreseen


@dataclass(frozen=True)
class Progress:
    """A job at one moment."""

    job: Job
    eta: float | None     # seconds until it ends, if no other comes between; None while nothing tells
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
    """How long how many finished cases took, what of that was foreseen, and since when the next has the device
    (monotonic seconds)."""

    finished: int = 0
    busy: float = 0.0
    since: float | None = None   # None while another job has the device
    foreseen: float = 0.0        # seconds, of the finished cases of which that was known
    taken: float = 0.0           # what these took

    def started_at(self, now: float) -> Pace:
        return self if self.since is not None else replace(self, since=now)

    def finished_at(self, now: float, foreseen: float | None = None) -> Pace:
        elapsed = self.elapsed(now)
        done = replace(self, finished=self.finished + 1, busy=elapsed, since=now)
        if foreseen is None:
            return done
        return replace(done, foreseen=self.foreseen + foreseen, taken=self.taken + elapsed - self.busy)

    def gave_way_at(self, now: float) -> Pace:
        return replace(self, busy=self.elapsed(now), since=None)

    def elapsed(self, now: float) -> float:
        return self.busy + (0.0 if self.since is None else now - self.since)

    def eta(self, now: float, left: Sequence[float | None]) -> float | None:
        """Seconds for the cases left, less what the current one has had: what is foreseen of each, times what such
        cases took so far over what was foreseen of them; of others (None) the mean of those that finished, or, before
        there are any, of those foreseen. None where neither is known."""
        known = [each for each in left if each is not None]
        if not self.finished and not known:
            return None
        told = sum(known) * (self.taken + _TRUSTED) / (self.foreseen + _TRUSTED)
        mean = self.busy / self.finished if self.finished else told / len(known)
        return max(0.0, told + mean * (len(left) - len(known)) - (self.elapsed(now) - self.busy))
