"""One case over time: when it was measured, how long it took, and what had changed by then."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from backend import units
from pages.components.cards.result_card import result_card
from pages.components.charts.time_chart import changed_environments, parts_in_words, time_chart, words
from pages.components.picked_point import picked_point
from pages.components.picked_row import picked_row
from pages.components.question.spread import PLAIN
from pages.components.rows.frames import cases_of, occasions_of
from pages.components.screen import room
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db.browsing import Wanted
from results_db.occasions import MOST

_BOUND = {"bind": "query-params", "persist_state": "session"}
_COLUMNS = ("measured_at", "throughput_time", "interval", "results", "place", "changed")


def time_view(here: Services, wanted: Wanted, theme: str) -> None:
    """The choice of the case, the picture, its table, and the card of an occasion's newest result."""
    version = here.store.data_version
    cases = cases_of(here.store, wanted, version)
    if cases.empty:
        st.info("No timed result passes these filters. Take one away.")
        return
    named = {row["key"]: case_words(row) for row in cases.to_dict("records")}
    key = st.selectbox("Case", list(named), format_func=named.get, key="case", help=(
        "Those in the most environments first. The filters narrow them; a search for the key of a case leaves it alone."
        ), **_BOUND)
    logarithmic = st.toggle("Logarithmic time", False, key="log_time", **_BOUND)
    rows = occasions_of(here.store, key, wanted, version)
    changes = changed_environments(rows)
    newest = ", the newest" * (len(rows) == MOST)
    st.caption(f"{units.plural(len(rows), 'occasion')}{newest} · an occasion is results of one environment within an "
               "hour of one another, with the interval of all of them · a dotted stroke is a change of the environment")
    clicked = picked_point(
        time_chart(rows, changes, theme, logarithmic=logarithmic, room=room()), set(rows["id"]), key="over_time",
        table="occasions", touched=room().narrow, config=room().config("over-time"), alt=words(rows, changes))
    said = {(each["measured_at"], each["place"]): parts_in_words(each["parts"]) for each in changes}
    shown = rows.iloc[::-1].reset_index(drop=True)
    shown = shown.assign(
        throughput_time=shown["time"], interval=(shown["high"] - shown["low"]) / 2 / shown["time"],
        changed=[said.get(each, "") for each in zip(shown["measured_at"], shown["place"], strict=True)])
    picked = picked_row(
        written(shown[list(_COLUMNS)]), shown["id"].tolist(), key="occasions",
        alt="Occasions of the case, newest first.",
        column_config=columns(_COLUMNS) | {
            "place": st.column_config.TextColumn("Machine and device"),
            "results": st.column_config.NumberColumn("Results"),
            "changed": st.column_config.TextColumn("What had changed", width="large")})
    if id := picked or clicked:
        result_card(here.store, id)


def case_words(row: Mapping | pd.Series) -> str:
    """A case as the choice calls it; the first digits of its key tell it from others that read the same."""
    parts = [row["label"], f"{row['setting']} L {row['l_max']}", f"{row['channels']:,} ch", f"batch {row['batch']:,}",
             *[row["spread"]] * (row["spread"] != PLAIN), row["framework"], row["device"], row["dtype"],
             row["direction"].replace("_", " "), row["compilation"], row["key"][:6]]
    return " · ".join(parts)
