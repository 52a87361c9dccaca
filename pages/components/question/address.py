"""The address of a page: spelled as its controls do, and what no control can hold said in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import streamlit as st

from backend.spec import FRAMEWORKS
from pages.components.question.controls import CHOICES, L_MAX, cores
from pages.components.question.product_pills import known_labels, labels_for, pills_key
from pages.components.question.selection import SHOWN

_TOGGLES = ("log_x", "log_y", "log_time")
Address = Mapping[str, Sequence[str]]
Choices = Mapping[str, tuple[Iterable[str], Callable[[str], str]]]   # by name: what a control offers, and as what


def read_address(own: Choices | None = None, *, days: Sequence[str] = ()) -> list[str]:
    """Spells the address as the controls do, those of `controls` and the page's `own`, whose `days` hold a date each.
    What no control can hold is taken out of it, so that the control shows its default; one sentence for each such
    value."""
    every = {**CHOICES, **(own or {})}
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    if spelled := _respelled(address, every):
        st.query_params.update(spelled)
        st.rerun()
    problems = _problems(address, every, days)
    for name in problems:
        del st.query_params[name]
    return kept(list(problems.values()))


def kept(problems: list[str]) -> list[str]:
    """What there is to say of the address, until the reader changes it: a page may draw itself anew at once, and what
    was wrong stands in the address no more."""
    now = {(name, *st.query_params.get_all(name)) for name in st.query_params}
    if problems:
        st.session_state["said_of_address"] = (st.context.url, now, problems)
        return problems
    url, before, said = st.session_state.get("said_of_address", ("", set(), []))
    return said if url == st.context.url and now <= before else []   # controls leave out of it what is as usual


def _problems(address: Address, every: Choices, days: Sequence[str]) -> dict[str, str]:
    """A sentence by name for what no control can hold."""
    choices = {name: [label(choice) for choice in known] for name, (known, label) in every.items()}
    choices |= {name: ["true", "false"] for name in _TOGGLES}
    musts = {name: f"be one of {', '.join(known)}" for name, known in choices.items()
             if name in address and set(address[name]) - {*known}}
    for name, high in (("l_max", L_MAX), ("threads", cores())):
        if name in address and not _whole_number(address[name][0], high):
            musts[name] = f"be a whole number from 1 to {high}"
    for name in days:
        if name in address and not _day(address[name][0]):
            musts[name] = "be a day as 2026-11-23"
    for name in map(pills_key, FRAMEWORKS):
        if set(address.get(name, ())) - {"", *known_labels()}:
            musts[name] = "name products as `python -m backend list` does"
    if set(address.get("shown", ())) - {"", *SHOWN}:
        musts["shown"] = f"be of {', '.join(SHOWN)}"
    return {name: f"{name} must {must}, got {', '.join(address[name])!r:.60} in the address."
            for name, must in musts.items()}


def _respelled(address: Address, every: Choices) -> dict[str, str | list[str]]:
    """The values of the address that are written another way than the control does, as it does: MIMO for mimo."""
    spelled: dict[str, str | list[str]] = {}
    for name, (choices, label) in every.items():
        meant = {said.casefold(): label(choice) for choice in choices for said in (choice, label(choice))}
        asked = list(address.get(name, ()))
        if (shown := [meant.get(each.casefold(), each) for each in asked]) != asked:
            spelled[name] = shown
    for name in map(pills_key, FRAMEWORKS):
        asked = list(address.get(name, ()))
        if labels_for(asked) != asked:
            spelled[name] = labels_for(asked)
    return spelled


def _day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _whole_number(text: str, high: int) -> bool:
    return re.fullmatch(r"\d{1,9}", text) is not None and 1 <= int(text) <= high
