"""Whose job a device measures next: high priority first, and users of one priority by turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backend.execution.jobs import PRIORITIES, Job

TURN = 5.0   # seconds that a user may be ahead of another who waits


class Turns:
    """How long each user's cases have been measured on one device, and what follows from it.

    While two users of one priority wait, the times that they have had since the later one came differ by at most
    `turn` seconds and a case. Who waits for nothing gathers no claim: a newcomer begins level with the user who
    has had least. A user's own jobs of one priority run in the order they were asked for.
    """

    def __init__(self, turn: float = TURN):
        self._turn = turn
        self._served: defaultdict[str, float] = defaultdict(float)

    def join(self, user: str, waiting: Sequence[Job]) -> None:
        """A user comes, or comes again; `waiting` are the jobs that are active already."""
        others = {job.requested_by for job in waiting}
        if not others:
            self._served.clear()   # nobody waits, so nobody is behind
        elif user not in others:
            self._served[user] = max(self._served[user], min(self._served[other] for other in others))

    def serve(self, user: str, seconds: float) -> None:
        """Somebody's case was measured for so long."""
        self._served[user] += seconds

    def order(self, jobs: Sequence[Job]) -> list[Job]:
        """The jobs, given as they were asked for, in the order in which they have their first turn."""
        before: defaultdict[tuple[str, str], int] = defaultdict(int)   # jobs of the same user and priority
        ranks = {}
        for age, job in enumerate(jobs):
            mine = (job.priority, job.requested_by)
            ranks[job.id] = (PRIORITIES.index(job.priority), before[mine], self._served[job.requested_by], age)
            before[mine] += 1
        return sorted(jobs, key=lambda job: ranks[job.id])

    def gives_way(self, running: Job, jobs: Sequence[Job]) -> bool:
        """Whether another of the jobs, which hold the running one, has the turn after its current case."""
        first = self.order(jobs)[0]
        if first.priority != running.priority:
            return True
        if first.requested_by == running.requested_by:
            return False
        return self._served[running.requested_by] - self._served[first.requested_by] >= self._turn
