"""What the theme cannot say: dark text on the primary colour in the dark theme, room above a touched table, and the
width that charts need."""

from __future__ import annotations

import streamlit as st

from pages.components.charts.marks import BACKGROUNDS

_ON_PRIMARY = ('[data-testid="stBaseButton-primary"], [data-testid="stBaseLinkButton-primary"], '
               '[data-testid="stMultiSelect"] [data-tag]')
_ABOVE_TABLES = ('@media (hover: none) { [data-testid="stElementContainer"]:has([data-testid="stDataFrame"]) '
                 '{ margin-top: 2rem } }')
_CHART = '[data-testid="stElementContainer"]:not(.st-key-crossover):has([data-testid="stPlotlyChart"])'   # which fits
_WIDE_CHARTS = (f'@media (hover: hover) and (max-width: 1100px) {{ {_CHART} {{ overflow-x: auto }} '
                f'{_CHART} > [data-testid="stFullScreenFrame"] {{ min-width: 54rem }} }}')


def readable() -> None:
    """In the dark theme the primary colour is light enough to be read as text, so white on it, as Streamlit writes, is
    not. Where nothing hovers, a table's buttons always stand above it, and must not cover what is said there. A
    chart whose names stand beside its points is no narrower than they need: in a small window it scrolls sideways.

    The style holds both colours: a reader who changes the theme sees the right one before the page is drawn again.
    """
    st.html(f"<style>{_ON_PRIMARY} {{ color: light-dark({BACKGROUNDS['light']}, {BACKGROUNDS['dark']}) }} "
            f"{_ABOVE_TABLES} {_WIDE_CHARTS}</style>")
