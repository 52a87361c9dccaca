"""One case or product over time: when it was measured, how long it took, and what had changed by then."""

from __future__ import annotations

import streamlit as st

from backend import units
from pages.components.cards.result_card import result_card
from pages.components.charts.time_chart import changed_environments, parts_in_words, time_chart, words
from pages.components.export.take_away import take_away
from pages.components.history.product_view import product_view
from pages.components.picked_point import picked_point
from pages.components.picked_row import picked_row
from pages.components.question.history_controls import FOLLOWED, product_label
from pages.components.rows.frames import cases_of, history_choices, occasions_of
from pages.components.rows.records import records
from pages.components.rows.stepped import case_words, steps_of
from pages.components.screen import room
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db.browsing import Wanted
from results_db.occasions import MOST

_BOUND = {"bind": "query-params", "persist_state": "session"}
_COLUMNS = ("measured_at", "throughput_time", "interval", "verdict", "results", "place", "changed")


def time_view(here: Services, wanted: Wanted, theme: str) -> None:
    """The choice of the case, the picture, its table, and the card of an occasion's newest result."""
    version = here.store.data_version
    cases = cases_of(here.store, wanted, version)
    if cases.empty:
        st.info("No timed result passes these filters. Take one away.")
        return
    follow = st.segmented_control("Follow", list(FOLLOWED), format_func=FOLLOWED.get, default="case", required=True,
                                  key="follow", **_BOUND)
    if follow == "product":
        product = st.selectbox("Product", history_choices(here.store, version)["product"], format_func=product_label,
                               key="product_over_time", **_BOUND)
        product_view(here, product, wanted, theme)
        return
    named = {row["key"]: case_words(row) for row in records(cases)}
    key = st.selectbox("Case", list(named), format_func=named.get, key="case", help=(
        "Those in the most environments first. The filters narrow them; a search for the key of a case leaves it alone."
        ), **_BOUND)
    logarithmic = st.toggle("Logarithmic time", False, key="log_time", **_BOUND)
    rows = occasions_of(here.store, key, wanted, version)
    changes = changed_environments(rows)
    steps = steps_of(here.store, cases.set_index("key").loc[key, "product"], wanted, version)
    stepped = dict(zip(steps["id"], steps["verdict"], strict=True)) if len(steps) else {}
    newest = ", the newest" * (len(rows) == MOST)
    st.caption(f"{units.plural(len(rows), 'occasion')}{newest} · an occasion is results of one environment within an "
               "hour of one another, with the interval of all of them · a dotted stroke is a change of the environment "
               "· a ring: slower or faster than the occasion before, beyond the noise of all cases of this product")
    figure = time_chart(rows, changes, theme, stepped=stepped, logarithmic=logarithmic, room=room())
    clicked = picked_point(
        figure, set(rows["id"]), key="over_time", table="occasions", touched=room().narrow,
        config=room().config("over-time"), alt=words(rows, changes))
    said = {(each["measured_at"], each["place"]): parts_in_words(each["parts"]) for each in changes}
    shown = rows.iloc[::-1].reset_index(drop=True)
    shown = shown.assign(
        throughput_time=shown["time"], verdict=shown["id"].map(stepped).fillna(""),
        interval=(shown["high"] - shown["low"]) / 2 / shown["time"],
        changed=[said.get(each, "") for each in zip(shown["measured_at"], shown["place"], strict=True)])
    picked = picked_row(
        written(shown[list(_COLUMNS)]), shown["id"].tolist(), key="occasions",
        alt="Occasions of the case, newest first.",
        column_config=columns(_COLUMNS) | {
            "place": st.column_config.TextColumn("Machine and device"),
            "verdict": st.column_config.TextColumn("It became", width=130, help="Against the occasion before."),
            "results": st.column_config.NumberColumn("Results"),
            "changed": st.column_config.TextColumn("What had changed", width="large")})
    take_away(here, "over-time", f"{named[key]} over time", (), figure, words(rows, changes), shown, _COLUMNS,
              ids=shown["id"])
    if id := picked or clicked:
        result_card(here.store, id)
