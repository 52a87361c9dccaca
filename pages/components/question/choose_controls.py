"""The controls of the page Choose: what is required, degrees of its own, the map's axes; bound to the address."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from backend.choosing import FREE, SYMMETRIES, Requirements
from backend.needs import NEEDS
from backend.spec import DIRECTIONS, L_MAX_LIMIT
from pages.components.question import address, controls
from pages.components.question.choosing import MAPS, Asked
from pages.components.question.selection import Question, direction_label, purpose_label

_BOUND = {"bind": "query-params", "persist_state": "session"}
_NEEDS = (FREE, *NEEDS)
_ANY = "any"
_ERRORS = {_ANY: None, "1e-2": 1e-2, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6, "1e-12": 1e-12}
_MEMORIES = {_ANY: None, "100 MB": 1e8, "1 GB": 1e9, "4 GB": 4e9, "8 GB": 8e9, "16 GB": 16e9, "24 GB": 24e9,
             "40 GB": 40e9, "80 GB": 80e9}
_REQUIRED = {
    "symmetry": ("Equivariance", "How it must behave under rotations and inversion; approximate: up to an error.", 190),
    "max_error": ("Largest error", "Relative, against the float64 oracle, and of its equivariance; as measured.", 130),
    "max_memory": ("Memory limit", "At the peak of one call, its arguments included.", 135),
}
AS_SET = "as set"   # of a degree: as the setting and L_max have it
_DEGREES = {"l1": L_MAX_LIMIT, "l2": 2 * L_MAX_LIMIT, "l_out": 2 * L_MAX_LIMIT}
_SYMMETRIES = {"O3": "O(3) exactly", "SO3": "SO(3) is enough", "approximate": "approximate accepted"}


def need_label(key: str) -> str:
    """A need as the control and the tables call it."""
    return "every path, each free" if key == FREE else NEEDS[key].label


CHOICES: address.Choices = {
    "direction": (DIRECTIONS, purpose_label),
    "symmetry": (SYMMETRIES, _SYMMETRIES.__getitem__),
    "max_error": (_ERRORS, str),
    "max_memory": (_MEMORIES, str),
    "any_framework": (("true", "false"), str),
    "map": (MAPS, str),
    **{name: ((AS_SET, *map(str, range(high + 1))), str) for name, high in _DEGREES.items()},
}


def read_address() -> list[str]:
    """Spells the address as the controls do; a sentence for each value that no control can hold."""
    said = st.query_params.get("direction")
    if meant := {direction_label(each): each for each in DIRECTIONS}.get(said):   # as the other pages spell it
        st.query_params["direction"] = purpose_label(meant)
        st.rerun()
    problems, asked = [], st.query_params.get_all("needs")
    known = {label: key for key in _NEEDS for label in (key, need_label(key))}
    if unknown := [each for each in asked if each and each not in known]:
        problems.append(f"needs must be of {', '.join(map(need_label, _NEEDS))}, got {unknown[0]!r:.60} in the "
                        "address.")
        del st.query_params["needs"]
    elif (spelled := [need_label(known[each]) for each in asked if each]) != [each for each in asked if each]:
        st.query_params["needs"] = spelled
        st.rerun()
    return address.kept([*problems, *address.read_address(CHOICES)])


def question() -> Asked:
    """Draws the question of the sidebar; what it asks, with the usual requirements. Raises SpecError where a typed
    number is none."""
    found = controls.question(asks_purpose=True)
    return Asked(found, Requirements(), _degrees(found))


def required(found: Asked) -> Asked:
    """Draws the requirements in a row: the same question with those."""
    with st.container(horizontal=True, vertical_alignment="bottom"):   # which wraps in a narrow window
        needs = st.multiselect(
            "Interactions required", _NEEDS, [FREE], format_func=need_label, key="needs", placeholder="none", width=285,
            **_BOUND, help=(
                "every path, each free: all that Clebsch-Gordan can, with a weight of its own for each path. The "
                "others: paths that the product must reach, free or summed with others. None: whatever it loses is "
                "only said."))
        symmetry, error, memory = (_select(label, name, help, width=width)
                                   for name, (label, help, width) in _REQUIRED.items())
        anywhere = st.toggle("Any framework", False, key="any_framework", **_BOUND, help=(
            "NumPy, JAX and PyTorch compete, each as it usually compiles; else the one under Machine alone."))
    return replace(found, any_framework=anywhere,
                   requirements=Requirements(tuple(needs), symmetry, _ERRORS[error], _MEMORIES[memory]))


def map_axes(found: Asked) -> Asked:
    """Draws the choice of the map's axes, which stands beside the map: the same with those."""
    if found.shaped:
        return found
    return replace(found, map=_select("Map over", "map", "What varies across and up; the rest is as asked."))


def _degrees(question: Question) -> tuple[int | None, int | None, int | None]:
    set_by = question.problem(question.l_max)
    with st.expander("Degrees of x, y and z"):
        st.caption(f"By {question.setting} and L {question.l_max}: x up to {set_by.l1}, y up to {set_by.l2}, z up to "
                   f"{set_by.l_out}. A layer of a model may have others.")
        chosen = [_select(f"{name}, largest degree", key, "")
                  for name, key in zip(("x", "y", "z"), _DEGREES, strict=True)]
    l1, l2, l_out = (None if each == AS_SET else int(each) for each in chosen)
    return (l1, l1 if question.setting == "square" else l2, l_out)


def _select(label: str, name: str, help: str, *, width: int | str = "stretch") -> str:
    choices, format_func = CHOICES[name]
    return st.selectbox(label, tuple(choices), format_func=format_func, key=name, help=help or None, width=width,
                        **_BOUND)
