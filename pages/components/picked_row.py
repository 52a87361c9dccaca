"""A table of which one row can be picked, and stays picked when rows come, go or change places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import streamlit as st

from pages.components import units


def picked_row(table: Any, ids: Sequence[str], *, key: str, **shown: Any) -> str:
    """Draws the table, whose rows have these ids; the id of the row that is picked, or nothing.

    Streamlit remembers a row's place. Here the place is worth nothing once the ids have changed: the table is then
    a new one, in which the same id is picked.
    """
    remembered, drawn = f"{key}_picked", f"{key}_{crc32(''.join(ids).encode()):08x}"

    def remember() -> None:
        rows = st.session_state[drawn]["selection"]["rows"]
        st.session_state[remembered] = ids[rows[0]] if rows else ""

    picked = st.session_state.get(remembered, "")
    rows = [ids.index(picked)] if picked in ids else []
    st.dataframe(
        table, hide_index=True, key=drawn, on_select=remember, selection_mode="single-row",
        selection_default={"selection": {"rows": rows}}, placeholder=units.NOTHING, **shown)
    return picked if rows else ""
