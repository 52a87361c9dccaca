"""What stands under the picture: where points come from if not from here, which are doubtful, why some have none."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.components.cards.conditions import MARK, doubts
from pages.components.cards.floor_words import BELOW, is_below
from pages.components.question.selection import View
from pages.components.rows.groups import by_reason, products_and_degrees
from pages.components.rows.measurements import ELSEWHERE, FAILED, UNSUPPORTED, without_expressivity


def say_what_is_not_plain(frame: pd.DataFrame, view: View) -> None:
    """Where points come from if not from here, and why some have none."""
    left_out = without_expressivity(frame, view)
    if len(left_out):
        lines = "".join(f"\n- {products}: {why}" for products, why in by_reason(left_out, "why"))
        st.caption(f"**Measured, not on the chart** ({len(left_out)}){lines}")
    say_states(frame)


def say_states(frame: pd.DataFrame) -> None:
    """Which points are doubtful, below their floor or from elsewhere, and why some cases have none."""
    doubtful = doubts(frame)
    if len(doubtful):
        lines = "".join(f"\n- {products}: {why}" for products, why in by_reason(doubtful, "doubt"))
        st.caption(f"**{MARK} Not quiet while it was measured** ({len(doubtful)}){lines}")
    below = frame[is_below(frame)]
    if len(below):
        st.warning(f"Below the floor of this device: {products_and_degrees(below)}. {BELOW}")
    for state, words, reason in (
        (ELSEWHERE, "Faint with a ring, not measured here by this version", "sentence"),
        (UNSUPPORTED, "Cannot", "message"),
        (FAILED, "Failed", "sentence"),
    ):
        rows = frame[frame["state"] == state]
        if len(rows):
            lines = "".join(f"\n- {products}: {why}" for products, why in by_reason(rows, reason))
            st.caption(f"**{words}** ({len(rows)}){lines}")
