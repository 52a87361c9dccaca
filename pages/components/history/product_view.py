"""One product over time: each occasion of its cases against the one before, and what stands out of the noise."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from backend import units
from backend.significance import FALSE, LEAST
from pages.components.cards.result_card import result_card
from pages.components.charts.changes_chart import times
from pages.components.charts.steps_chart import NEITHER, steps_chart, words
from pages.components.picked_point import picked_point
from pages.components.picked_row import picked_row
from pages.components.rows.records import records
from pages.components.rows.stepped import steps_of
from pages.components.screen import room
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db.browsing import Wanted
from results_db.steps import MOST

_MOST = 2000   # steps that are drawn, the newest
_COLUMNS = ("measured_at", "case", "verdict", "change", "before_time", "time", "place", "changed")


def product_view(here: Services, product: str, wanted: Wanted, theme: str) -> None:
    """The picture of every step, the table of what is claimed, and the card of a step's newest result."""
    rows = steps_of(here.store, product, wanted, here.store.data_version)
    if rows.empty:
        st.info("No case of this product was measured on a second occasion on the same machine. Measure one again, or "
                "take a filter away.")
        return
    claimed = rows[rows["verdict"] != NEITHER]
    of = rows["key"].nunique()
    st.caption(f"{units.plural(len(rows), 'step')} of {units.plural(of, 'case')} · a step is an occasion against the "
               f"one before on the same machine, in whatever environment · **{_count(claimed, 'slower')} slower, "
               f"{_count(claimed, 'faster')} faster**; each interval holds for all together: {FALSE:.0%} of what is "
               f"claimed at most is chance · the newest {MOST:,} results at most")
    drawn = rows.head(_MOST)
    if len(rows) > _MOST:
        st.caption(f"The newest {_MOST:,} are drawn.")
    clicked = picked_point(
        steps_chart(drawn, theme, room=room()), set(drawn["id"]), key="steps", table="claimed_steps",
        touched=room().narrow, config=room().config("product-over-time"), alt=words(drawn))
    shown = claimed.assign(change=[times(row) for row in records(claimed)]).reset_index(drop=True)
    if shown.empty:
        st.caption("No step can be told from the noise" + (
            f": what a usual one does is known from {LEAST} steps on." if len(rows) < LEAST else ".") + " The table is "
            "empty.")
    picked = picked_row(
        written(shown[list(_COLUMNS)]), shown["id"].tolist(), key="claimed_steps", column_config=_titles(_COLUMNS),
        alt="Steps that are more than noise, newest first: the case, its change with an interval, what had changed.")
    if id := picked or clicked:
        result_card(here.store, id)


def _count(rows: pd.DataFrame, verdict: str) -> int:
    return int((rows["verdict"] == verdict).sum())


def _titles(names: Sequence[str]) -> dict:
    own = {
        "case": st.column_config.TextColumn("Case", pinned=True, width="large"),
        "verdict": st.column_config.TextColumn("It became", width=90),
        "change": st.column_config.TextColumn("Change", help="Its time over that of the occasion before."),
        "before_time": st.column_config.NumberColumn("Before"), "time": st.column_config.NumberColumn("Then"),
        "place": st.column_config.TextColumn("Machine and device"),
        "changed": st.column_config.TextColumn("What had changed", width="large"),
    }
    return columns(names) | own
