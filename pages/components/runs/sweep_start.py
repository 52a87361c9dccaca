"""Starts a preset: what there is, what it will take, and the button."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.environment import devices, environment, identity
from backend.execution.jobs import PRIORITIES
from backend.spec import Case
from backend.sweeps import THOROUGHNESS, Preset, interleaved, preset, presets
from backend.sweeps.estimate import Estimator
from backend.sweeps.plan import Plan, free_memory, plan
from backend.sweeps.preset import part_cases
from pages.components.question.reader import reader
from pages.components.rows.predictor import Made
from pages.components.runs import live
from pages.components.runs.sweep_words import cost_words, figure_links, plan_words
from pages.components.services import Services

_HOW_LONG = {"quick": "quick: to ± 5 %", "default": "default: to ± 2 %", "thorough": "thorough: to ± 1 %"}


def sweep_start(here: Services) -> None:
    """The choice of a preset with its dry run, and the button that queues what is not measured."""
    st.header("Start a sweep")
    which, how, when = st.columns([2, 1, 1])
    known = presets()
    key = which.selectbox("Preset", list(known), format_func=lambda key: known[key].label, key="sweep",
                          bind="query-params", help="Cases that answer a question together.")
    thoroughness = how.selectbox("How long", list(_HOW_LONG), format_func=_HOW_LONG.get, key="sweep_how_long", help=(
        "Samples are taken until the interval of the median is that narrow, or the time for a case is up."))
    priority = when.selectbox("Priority", PRIORITIES, PRIORITIES.index("low"), key="sweep_priority", help=(
        "low: behind what is asked for meanwhile, from case to case. Readers of one priority take turns."))
    chosen = known[key]
    st.markdown(chosen.question)
    left = _left(here, key, here.store.data_version)
    cases = left or chosen.cases()
    made = here.predictor.soon(cases)
    ahead = _plan(here, left, made, key, thoroughness, here.store.data_version, made.at if made else 0.0)
    live.follow(lambda: here.predictor.is_ready(cases))
    st.markdown(plan_words(ahead))
    absent = sorted({case.device for case in left} - set(devices()))
    if absent:
        st.caption(f"This machine has no {absent[0].upper()} device, so this cannot be measured on it here.")
    queued = {case for each in here.queue.status().active for case in each.job.remaining}
    if left and set(left) <= queued:
        st.caption("All of it is in the queue.")
    elif left:
        words = f"Measure {units.plural(len(left), 'case')}{cost_words(ahead)}"
        st.button(words, type="primary", disabled=bool(absent), on_click=_submit,
                  args=(here, left, thoroughness, priority))
    _parts(chosen)


def left_of(here: Services, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The cases that this environment has not measured."""
    verdicts = here.store.lookup_many(cases, {case.key: identity(environment(case)) for case in cases})
    return tuple(case for case in cases if verdicts[case.key].kind != "hit")


@st.cache_data(max_entries=50, show_spinner=False)
def _left(_here: Services, key: str, data_version: int) -> tuple[Case, ...]:
    return interleaved(left_of(_here, preset(key).cases()), 0)


@st.cache_data(max_entries=50, show_spinner=False)
def _plan(_here: Services, _cases: tuple[Case, ...], _made: Made | None, key: str, thoroughness: str, data_version: int,
          made_at: float) -> Plan:
    cases, options = preset(key).cases(), THOROUGHNESS[thoroughness]
    known = _here.store.results(key=[case.key for case in _cases], status=["ok", "unsupported"], latest=True)
    estimator = Estimator(known, _made.model if _made else None)
    return plan(cases, [_cases], lambda case: estimator.estimate(case, options), measured=len(cases) - len(_cases),
                free=free_memory())


def _submit(here: Services, cases: tuple[Case, ...], thoroughness: str, priority: str) -> None:
    here.queue.submit(cases, options=THOROUGHNESS[thoroughness], requested_by=reader(), priority=priority)


def _parts(chosen: Preset) -> None:
    links = [link for part in chosen.parts if (link := figure_links(part))]
    if links:
        st.markdown("Figures, as they are measured:\n" + "\n".join(f"- {link}" for link in links))
    with st.expander(f"What it holds: {units.plural(len(chosen.parts), 'part')}"):
        rows = [(part.name, len(part_cases(part)), part.source, part.differs) for part in chosen.parts]
        st.dataframe(pd.DataFrame(rows, columns=["Part", "Cases", "Source", "What differs"]), hide_index=True,
                     alt="The parts of the preset with the source of each shape.")
        for reason in chosen.missing():
            st.caption(f"Left out: {reason}.")
