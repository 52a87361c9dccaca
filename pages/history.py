"""Every result ever taken: filters, pages, the card of one, CSV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.catalogue import catalogue
from backend.spec import FRAMEWORKS, SETTINGS, STATUSES
from pages.components.cards.difference_card import difference_card
from pages.components.cards.floor_words import with_flag
from pages.components.cards.result_card import result_card
from pages.components.history_csv import history_csv
from pages.components.picked_row import picked_rows, unpick
from pages.components.question.selection import framework_label, setting_label
from pages.components.rows.frames import all_results
from pages.components.runs import live
from pages.components.services import services
from pages.components.tables import columns, written
from results_db import Store

_PAGE = 50
_BOUND = {"bind": "query-params", "persist_state": "session"}
_COLUMNS = (
    "label", "setting", "l_max", "channels", "spread", "batch", "counts", "framework", "device", "direction", "status",
    "throughput_time", "distance", "latency", "degrees_of_freedom", "interactable", "oracle_error", "measured_at",
    "dtype", "conditions", "parity", "layout", "compilation", "threads", "n_samples", "machine", "message",
)


def page() -> None:
    """Filters, the table of one page of results, and the card of the selected one."""
    here = services()
    shown = live.seen(here)
    st.title("What has been measured?")
    live.watch(here, shown)
    results = all_results(here.store, here.store.data_version)
    if results.empty:
        st.info("The history is empty. Press Measure on the Tradeoff page, or import results: "
                "`python -m results_db import FILE`.")
        return
    found = _filtered(results)
    st.caption(f"{units.plural(len(found), 'result')} of {len(results):,} · newest first · "
               "select one for its samples, environment and command, two for what differs")
    if found.empty:
        st.info("No result passes these filters. Take one away.")
        return
    pages = -(-len(found) // _PAGE)
    number = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    rows = found.iloc[(number - 1) * _PAGE: number * _PAGE].reset_index(drop=True)
    names = with_flag(_COLUMNS, rows)
    picked = picked_rows(
        written(rows[names]), rows["id"].tolist(), key="history", column_config=columns(names),
        alt="Results, newest first: the case, its status, times, expressivity, error, environment.")
    st.download_button(
        f"Download {units.plural(len(found), 'result')} as CSV", lambda: history_csv(found), "history.csv",
        "text/csv", on_click="ignore")
    _picked(here.store, picked, set(rows["id"]))


def _picked(store: Store, ids: list[str], shown: set[str]) -> None:
    """The card of one result, or what differs between two."""
    if hidden := len(ids) - len(shown.intersection(ids)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{hidden} of {units.plural(len(ids), 'selected result')} not on this page of the table.")
            st.button("Select none", on_click=unpick, args=("history",))
    if len(ids) == hidden:   # what is shown below belongs to the table above
        return
    if len(ids) > 2:
        st.caption(f"{len(ids)} are selected. One is shown in full, two are compared.")
    elif len(ids) == 2:
        difference_card(store, *ids)
    elif ids:
        result_card(store, ids[0])


def _filtered(results: pd.DataFrame) -> pd.DataFrame:
    """The rows that pass every filter; an empty filter lets all pass."""
    machines, spreads = (sorted(results[name].unique()) for name in ("machine", "spread"))
    asked = {
        "product": (("Product", list(catalogue())), lambda key: catalogue()[key].label),
        "setting": (("Setting", list(SETTINGS)), setting_label),
        "spread": (("Spread", spreads), str),
        "framework": (("Framework", list(FRAMEWORKS)), framework_label),
        "status": (("Status", list(STATUSES)), str),
        "machine": (("Machine", machines), str),
    }
    for column, (name, ((title, options), label)) in zip(st.columns(len(asked)), asked.items(), strict=True):
        chosen = column.multiselect(title, options, format_func=label, key=f"only_{name}", placeholder="All", **_BOUND)
        if chosen:
            results = results[results[name].isin(chosen)]
    return results


page()
