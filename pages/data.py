"""What the history holds, and how it is taken out, brought in and asked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from pages.components.data.export_part import export_part
from pages.components.data.import_part import import_part
from pages.components.data.sets_part import sets_part
from pages.components.data.sql_part import sql_part
from pages.components.services import services
from results_db import Store
from results_db.contents import Contents, contents

_PARTS = {"Export": export_part, "Import": import_part, "Sets": sets_part, "SQL": sql_part}


def page() -> None:
    """How much there is; then one of the parts."""
    here = services()
    if (asked := st.query_params.get("part", "Export")) not in _PARTS:
        st.warning(f"part must be one of {', '.join(_PARTS)}, got {asked!r:.60} in the address. Export is shown.")
        del st.query_params["part"]
    held = _contents(here.store, here.store.data_version)
    st.title("What is in the history?")
    st.caption(_summary(held, here.store.path.name, here.store.path.stat().st_size))
    if len(held.machines):
        _machines(held.machines)
    part = st.segmented_control("Part", list(_PARTS), default="Export", key="part", bind="query-params", required=True,
                                label_visibility="collapsed")
    _PARTS[part or "Export"](here, held)


def _summary(held: Contents, name: str, size: int) -> str:
    """441 results of 1 machine, 2026-11-23 to 2026-11-24 · 12 certificates · 5.1 MB in history.duckdb"""
    if not held.rows["results"]:
        said = "No results yet: measure some on the Tradeoff page, or import a file below"
    else:
        first, last = (f"{each:%Y-%m-%d}" for each in (held.machines["first"].min(), held.machines["last"].max()))
        machines = units.plural(held.machines["machine"].nunique(), "machine")
        said = f"{units.plural(held.rows['results'], 'result')} of {machines}, " + " to ".join(
            dict.fromkeys((first, last)))
    others = {"expressivity": "line of expressivity", "certificates": "certificate", "limits": "measurement of limits",
              "published": "published figure", "jobs": "job"}
    parts = [_plural(held.rows[table], noun) for table, noun in others.items() if held.rows[table]]
    return " · ".join((said, *parts, f"{units.quantity(size, 'B')} in {name}, of which nothing is ever overwritten"))


def _plural(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" of ")
    return units.plural(count, first) + (f" of {rest}" if rest else "")


def _machines(machines: pd.DataFrame) -> None:
    table = machines.assign(device=machines["device"].str.upper())
    st.dataframe(
        table, hide_index=True, height="content", width="stretch",
        alt="How many results there are of each machine and device, of which kind, and from when.",
        column_config={
            "machine": st.column_config.TextColumn("Machine", pinned=True, width="medium"),
            "device": st.column_config.TextColumn("Device", width=70),
            "results": st.column_config.NumberColumn("Results", format="localized"),
            "cases": st.column_config.NumberColumn("Cases", format="localized", help="Different things measured."),
            "products": st.column_config.NumberColumn("Products"),
            "timed": st.column_config.NumberColumn("Timed", format="localized"),
            "unsupported": st.column_config.NumberColumn("Unsupported", format="localized", help=(
                "What a product cannot do is an answer, kept with its reason.")),
            "failed": st.column_config.NumberColumn("Failed", format="localized", help=(
                "Failed, out of memory, stopped at a limit, cancelled or interrupted.")),
            "first": st.column_config.DatetimeColumn("First", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "last": st.column_config.DatetimeColumn("Last (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
        })


@st.cache_data(max_entries=4, show_spinner=False)
def _contents(_store: Store, data_version: int) -> Contents:
    return contents(_store)


page()
