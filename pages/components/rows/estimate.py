"""How long measuring may take, judged by the jobs that have ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backend.execution.jobs import Job


def seconds_per_case(jobs: Iterable[Job], framework: str, device: str) -> float | None:
    """The mean wall time of a case in the jobs of this framework and device; None where there is none."""
    seconds, cases = 0.0, 0
    for job in jobs:
        alike = job.device == device and all(case.framework == framework for case in job.cases)
        if alike and job.done and job.started_at and job.finished_at:
            took = datetime.fromisoformat(job.finished_at) - datetime.fromisoformat(job.started_at)
            seconds += took.total_seconds()
            cases += job.done
    return seconds / cases if cases else None
