"""The fold into which a model's configuration is pasted: its layers, each of which can become the question."""

from __future__ import annotations

import streamlit as st

from backend.model_configs import Layer, layers_of
from backend.spec import L_MAX_LIMIT, Problem, SpecError
from pages.components.question.choose_controls import AS_SET
from pages.components.question.spread import batch_words

_ATOMS, _NEIGHBOURS = 128, 32
_KEPT = ("parity", "channels", "batch", "mixing", "weights", "scope", "neighbours")
_HINT = "hidden_irreps: 128x0e + 128x1o\nmax_ell: 3\ncorrelation: 3"


def model_paste() -> None:
    """Draws the fold; before the controls of the question, which it may set."""
    st.session_state.update(st.session_state.pop("pasted_ready", {}))
    with st.expander("Start from a model's configuration"):
        text = st.text_area("MACE, NequIP, Allegro or Equiformer", key="pasted", placeholder=_HINT, height=140, help=(
            "YAML, JSON, a Python dict, or the options of MACE's command line. Read as data, never run, and not kept "
            "in the address: the question that comes of it is."))
        left, right = st.columns(2)
        atoms = left.number_input("Atoms in a call", 1, 1_000_000, _ATOMS, key="pasted_atoms")
        neighbours = right.number_input("Neighbours", 1, 1024, _NEIGHBOURS, key="pasted_neighbours", help=(
            "Of an atom, where the configuration does not say."))
        if not text.strip():
            return
        try:
            layers = _layers(text, int(atoms), int(neighbours))
        except SpecError as error:
            st.error(f"{str(error)[0].upper()}{str(error)[1:]}.")
            return
        for number, layer in enumerate(layers):
            _offer(layer, number)


@st.cache_data(max_entries=20, show_spinner=False)
def _layers(text: str, atoms: int, neighbours: int) -> tuple[Layer, ...]:
    return layers_of(text, atoms=atoms, neighbours=neighbours)


def _offer(layer: Layer, number: int) -> None:
    problem = layer.problem
    st.markdown(f"**{layer.name}**: x up to {problem.l1}, y up to {problem.l2}, z up to {problem.l_out}; "
                f"{problem.channels:,} channels, {batch_words(problem)}")
    st.caption(f"From {layer.read}." + f" Differs: {layer.differs}." * bool(layer.differs))
    st.button(f"Ask this of {layer.name}", key=f"pasted_{number}", on_click=ask, args=(problem,))


def ask(problem: Problem) -> None:
    """Sets the controls of the question to a problem: first the setting, which decides what other controls there are;
    `settling` then those."""
    l_max = min(max(1, problem.l_max), L_MAX_LIMIT)
    kept = {name: getattr(problem, name) for name in _KEPT}
    shaped = Problem.of(problem.setting, l_max, **kept) != problem
    state = {name: str(value) if isinstance(value, int) else value for name, value in kept.items()}
    state |= {name: str(getattr(problem, name)) if shaped else AS_SET for name in ("l1", "l2", "l_out")}
    st.session_state["setting"] = problem.setting
    st.session_state["pasted_state"] = state | {"l_max": l_max}


def settling() -> bool:
    """After the controls of the question: whether some are still to be set. A control that is set before the browser
    has it is not in the address."""
    if "pasted_state" not in st.session_state:
        return False
    st.session_state.setdefault("pasted_drawn", False)
    st.fragment(_set_the_rest, run_every=0.3)()
    return True


def _set_the_rest() -> None:
    """Once the browser has drawn the controls, and asks again: draws the page with them set."""
    if st.session_state["pasted_drawn"]:
        del st.session_state["pasted_drawn"]
        st.session_state["pasted_ready"] = st.session_state.pop("pasted_state")
        st.rerun()
    st.session_state["pasted_drawn"] = True
