"""A table of which rows can be picked, and stay picked when rows come, go or change places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from zlib import crc32

import streamlit as st

from backend import units


def picked_row(table: Any, ids: Sequence[str], *, key: str, **shown: Any) -> str:
    """Draws the table, whose rows have these ids; the id of the row that is picked, or nothing."""
    visible = _picked(table, ids, "single-row", key=key, **shown)
    return visible[0] if visible else ""


def picked_rows(table: Any, ids: Sequence[str], *, key: str, **shown: Any) -> list[str]:
    """Draws the table; the ids of all rows that are picked, those that it does not show now at the end."""
    visible = _picked(table, ids, "multi-row", key=key, **shown)
    return visible + _hidden(key, ids)


def unpick(key: str) -> None:
    """Picks no row of the table with this key."""
    st.session_state[f"{key}_picked"] = []
    st.session_state[f"{key}_times"] = st.session_state.get(f"{key}_times", 0) + 1   # the table is then a new one


def _picked(
    table: Any, ids: Sequence[str], mode: Literal["single-row", "multi-row"], *, key: str, **shown: Any
) -> list[str]:
    """The ids of the visible rows that are picked.

    Streamlit remembers a row's place. Here the place is worth nothing once the ids have changed: the table is then
    a new one, in which the same ids are picked.
    """
    remembered = st.session_state.get(f"{key}_picked", [])
    rows = sorted(ids.index(id) for id in remembered if id in ids)
    drawn = f"{key}_{crc32(''.join(ids).encode()):08x}_{st.session_state.get(f'{key}_times', 0)}"

    def remember() -> None:
        now = [ids[row] for row in st.session_state[drawn]["selection"]["rows"]]
        st.session_state[f"{key}_picked"] = now + (_hidden(key, ids) if mode == "multi-row" else [])

    st.dataframe(
        table, hide_index=True, key=drawn, on_select=remember, selection_mode=mode,
        selection_default={"selection": {"rows": rows}}, placeholder=units.NOTHING, **shown)
    return [ids[row] for row in rows]


def _hidden(key: str, ids: Sequence[str]) -> list[str]:
    return [id for id in st.session_state.get(f"{key}_picked", []) if id not in ids]
