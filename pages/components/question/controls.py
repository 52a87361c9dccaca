"""The question in the sidebar, the same on every page that asks one: widgets bound to the address, read into a
`Question`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from backend.spec import (
    COMPILATIONS,
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    MIXINGS,
    PARITIES,
    SCOPES,
    SETTINGS,
    WEIGHTS,
)
from pages.components.question import channel_controls, selection, spread
from pages.components.question.selection import PREFERRED, Question
from pages.components.services import services

L_MAX = 12
CHANNELS = ("1", "8", "32", "64", "128", "256")
BATCHES = ("1", "10", "100", "1000", "10000", "100000")
_BOUND = {"bind": "query-params", "persist_state": "session"}
_DEFAULT = Question()
_MODES = {
    "jax": "preferred: jit. jit: the whole call is compiled. eager: each operation is dispatched by itself.",
    "torch": "preferred: eager. eager: each operation by itself. compiled: by Inductor. graph: as a CUDA graph.",
}
CHOICES: dict[str, tuple[Iterable[str], Callable[[str], str]]] = {
    "setting": (SETTINGS, selection.setting_label),
    "parity": (PARITIES, str),
    "framework": (FRAMEWORKS, selection.framework_label),
    "device": (DEVICES, str.upper),
    "dtype": (DTYPES, str),
    "direction": (DIRECTIONS, selection.direction_label),
    "layout": ((PREFERRED, *LAYOUTS), str),
    "compilation": ((PREFERRED, *COMPILATIONS["torch"]), str),
    "compilation_jax": ((PREFERRED, *COMPILATIONS["jax"]), str),   # of its own: each framework has others
    "mixing": (MIXINGS, spread.mixing_label),
    "weights": (WEIGHTS, spread.weights_label),
    "scope": (SCOPES, str),
}


def question(*, asks_purpose: bool = False) -> Question:
    """Draws the question and the machine; with `asks_purpose` what a call is for stands in sight. Raises SpecError
    where a typed number is none."""
    st.markdown("#### Question")
    setting = _select("Setting", "setting", help=(
        "SISO: one degree times one degree into one. SIMO: into all. MIMO: all degrees up to L times all, into all "
        "up to 2L. layer: the same, outputs cut at L. edge: all degrees up to L with the harmonics of one direction. "
        "square: x with itself, summed by weights, as in MACE's product basis."))
    l_max = st.slider("L_max", 1, L_MAX, _DEFAULT.l_max, key="l_max", **_BOUND, help=(
        "Each product is drawn as a path through L = 1 ... L_max, this L emphasised."))
    channels = _typed("Channels", "channels", CHANNELS, _DEFAULT.channels,
                      "Copies of each irrep. Pick one or type any whole number; below, how they meet.")
    around = channel_controls.spread(setting, select=_select, typed=_typed)
    batch = _typed("Batch", "batch", BATCHES, _DEFAULT.batch,
                   "Rows per call: samples, edges of a message, or nodes. Pick one or type any whole number.")
    parity = _select("Parity", "parity", help=(
        "both: every path. natural: only outputs of parity (-1)^l, as the paper timed."))
    purpose = {"direction": _direction("Training or inference", selection.purpose_label)} if asks_purpose else {}
    machine = _machine(**purpose)
    return Question(
        setting, l_max, selection.whole_number("channels", channels), selection.whole_number("batch", batch),
        parity, **machine, **around)


def _machine(**chosen_before: str) -> dict[str, Any]:
    st.markdown("#### Machine")
    summary = st.empty()
    with st.expander("Change the machine"):
        framework = _select("Framework", "framework")
        chosen = {"framework": framework, "device": _select("Device", "device")}
        here = services()
        if "cuda" not in here.devices():
            st.caption(f"{here.where.capitalize()} has no CUDA device: GPU results can be read from the history, not "
                       "measured here.")
        chosen |= {
            "dtype": _select("Precision", "dtype"),
            **(chosen_before or {"direction": _direction("Direction")}),
            "layout": _select("Memory layout", "layout", help="preferred: each product in the layout it prefers."),
            "compilation": _compilation(framework),
            "threads": int(st.number_input("CPU threads", 1, cores(), _DEFAULT.threads, key="threads", **_BOUND)),
        }
    summary.caption(Question(**chosen).machine_summary())
    return chosen


def _direction(label: str, words: Callable[[str], str] | None = None) -> str:
    return _select(label, "direction", words=words, help=(
        "forward, for inference of energies. forward and backward, with the gradient by both inputs: for forces or for "
        "training on energies. double backward, the gradients of that one: for training on forces."))


def _select(label: str, name: str, *, help: str | None = None, words: Callable[[str], str] | None = None) -> str:
    choices, format_func = CHOICES[name]
    choices = tuple(choices)
    index = choices.index(getattr(_DEFAULT, name, choices[0]))
    return st.selectbox(label, choices, index, format_func=words or format_func, key=name, help=help, **_BOUND)


def _typed(label: str, name: str, suggestions: tuple[str, ...], default: int, help: str) -> str:
    return st.selectbox(
        label, suggestions, suggestions.index(str(default)), key=name, help=help, accept_new_options=True,
        format_func=_with_separators, **_BOUND)


def _with_separators(text: str) -> str:
    return f"{int(text):,}" if re.fullmatch(r"\d{1,30}", text) else text


def _compilation(framework: str) -> str:
    """The compilation to ask for; a choice only where the framework has several."""
    known = COMPILATIONS[framework]
    if len(known) == 1:
        st.caption(f"{selection.framework_label(framework)} always runs as {known[0]}.")
        return PREFERRED
    return _select("Compilation", "compilation_jax" if framework == "jax" else "compilation", help=_MODES[framework])


def cores() -> int:
    return os.cpu_count() or 1
