"""Addresses for common questions: quiet links above the picture."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from pages.components.charts.marks import MUTED_INKS
from pages.components.question import controls, tradeoff_controls

PRESETS: dict[str, dict[str, str]] = {   # name -> choices, as the command line calls them
    "What the paper compared": {"l_max": "4", "channels": "1", "batch": "10000", "parity": "natural"},
    "A MACE-like layer": {"setting": "layer", "channels": "32", "mixing": "uvu", "weights": "per_sample"},
    "When inner channels saturate": {"over": "k", "channels": "2", "scope": "layer", "inner_channels": "16"},
    "Price per degree of freedom": {"per": "degrees_of_freedom"},
    "What the libraries do": {"framework": "torch", "same": "clebsch_gordan_dense:"},
}


def address_of(choices: dict[str, str]) -> str:
    """The address that asks so, spelled as the controls do."""
    known = {**controls.CHOICES, **tradeoff_controls.CHOICES}
    return "?" + urlencode({name: known[name][1](value) if name in known else value
                            for name, value in choices.items()})


def presets() -> None:
    """Draws the links. Each opens its address anew, so that nothing is left of what was chosen before."""
    style = f"color: light-dark({MUTED_INKS['light']}, {MUTED_INKS['dark']}); text-underline-offset: 0.25em"
    links = " ".join(f'<a style="{style}" href="{escape(address_of(choices))}">{escape(name)}</a>'
                     for name, choices in PRESETS.items())
    st.html(f'<nav aria-label="Common questions" style="display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; '
            f'font-size: 0.875rem">{links}</nav>')
