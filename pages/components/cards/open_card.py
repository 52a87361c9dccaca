"""The card that a page has open below its picture, and in its address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.components import picked_point, picked_row
from pages.components.cards.provenance_words import published_card
from pages.components.cards.result_card import result_card
from pages.components.rows.provenance import PUBLISHED
from pages.components.services import Services

_NAME = "card"   # in the address


def open_card(here: Services, picked: str, rows: pd.DataFrame, *, chart: str, table: str) -> None:
    """Draws the card of the result that is `picked` in the chart or the table with these keys, of the history, recorded
    or published among the `rows`; until one is, that of the address, which a link has brought, whether the picture has
    it or not. The address then names it."""
    brought = st.session_state.setdefault(_brought(chart), st.query_params.get(_NAME, ""))
    if picked:
        st.session_state[_brought(chart)] = ""
    id = picked or brought
    if not id:
        st.query_params.pop(_NAME, None)
        return
    st.query_params[_NAME] = id
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Close the card", type="tertiary", icon=":material/close:", on_click=_close, args=(chart, table))
    published = rows[(rows["id"] == id) & (rows["state"] == PUBLISHED)] if len(rows) else rows
    if len(published):
        published_card(published.iloc[0])
    else:
        result_card(here.store, id, here.recorded)


def _close(chart: str, table: str) -> None:
    picked_point.unpick(chart)
    picked_row.unpick(table)
    st.session_state[_brought(chart)] = ""


def _brought(chart: str) -> str:
    return f"{chart}_brought"
