"""The buttons of the page Choose: they measure what would answer, at a small batch first where that saves minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend import units
from backend.catalogue import catalogue
from backend.choosing import Answer
from backend.spec import Case
from backend.sweeps.options import PRESETS
from pages.components.question.reader import reader
from pages.components.rows.choices import SECONDS, SLOW, seconds_of
from pages.components.rows.pilot import Pilot
from pages.components.services import Services

_FIRST = {**PRESETS["quick"], "case_timeout": 20.0}   # of measuring at a small batch


def measure_candidates(here: Services, answer: Answer, cases: tuple[Case, ...], pilot: Pilot | None) -> None:
    """Draws the buttons that measure what would do and is not measured here, and everyday products that would lose
    something: what they would save is then said as well."""
    wanted = {each.key for each in answer.untimed}
    wanted |= {each.candidate.key for each in answer.ranked if each.candidate.state != "measured"}
    less = {each.candidate.key for each in answer.ruled_out if each.candidate.time is None
            and all(reason.is_a_loss for reason in each.reasons)}
    known = catalogue()
    usual = tuple(case for case in cases if case.key in less and known[case.product].everyday
                  and case.variant == known[case.product].default_variant)
    would_do = tuple(case for case in cases if case.key in wanted)
    first = pilot.untimed if pilot and would_do else ()
    likely, worse = pilot.split(would_do) if pilot else (would_do, ())
    if first:
        st.caption(f"Batch {answer.problem.batch:,} takes some candidates minutes. At batch {pilot.batch:,} all are "
                   f"measured in seconds each, and those that take over {SLOW:g} times as long as the fastest need not "
                   "be measured at yours.")
    with st.container(horizontal=True):
        if first:
            measure_button(here, first, f"Measure {{}} at batch {pilot.batch:,} first", "choose_first",
                           seconds=SECONDS * len(first), options=_FIRST)
        narrowed = "that may be fastest" if worse else "that would do"
        measure_button(here, likely, f"Measure {{}} {narrowed}", "choose_measure",
                       seconds=_seconds(here, likely, pilot), type="secondary" if first else "primary")
        if worse:
            measure_button(here, worse, f"Measure {{}} that did worse at batch {pilot.batch:,}", "choose_worse",
                           seconds=_seconds(here, worse, pilot), type="secondary")
        measure_button(here, usual, "Measure {} that would lose something", "choose_less",
                       seconds=_seconds(here, usual, pilot), type="secondary")


def measure_button(here: Services, cases: tuple[Case, ...], words: str, key: str, *, seconds: float | None,
                   type: str = "primary", options: Mapping[str, Any] | None = None) -> None:
    """A button that measures the cases that no job is to measure yet; `seconds` that all should take, where known."""
    active = {case.key for each in here.queue.status().active for case in each.job.remaining}
    idle = tuple(case for case in cases if case.key not in active)
    if not idle:
        return
    absent = idle[0].device not in here.devices()
    said = f" · about {units.duration(seconds * len(idle) / len(cases))}" if seconds else ""
    st.button(words.format(units.plural(len(idle), "candidate")) + said, key=key, disabled=absent, type=type,
              on_click=_submit, args=(here, idle, options or {}))
    if absent:
        st.caption(f"{here.where.capitalize()} has no {idle[0].device.upper()} device, so nothing is measured on it.")


def _seconds(here: Services, cases: tuple[Case, ...], pilot: Pilot | None) -> float | None:
    """What measuring should take, by the cost model, or by the small batch."""
    found = seconds_of(here, cases)
    return found if found is not None or pilot is None else pilot.seconds(cases)


def _submit(here: Services, cases: tuple[Case, ...], options: Mapping[str, Any]) -> None:
    here.queue.submit(cases, options=options, requested_by=reader())
