"""An error that nobody foresaw, as a reader sees it: what happened, that nothing is lost, what to do. Never a trace."""

from __future__ import annotations

import streamlit as st

from results_db import StoreError


def say_failure(error: Exception) -> bool:
    """Draws the sentences where the page broke off; True: Streamlit need not draw anything itself. It has logged it."""
    if isinstance(error, StoreError):
        what = str(error).splitlines()[0].rstrip(".!")   # the other lines are SQL
        st.error(f"{what[0].upper()}{what[1:]}. Nothing in it was changed. Reload the page; if this stays, restart the "
                 "server, which sets an unreadable history aside and says so. The whole report is in its log.")
    else:
        st.error(f"This page could not be drawn whole: an error that was not foreseen ({type(error).__name__}). "
                 "Nothing that was measured is lost. Reload the page, or take back the last choice; the whole report "
                 "is in the server's log.")
    return True
