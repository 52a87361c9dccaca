"""The results that pass, newest first, a page at a time: their table, the card of one, what differs between two."""

from __future__ import annotations

import streamlit as st

from backend import units
from pages.components.cards.difference_card import difference_card
from pages.components.cards.floor_words import with_flag
from pages.components.cards.result_card import result_card
from pages.components.history_csv import history_csv
from pages.components.picked_row import picked_rows, unpick
from pages.components.rows.frames import history_count, history_page
from pages.components.rows.named import named, with_notes
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db import Store, browsing
from results_db.browsing import Wanted

_PAGE = 50
_MOST_AS_CSV = 10_000
_COLUMNS = (
    "label", "measured_at", "status", "throughput_time", "distance", "setting", "l_max", "channels", "batch", "counts",
    "spread", "framework", "device", "direction", "latency", "degrees_of_freedom", "interactable", "oracle_error",
    "dtype", "conditions", "parity", "layout", "compilation", "threads", "n_samples", "machine", "message",
)


def results_view(here: Services, wanted: Wanted, total: int) -> None:
    """One page of the table; `total` is how many results the history has."""
    store, version = here.store, here.store.data_version
    found = history_count(store, wanted, version)
    st.caption(f"{units.plural(found, 'result')} of {total:,} · newest first · "
               "select one for its samples, environment and command, two for what differs")
    if not found:
        st.info("No result passes these filters. Take one away.")
        return
    pages = -(-found // _PAGE)
    number = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    rows = history_page(store, wanted, version, start=(number - 1) * _PAGE, rows=_PAGE)
    names = with_flag(("label", *["note"] * bool(rows["note"].any()), *_COLUMNS[1:]), rows)
    picked = picked_rows(
        written(rows[names]), rows["id"].tolist(), key="history", column_config=columns(names),
        alt="Results, newest first: the case, its status, times, expressivity, error, environment.")
    _download(here, wanted, found)
    _picked(store, picked or _only(rows["id"].tolist()), set(rows["id"]))


def _only(ids: list[str]) -> list[str]:
    """The one result that passes: an address with its id shows its card."""
    return ids if len(ids) == 1 else []


def _download(here: Services, wanted: Wanted, found: int) -> None:
    """The results that pass as CSV, the newest of very many; the file is made when it is asked for."""
    rows = min(found, _MOST_AS_CSV)
    what = units.plural(rows, "result") if rows == found else f"the newest {units.plural(rows, 'result')}"
    st.download_button(
        f"Download {what} as CSV",
        lambda: history_csv(with_notes(here.store, named(browsing.page(here.store, wanted, start=0, rows=rows)))),
        "history.csv", "text/csv", on_click="ignore")
    if rows < found:
        st.caption("All of them, with every sample: `python -m results_db export FILE`.")


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
