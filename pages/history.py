"""What has been measured: every result in a table, and sets of results beside one another."""

from __future__ import annotations

import streamlit as st

from pages.components.history.compare_view import compare_view
from pages.components.history.results_view import results_view
from pages.components.history.slower_list import slower_list
from pages.components.history.time_view import time_view
from pages.components.question import compare_controls
from pages.components.question import history_controls as controls
from pages.components.question.address import read_address
from pages.components.rows.frames import history_choices, parts_of
from pages.components.runs import live
from pages.components.services import services


def page() -> None:
    """The filters in the sidebar, and one of three forms of the results that pass."""
    here = services()
    shown = live.seen(here)
    known = history_choices(here.store, here.store.data_version)
    st.title("What has been measured?")
    live.watch(here, shown)
    if not known["total"][0]:
        st.info("The history is empty. Press Measure on the Tradeoff page, or import results: "
                "`python -m results_db import FILE`.")
        return
    parts = parts_of(here.store, here.store.data_version)
    own = {**controls.own_choices(known), **compare_controls.own_choices(parts)}
    for problem in read_address(own, days=controls.DAYS):
        st.warning(problem)
    with st.sidebar:
        wanted = controls.wanted(known)
    view = controls.view()
    if view == "compare":
        compare_view(here, wanted, parts, shown.theme)
    elif view == "time":
        time_view(here, wanted, shown.theme)
    else:
        slower_list(here, wanted)
        results_view(here, wanted, known["total"][0])


page()
