"""The sidebar of History: which results a reader wants, bound to the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from backend.catalogue import catalogue
from backend.spec import SPREAD
from pages.components.question.address import Choices
from pages.components.question.selection import framework_label, setting_label
from pages.components.question.spread import row_words
from results_db.browsing import Wanted

VIEWS = {"results": "Results", "time": "Over time", "compare": "Compare"}
FOLLOWED = {"case": "One case", "product": "One product"}   # over time
DAYS = ("since", "until", "day")
_BOUND = {"bind": "query-params", "persist_state": "session"}


def product_label(key: str) -> str:
    return catalogue()[key].label if key in catalogue() else key


_FILTERS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "product": ("Product", product_label),
    "setting": ("Setting", setting_label),
    "l_max": ("L", str),
    "framework": ("Framework", framework_label),
    "device": ("Device", str.upper),
    "machine": ("Machine", str),
    "status": ("Status", str),
}


def own_choices(known: Mapping[str, Iterable[Any]]) -> Choices:
    """What the controls of this page offer, for `read_address`; `known` are the values that occur in the history."""
    offered: dict[str, Any] = {
        f"only_{name}": ([*map(str, known[name])], str if name == "l_max" else label)
        for name, (_, label) in _FILTERS.items()
    }
    return offered | {"only_spread": (list(_spreads(known)), str), "view": (VIEWS, VIEWS.get),
                      "follow": (FOLLOWED, FOLLOWED.get), "product_over_time": (list(known["product"]), product_label)}


def view() -> str:
    """Draws the switch between the forms of this page; the one of VIEWS that is chosen."""
    return st.segmented_control("Show", list(VIEWS), format_func=VIEWS.get, default="results", required=True,
                                key="view", label_visibility="collapsed", **_BOUND)


def wanted(known: Mapping[str, Iterable[Any]]) -> Wanted:
    """Draws the filters; an empty one lets all pass."""
    st.markdown("#### Which results")
    text = st.text_input("Search", key="text", max_chars=200, placeholder="version, message, note, id", help=(
        "Every word must stand in the product, the case, the message, the machine, the versions or a note, or begin "
        "the id of the result."), **_BOUND)
    chosen = {name: tuple(_choose(title, name, known[name], label)) for name, (title, label) in _FILTERS.items()}
    spreads = _spreads(known)
    spread = [each for words in _choose("Spread", "spread", spreads, str) for each in spreads[words]]
    first, last = st.columns(2)
    since = first.date_input("From", None, key="since", help="The first day, of UTC.", **_BOUND)
    until = last.date_input("To", None, key="until", help="The last day, of UTC.", **_BOUND)
    return Wanted(**chosen, spread=tuple(spread), since=since, until=until, text=text or "")


def _choose(title: str, name: str, options: Iterable[Any], label: Callable[[Any], str]) -> list[Any]:
    return st.multiselect(title, list(options), format_func=label, key=f"only_{name}", placeholder="All", **_BOUND)


def _spreads(known: Mapping[str, Iterable[Any]]) -> dict[str, list[tuple]]:
    """The values of SPREAD that occur, by the words for them."""
    found: dict[str, set[tuple]] = {}
    for setting, *values in known["spread"]:
        words, _ = row_words({"setting": setting} | dict(zip(SPREAD, values, strict=True)))
        found.setdefault(words, set()).add(tuple(values))
    return {words: sorted(values) for words, values in sorted(found.items())}
