"""A job in words: what was asked for, how long it took, what failed in it."""

from __future__ import annotations

from datetime import datetime

from backend import units
from backend.execution.jobs import Job
from backend.spec import STATUSES, Problem
from pages.components.question.selection import direction_label, framework_label, setting_label
from pages.components.question.spread import PLAIN, batch_words, spread_words
from pages.components.rows.groups import degrees
from pages.components.runs.live import case_words
from results_db import Store

_ANSWERS = ("ok", "unsupported")


def asked_for(job: Job) -> str:
    """24 cases: 8 products, MIMO, L 1–3, 8 channels, batch 1,000, JAX, float32, forward."""
    problems = [case.problem for case in job.cases]
    parts = [
        units.plural(len({(case.product, case.variant) for case in job.cases}), "product"),
        _all(setting_label(problem.setting) for problem in problems),
        f"L {degrees(problem.l_max for problem in problems)}",
        f"channels {_all(f'{problem.channels:,}' for problem in problems)}",
        *_spreads(problems),
        f"batch {_all(batch_words(problem) for problem in problems)}",
        _all(framework_label(case.framework) for case in job.cases),
        _all(case.dtype for case in job.cases),
        _all(direction_label(case.direction) for case in job.cases),
    ]
    return f"{units.plural(len(job.cases), 'case')}: {', '.join(parts)}"


def job_seconds(job: Job) -> float | None:
    """The wall time of a job that has ended."""
    if not job.started_at or not job.finished_at:
        return None
    return (datetime.fromisoformat(job.finished_at) - datetime.fromisoformat(job.started_at)).total_seconds()


def failures(store: Store, job: Job) -> list[str]:
    """One sentence for every case of the job that gave neither a time nor a reason why it cannot."""
    if not job.failed and not job.finished_at:
        return []
    found = store.results(
        key=[case.key for case in job.cases], status=[status for status in STATUSES if status not in _ANSWERS])
    since = found["measured_at"] >= datetime.fromisoformat(job.started_at or job.created_at)
    until = datetime.fromisoformat(job.finished_at) if job.finished_at else None
    rows = found[since & (found["measured_at"] <= until)] if until else found[since]
    cases = {case.key: case for case in job.cases}
    return [f"{case_words(cases[row.key])}, {row.status}: {row.message}" for row in rows.itertuples()]


def _spreads(problems: list[Problem]) -> list[str]:
    """How the problems are spread, as one part; none where all are plain."""
    found = dict.fromkeys(spread_words(problem) or PLAIN for problem in problems)
    return [] if list(found) == [PLAIN] else [" or ".join(found)]


def _all(words) -> str:
    return ", ".join(dict.fromkeys(words))
