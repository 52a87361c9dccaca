"""The choices of the tradeoff chart: widgets bound to the address, read into a `View`."""

from __future__ import annotations

import streamlit as st

from backend.metrics import METRICS
from pages.components.question import selection
from pages.components.question.address import Choices
from pages.components.question.selection import EXPRESSIVITIES, FRONTS, NORMALISERS, SHOWN, TIMES, View

CHOICES: Choices = {
    "y": (TIMES, lambda name: METRICS[name].label),
    "x": (EXPRESSIVITIES, lambda name: METRICS[name].label),
    "per": (NORMALISERS, selection.normaliser_label),
    "front": (FRONTS, selection.front_label),
}
_BOUND = {"bind": "query-params", "persist_state": "session"}


def view() -> View:
    """Draws the choices of the chart."""
    st.markdown("#### Chart")
    return View(
        time=_select("Time", "y", help=" ".join(f"{METRICS[name].label}: {METRICS[name].meaning}" for name in TIMES)),
        expressivity=_select("Expressivity", "x", help=" ".join(
            f"{METRICS[name].label}: {METRICS[name].meaning}" for name in EXPRESSIVITIES)),
        normaliser=_select("Time divided by", "per", help=(
            "A product that does more may cost more: divide by what it buys.")),
        front=_select("Pareto front", "front", help=(
            "A band: what it costs to have at least so much expressivity, in 95 of 100 draws of every time within its "
            "interval. A point is on the front if in 95 of 100 draws none is both faster and more expressive; what no "
            "interval tells from it is tied. Only numbers of one machine and version have a front together.")),
        logarithmic_x=st.toggle("Logarithmic expressivity", False, key="log_x", **_BOUND),
        logarithmic_y=st.toggle("Logarithmic time", True, key="log_y", **_BOUND),
        shown=tuple(st.pills("Shown", SHOWN, selection_mode="multi", default=SHOWN, key="shown", **_BOUND, help=(
            "measured: your history, filled marks. predicted: what your history lets expect of cases that are not "
            "measured, outlines on dotted paths. recorded: other machines' results that ship with the program, marks "
            "with a core. published: the paper's figures, struck marks; for one channel, batch 10,000 and whatever "
            "`python -m results_db import-published` brought."))),
    )


def _select(label: str, name: str, *, help: str) -> str:
    choices, format_func = CHOICES[name]
    return st.selectbox(label, tuple(choices), format_func=format_func, key=name, help=help, **_BOUND)
