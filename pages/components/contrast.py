"""What the theme cannot say: text on the primary colour, which Streamlit writes in white, is dark in the dark theme."""

from __future__ import annotations

import streamlit as st

from pages.components.charts.marks import BACKGROUNDS

_ON_PRIMARY = ('[data-testid="stBaseButton-primary"], [data-testid="stBaseLinkButton-primary"], '
               '[data-testid="stMultiSelect"] [data-tag]')


def readable_on_primary() -> None:
    """In the dark theme the primary colour is light enough to be read as text, so white on it is not.

    The style holds both colours: a reader who changes the theme sees the right one before the page is drawn again.
    """
    st.html(f"<style>{_ON_PRIMARY} {{ color: light-dark({BACKGROUNDS['light']}, {BACKGROUNDS['dark']}) }}</style>")
