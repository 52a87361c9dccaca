"""Cases whose newest occasion lies apart from those before: on top of History."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from backend import units
from backend.significance import FALSE
from pages.components.cards.result_card import result_card
from pages.components.charts.changes_chart import times
from pages.components.picked_row import picked_row
from pages.components.rows.frames import newest_changes_of
from pages.components.rows.records import records
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db.browsing import Wanted

_MOST = 50
_COLUMNS = ("label", "change", "before_time", "time", "before", "measured_at", "setting", "l_max", "channels", "batch",
            "framework", "direction", "place")


def slower_list(here: Services, wanted: Wanted) -> None:
    """What became slower when it was last measured, of all the history, with its card; nothing where nothing did."""
    found = newest_changes_of(here.store)
    slower = found.changes.slower & _passes(found.rows, wanted)
    faster = int(found.changes.faster.sum())
    if not slower.any():
        return
    rows = found.rows.assign(ratio=found.changes.ratio, low=found.changes.low, high=found.changes.high)[slower]
    rows = rows.iloc[np.argsort(-rows["ratio"].to_numpy())].head(_MOST).reset_index(drop=True)
    number = units.plural(int(slower.sum()), "case")
    with st.expander(f"{number} became slower when last measured", icon=":material/trending_up:", expanded=True):
        st.caption(f"Of {len(found.rows):,} cases measured before on the same machine, in whatever environment; "
                   f"{faster:,} became faster. Each interval, of the newest occasion over those before, holds for all "
                   f"together: {FALSE:.0%} of what is claimed at most is chance. Select one for its card.")
        shown = rows.assign(change=[times(row) for row in records(rows)])
        picked = picked_row(
            written(shown[list(_COLUMNS)]), rows["id"].tolist(), key="slower", height=min(250, 40 + 36 * len(rows)),
            alt="Cases that became slower: the change with its interval, before and now.",
            column_config=columns(_COLUMNS) | {
                "change": st.column_config.TextColumn("Change", help="Its time over that of the occasions before."),
                "before_time": st.column_config.NumberColumn("Before"), "time": st.column_config.NumberColumn("Now"),
                "before": st.column_config.NumberColumn("Occasions", help="Those before, which it is held against."),
                "place": st.column_config.TextColumn("Machine and device")})
        if picked:
            result_card(here.store, picked)


def _passes(rows: pd.DataFrame, wanted: Wanted) -> np.ndarray:
    """Which rows pass the filters that choose from a list."""
    passes = np.ones(len(rows), bool)
    for name in ("product", "setting", "framework", "device", "l_max"):
        if values := getattr(wanted, name):
            passes &= rows[name].isin(values).to_numpy()
    if machines := tuple(wanted.machine):   # a place begins with its machine
        passes &= rows["place"].str.startswith(machines).to_numpy(bool)
    return passes
