"""The run that is on: progress, the case, the time left, cancel; redraws the page when there is something new."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend import units
from backend.catalogue import label
from backend.execution.jobs import PRIORITIES, Job
from backend.execution.progress import Progress
from backend.spec import Case
from pages.components.services import Services

_ACTIVE_SECONDS, _IDLE_SECONDS, _COMING_SECONDS = 0.7, 2.0, 0.3
_PLACES = {0: ", next", 1: ", next", 2: ", second in turn", 3: ", third in turn"}
_REDRAW_SECONDS = 1.5   # Streamlit puts a changed chart in the place of the old one: not more often than this


@dataclass(frozen=True)
class Seen:
    """What a page showed when it was drawn; a difference means that it must be drawn again."""

    data_version: int
    active: tuple[str, ...]
    theme: str
    at: float = field(default_factory=time.monotonic, compare=False)


def seen(services: Services) -> Seen:
    """What there is to show now."""
    active = tuple(each.job.id for each in services.queue.status().active)
    return Seen(services.store.data_version, active, theme())


def theme() -> str:
    """"light" or "dark", whichever the reader's browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def watch(services: Services, shown: Seen, *, details: bool = False) -> None:
    """Draws the active jobs and keeps looking: often while one is on, seldom while none is."""
    every = _ACTIVE_SECONDS if shown.active else _IDLE_SECONDS
    st.fragment(_watch, run_every=every)(services, shown, details)


def follow(is_ready: Callable[[], bool]) -> None:
    """Draws the page again as soon as what it waits for is ready."""
    def look() -> None:
        if is_ready():
            st.rerun()

    if not is_ready():
        st.fragment(look, run_every=_COMING_SECONDS)()


def _watch(services: Services, shown: Seen, details: bool) -> None:
    now = seen(services)
    if now != shown and (now.active != shown.active or now.at - shown.at > _REDRAW_SECONDS):
        st.rerun()
    for progress in sorted(services.queue.status().active, key=lambda each: (each.job.device, each.position)):
        _show(services, progress, choose_priority=details)
        if details:
            _details(progress)


def _show(services: Services, progress: Progress, *, choose_priority: bool) -> None:
    """A bar with what is done, what runs and what is left, its priority, and the button that ends it."""
    job = progress.job
    bar, *middle, button = st.columns([8, 2, 2] if choose_priority else [5, 1], vertical_alignment="bottom")
    bar.progress(progress.fraction, text=progress_text(progress))
    for place in middle:
        _priority(services, job, place)
    button.button("Cancel", key=f"cancel_{job.id}", on_click=services.queue.cancel, args=(job.id,), width="stretch")


def _priority(services: Services, job: Job, place: DeltaGenerator) -> None:
    key = f"priority_{job.id}_{job.priority}"   # another widget once somebody has changed it

    def change() -> None:
        services.queue.prioritise(job.id, st.session_state[key])

    place.selectbox("Priority", PRIORITIES, PRIORITIES.index(job.priority), key=key, on_change=change,
                    format_func="{} priority".format, label_visibility="collapsed")


def _details(progress: Progress) -> None:
    job = progress.job
    measured = f"measured for {units.duration(progress.elapsed)}" if progress.elapsed else "not begun"
    asked_by = f" · asked for by {job.requested_by}" if job.requested_by else ""
    cases = units.plural(len(job.cases), "case")
    st.caption(f"Job {job.id[:8]} · {cases} · {job.failed} failed · {measured}{asked_by}")
    if job.log_tail:
        with st.expander("Last lines of the measuring process"):
            st.code(job.log_tail, language=None, wrap_lines=True)


def progress_text(progress: Progress) -> str:
    """Measuring 3 of 24: CG dense at L 2 in JAX; about 12 s left."""
    job = progress.job
    if job.state == "queued":
        left, place = units.plural(len(job.remaining), "case"), _PLACES.get(progress.position, "")
        after = f" after {job.done} of {len(job.cases)}" if job.done else ""
        return f"{left} waiting for the {job.device.upper()}{after}{place}. {job.message}".strip()
    said = f"Measuring {min(job.done + 1, len(job.cases))} of {len(job.cases)}"
    if progress.current is not None:
        said += f": {case_words(progress.current)}"
    if job.failed:
        said += f" · {job.failed} failed"
    return said + (f" · about {units.duration(progress.eta)} left" if progress.eta is not None else "")


def case_words(case: Case) -> str:
    """A case as a line calls it: CG dense at L 2."""
    return f"{label(case.product, case.variant)} at L {case.problem.l_max}"
