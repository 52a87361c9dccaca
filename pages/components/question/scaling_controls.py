"""The choices of the page Scaling: widgets bound to the address, read into `Along`."""

from __future__ import annotations

import streamlit as st

from backend.metrics import METRICS
from pages.components.question.address import Choices
from pages.components.question.along import AXES, ENDS, OVER, SCALED, Along
from pages.components.question.selection import SHOWN

CHOICES: Choices = {
    "across": (tuple(AXES), AXES.__getitem__),
    "metric": (SCALED, lambda name: METRICS[name].label),
    "over": (OVER, str),
    **{f"{name}_to": (tuple(map(str, ends)), str) for name, ends in ENDS.items()},
}
_BOUND = {"bind": "query-params", "persist_state": "session"}
_FIRST_END = {"channels": "64", "batch": "10000"}


def along() -> Along:
    """Draws the choices of the chart."""
    st.markdown("#### Chart")
    across = _select("Against", "across", help="What grows from left to right; the rest is as under Question.")
    end = 0
    if across != "l_max":
        end = int(_select("Up to", f"{across}_to", default=_FIRST_END[across], help=(
            f"The largest value of {AXES[across].lower()}; that under Question is drawn as well.")))
    return Along(
        across, _select("Metric", "metric", help=" ".join(
            f"{METRICS[name].label}: {METRICS[name].meaning}" for name in SCALED)), end,
        over=_select("Slope over", "over", help=(
            "all points that are drawn of a line, or those of its upper half, three at least, where an asymptote is "
            "nearest.")),
        floors=st.toggle("Floor of each product", False, key="floors", **_BOUND, help=(
            "Below which no call can be on this device, where its limits are measured (page Hardware).")),
        shown=tuple(st.pills("Shown", SHOWN, selection_mode="multi", default=SHOWN, key="shown", **_BOUND, help=(
            "measured: your history. predicted: what it lets expect; no slope rests on it. recorded: other machines' "
            "results that ship with the program. published: the paper's figures."))))


def _select(label: str, name: str, *, help: str, default: str = "") -> str:
    choices, format_func = CHOICES[name]
    choices = tuple(choices)
    return st.selectbox(label, choices, choices.index(default) if default else 0, format_func=format_func, key=name,
                        help=help, **_BOUND)
