"""What the theme cannot say: text on the primary colour, which Streamlit writes in white, is dark in the dark theme."""

from __future__ import annotations

import streamlit as st

from pages.components.charts.marks import BACKGROUNDS
from pages.components.runs.live import theme

_ON_PRIMARY = ('[data-testid="stBaseButton-primary"], [data-testid="stBaseLinkButton-primary"], '
               '[data-testid="stMultiSelect"] [data-tag]')


def readable_on_primary() -> None:
    """In the dark theme the primary colour is light enough to be read as text, so white on it is not."""
    if theme() == "dark":
        st.html(f"<style>{_ON_PRIMARY} {{ color: {BACKGROUNDS['dark']} }}</style>")
