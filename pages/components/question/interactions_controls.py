"""What the page Interactions asks beside the question: a need, the product to look at, and one to compare it with."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from backend.catalogue import catalogue, label
from backend.needs import ALL, NEEDS, Need
from backend.spec import FRAMEWORKS
from backend.written_needs import written
from pages.components.question import address

NOTHING = "nothing"
_BOUND = {"bind": "query-params", "persist_state": "session"}
_FIRST = "gaunt_grid"


def read_address() -> list[str]:
    """Spells the address as the controls do, and takes out what no control can hold: a sentence for each such value."""
    asked = st.query_params.get("need", "")
    if asked in NEEDS:
        st.query_params["need"] = NEEDS[asked].label
        st.rerun()
    choices = {}
    for framework in FRAMEWORKS:
        names = {f"{known.key}:{variant}": label(known.key, variant) for known in catalogue().values()
                 for variant in known.variants if framework in known.frameworks}
        choices[f"look_{framework}"] = (tuple(names), names.__getitem__)
        choices[f"against_{framework}"] = ((NOTHING, *names), {NOTHING: NOTHING, **names}.__getitem__)
    return address.read_address(choices)


def need() -> Need:
    """Draws the choice of a need; one may be written as well. Raises SpecError where what is written is none."""
    st.markdown("#### Interaction")
    labels = {known.label: known for known in NEEDS.values()}
    chosen = st.selectbox(
        "Needed", list(labels), list(labels).index(NEEDS[ALL].label), key="need", accept_new_options=True, **_BOUND,
        help="What must be possible. Pick one, or write your own: 2e x 3o -> 4o, 2 x 3 -> all; several with commas.")
    return labels.get(chosen) or written(chosen)


def products(labels: Sequence[str], framework: str) -> tuple[str, str]:
    """Draws the choice of the product that is looked at and of the one beside it; their labels, the second perhaps
    NOTHING."""
    first = label(_FIRST, catalogue()[_FIRST].default_variant)
    index = labels.index(first) if first in labels else 0
    looked = st.selectbox("Product in the picture", labels, index, key=f"look_{framework}", **_BOUND)
    against = st.selectbox("Compared with", [NOTHING, *labels], key=f"against_{framework}", **_BOUND, help=(
        "Then the picture shows the difference: what one reaches that the other does not."))
    return looked, against
