"""What History sets beside one another: a part of the environment and its values, or days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from backend.metrics import METRICS
from pages.components.question.address import Choices
from results_db.compare_sets import DATE, TIMES, Split

_BOUND = {"bind": "query-params", "persist_state": "session"}
_FIRST = ("jax", "torch", "driver", "machine")   # what a reader most likely asks for
_MOST = 4   # sets beside the first


def own_choices(parts: Mapping[str, Sequence[str]]) -> Choices:
    """What the controls of this view offer, for `read_address`."""
    values = {f"{which}_{name}": (list(found), str) for name, found in parts.items() for which in ("first", "then")}
    return values | {"part": (_ordered(parts), part_label), "compared": (TIMES, lambda name: METRICS[name].label)}


def split(parts: Mapping[str, Sequence[str]]) -> tuple[Split, str]:
    """Draws the choice of the sets and of the time; by default the newest value after the one before it."""
    left, middle, right, last = st.columns([2, 3, 4, 2])
    part = left.selectbox("Compare by", _ordered(parts), format_func=part_label, key="part", **_BOUND)
    if part == DATE:
        day = middle.date_input("Before and from", None, key="day", help="A day of UTC.", **_BOUND)
        values = (day.isoformat(),) if day else ()
    else:
        known = list(parts[part])
        first = middle.selectbox("First", known, min(1, len(known) - 1), key=f"first_{part}", **_BOUND)
        others = [each for each in known if each != first]
        then = right.multiselect("Compared with it", others, others[:1], key=f"then_{part}", max_selections=_MOST,
                                 **_BOUND)
        values = (first, *then)
    time = last.selectbox("Time", TIMES, format_func=lambda name: METRICS[name].label, key="compared", **_BOUND)
    return Split(part, values), time


def part_label(name: str) -> str:
    return {DATE: "Date", "machine": "Machine", "device": "Device", "driver": "Driver", "source": "Our source"}.get(
        name, name)


def _ordered(parts: Mapping[str, Sequence[str]]) -> list[str]:
    return [*(name for name in _FIRST if name in parts), DATE, *sorted(set(parts) - {*_FIRST})]
