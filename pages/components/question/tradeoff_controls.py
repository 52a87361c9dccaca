"""The choices of the tradeoff chart: widgets bound to the address, read into a `View`."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from backend.catalogue import catalogue
from pages.components.question import selection
from pages.components.question.address import Choices
from pages.components.question.selection import (
    ANY,
    AXES,
    COSTS,
    EXPRESSIVITIES,
    FACETS,
    FRONTS,
    NORMALISERS,
    OVERS,
    SHOWN,
    View,
)

CHOICES: Choices = {
    "y": (COSTS, lambda name: AXES[name].label),
    "x": (EXPRESSIVITIES, lambda name: AXES[name].label),
    "per": (NORMALISERS, selection.normaliser_label),
    "over": (OVERS, selection.over_label),
    "front": (FRONTS, selection.front_label),
    "facets": (FACETS, selection.facets_label),
    "same": ((ANY, *(f"{entry.key}:{variant}" for entry in catalogue().values() for variant in entry.variants)),
             selection.function_label),
}
_BOUND = {"bind": "query-params", "persist_state": "session"}


def view() -> View:
    """Draws the choices of the chart."""
    st.markdown("#### Chart")
    return View(
        cost=_select("Cost", "y", help=_meanings(COSTS)),
        expressivity=_select("Expressivity", "x", help=_meanings(EXPRESSIVITIES)),
        normaliser=_select("Cost divided by", "per", help=(
            "A product that does more may cost more: divide by what it buys, or by what it writes.")),
        over=_select("Paths over", "over", help=(
            "degree L: L = 1 ... L_max. inner channels K: a layer at L_max with K = 1, 2, 4 ... channels between its "
            "linear layers, up to the inner channels above (0: as many as channels): how many make up for few paths?")),
        front=_select("Pareto front", "front", help=(
            "A band: what it costs to have at least so much expressivity, in 95 of 100 draws of every cost within its "
            "interval. A point is on the front if in 95 of 100 draws none both costs less and does more; what no "
            "interval tells from it is tied. Only numbers of one machine and version have a front together.")),
        facets=_select("Pictures", "facets", help=(
            "One, or small ones on the same axes: the question in each setting, or on each device.")),
        same=_select("Same function as", "same", help=(
            "Shows only products that compute the function of this one: the same outputs, the same zero pattern of the "
            "coupling table. Their times are comparable as they stand.")),
        logarithmic_x=st.toggle("Logarithmic expressivity", False, key="log_x", **_BOUND),
        logarithmic_y=st.toggle("Logarithmic cost", True, key="log_y", **_BOUND),
        shown=tuple(st.pills("Shown", SHOWN, selection_mode="multi", default=SHOWN, key="shown", **_BOUND, help=(
            "measured: your history, filled marks. predicted: what your history lets expect of cases that are not "
            "measured, outlines on dotted paths. recorded: other machines' results that ship with the program, marks "
            "with a core. published: the paper's figures, struck marks; for one channel, batch 10,000 and whatever "
            "`python -m results_db import-published` brought."))),
    )


def _meanings(names: Sequence[str]) -> str:
    return " ".join(f"{AXES[name].label}: {AXES[name].meaning}" for name in names)


def _select(label: str, name: str, *, help: str) -> str:
    choices, format_func = CHOICES[name]
    return st.selectbox(label, tuple(choices), format_func=format_func, key=name, help=help, **_BOUND)
