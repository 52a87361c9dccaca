"""The queue: what is measured now, what waits, what has ended and how."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from backend import units
from backend.execution.jobs import Job
from backend.spec import Case
from pages.components.picked_row import picked_row
from pages.components.question.reader import reader
from pages.components.runs import live
from pages.components.runs.cluster_table import cluster_table
from pages.components.runs.job_words import asked_for, failures, job_seconds
from pages.components.runs.sweep_start import left_of, sweep_start
from pages.components.services import Services, services

_SHOWN = 50


def page() -> None:
    """Active jobs, live; then the table of jobs and the details of the one selected."""
    here = services()
    shown = live.seen(here)
    st.title("What is being measured?")
    jobs = here.store.jobs(limit=_SHOWN)
    running = sum(job.state == "running" for job in jobs)
    queued = sum(job.state == "queued" for job in jobs)
    st.caption(f"{running} running · {queued} waiting · one measurement at a time on each device, readers by turns")
    if not shown.active:
        st.info("Nothing is being measured. Press Measure on the Tradeoff page, or start a sweep below.")
    live.watch(here, shown, details=True)
    cluster_table(here)
    sweep_start(here)
    if jobs:
        _ended(here, jobs)


def _ended(here: Services, jobs: list[Job]) -> None:
    st.header("Jobs")
    table = pd.DataFrame([_row(job) for job in jobs])
    picked = picked_row(
        table.style.format({"When": units.age, "Took": units.duration}), [job.id for job in jobs], key="jobs",
        column_config={"Asked for": st.column_config.TextColumn(width=600)},
        alt="The last jobs, newest first: state, what was asked for, how far, how long.")
    st.caption(f"The last {_SHOWN} jobs, newest first. Select one for its failures and its log.")
    for job in jobs:
        if job.id == picked:
            _details(here, job)


def _row(job: Job) -> dict[str, object]:
    return {
        "State": job.state,
        "When": datetime.fromisoformat(job.created_at),
        "Asked for": asked_for(job),
        "Done": f"{job.done} of {len(job.cases)}",
        "Failed": job.failed,
        "Took": job_seconds(job),
        "Message": job.message,
        "Device": job.device.upper(),
        "Priority": job.priority,
        "Asked by": job.requested_by,
    }


def _details(here: Services, job: Job) -> None:
    with st.container(border=True):
        st.header(f"Job {job.id[:8]}, {job.state}")
        st.caption(f"{asked_for(job)} · asked for {units.age(datetime.fromisoformat(job.created_at))}")
        if job.message:
            st.markdown(job.message)
        if job.state in ("interrupted", "cancelled"):
            _go_on(here, job)
        found = failures(here.store, job)
        for line in found:
            st.markdown(f"- {line}")
        if not found and job.done:
            st.markdown("No case of this job failed.")
        if job.log_tail:
            st.markdown("**Last lines of the measuring process**")
            st.code(job.log_tail, language=None, wrap_lines=True)


def _go_on(here: Services, job: Job) -> None:
    """The button that measures what the job left."""
    left = left_of(here, job.cases)
    if left:
        st.button(f"Measure the {units.plural(len(left), 'case')} that it left", on_click=_submit,
                  args=(here, job, left))


def _submit(here: Services, job: Job, left: tuple[Case, ...]) -> None:
    here.queue.submit(left, options=job.options, requested_by=reader(), priority=job.priority)


page()
