"""A chart of which a point can be picked, and stays picked when the chart is drawn anew."""

from __future__ import annotations

from collections.abc import Collection

import plotly.graph_objects as go
import streamlit as st

from pages.components import picked_row


def picked_point(figure: go.Figure, ids: Collection[str], *, key: str, table: str, touched: bool = False,
                 **shown: object) -> str:
    """Draws the figure, whose points have ids as the first of their custom data; the id of the point that was clicked,
    or nothing. A click lets go of the row that is picked in the `table` with that key, and an id that is not among
    `ids` does not count. Of a chart that is `touched` no point can be picked: it would keep a finger from scrolling
    the page, and the rows of the table open the same cards.

    To Streamlit a chart whose figure differs in anything is another chart, of which nothing is selected. What was
    clicked in the chart before is therefore kept as it comes, before this run draws.
    """
    def remember() -> None:
        points = [each for each in st.session_state[key]["selection"]["points"] if each.get("customdata")]
        st.session_state[f"{key}_picked"] = points[0]["customdata"][0] if points else ""
        picked_row.unpick(table)

    picking = {} if touched else {"on_select": remember, "selection_mode": "points"}
    st.plotly_chart(figure, key=key, **picking, **shown)
    picked = st.session_state.get(f"{key}_picked", "")
    return picked if picked in ids else ""


def unpick(key: str) -> None:
    """Picks no point of the chart with this key."""
    st.session_state[f"{key}_picked"] = ""
