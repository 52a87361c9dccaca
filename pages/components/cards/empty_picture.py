"""Why the tradeoff page has no picture, and the one thing to do."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from pages.components.question.selection import Question, View
from pages.components.rows.groups import degrees
from pages.components.rows.measurements import FAILED, MISSING, UNSUPPORTED
from pages.components.services import services


def say_why_empty(frame: pd.DataFrame, question: Question, view: View) -> None:
    """Says why there is no picture and what to do."""
    if frame.empty:
        st.info("No product is switched on. Switch one on below.")
    elif "measured" not in view.shown:
        st.info("Your own results are switched off under Shown, and nothing else answers this question.")
    elif (frame["state"] == UNSUPPORTED).all():
        st.info("No product here can do this; the reasons are below. Ask another question, or change the machine.")
    elif question.device not in (here := services()).devices():
        st.info(f"The history has no result of this question on {question.device.upper()}, and {here.where} has none. "
                "Import results from a machine that has (`python -m results_db import FILE`), or choose the CPU under "
                "Machine.")
    elif frame["state"].isin([FAILED, UNSUPPORTED]).all():
        st.info("No case of this question gave a time; the reasons are below. A smaller batch or L_max needs less.")
    elif frame["state"].isin([MISSING, FAILED, UNSUPPORTED]).all():
        st.info(
            f"Nothing is measured yet for this question on this machine. Press Measure: each of the "
            f"{units.plural(len(frame), 'case')} (every product at L {degrees(frame['l_max'])}) appears as it is done.")
    else:
        st.info("No result here has this cost and this expressivity. Choose others under Chart.")
