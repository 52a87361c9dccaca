"""Takes results out: filters, a format, a link that streams them; backups."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

import streamlit as st

from backend import units
from backend.catalogue import catalogue
from pages.components.question.selection import framework_label, setting_label
from pages.components.services import Services
from results_db.contents import Contents

_FORMATS = {"Parquet": "parquet", "CSV": "csv", "JSON lines": "jsonl"}
_FORMATS_HELP = ("Parquet is the smallest and keeps types; CSV opens in a spreadsheet; JSON lines are what the command "
                 "line prints. SI units throughout.")
_EXPORT = "api/v1/export"   # below the page's own address, wherever that is


def export_part(here: Services, held: Contents) -> None:
    """The links; nothing is read before one is followed."""
    st.caption("Every format holds each result whole, with its raw samples and environment: what is exported and "
               "imported elsewhere is equal to what was here. An empty filter lets all pass. The file comes while it "
               "is written: your browser shows how far it is, and can stop it.")
    chosen = _filters(held)
    count = here.store.count(**chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        format = st.segmented_control("Format", list(_FORMATS), default="Parquet", key="format", bind="query-params",
                                      required=True, width="content", help=_FORMATS_HELP) or "Parquet"
        suffix = _FORMATS[format]
        address = f"{_EXPORT}?{urlencode({'format': suffix} | chosen, doseq=True)}"
        if count:   # a link cannot be disabled for a reader who hears it
            st.link_button(f"Export {units.plural(count, 'result')}", address, type="primary",
                           icon=":material/download:")
        else:
            st.caption("No result passes these filters." if held.rows["results"] else "There is no result to export.")
    st.markdown("**The same** from a shell:")
    st.code(f"curl -o results.{suffix} '{urljoin(st.context.url or '', address)}'", language=None, wrap_lines=True)
    st.subheader("Backup")
    st.caption("All results as Parquet can be imported into any history. The copy of the whole file holds "
               "certificates, limits, jobs and published figures too, as they are now: start the server with HISTORY "
               "naming the copy.")
    with st.container(horizontal=True):
        if held.rows["results"]:
            st.link_button("All results as Parquet", f"{_EXPORT}?format=parquet", icon=":material/download:")
        st.link_button("The whole history as a DuckDB file", "api/v1/backup", icon=":material/download:")
        if held.rows["published"]:
            st.link_button("Published figures as CSV", f"{_EXPORT}?format=csv&what=published",
                           icon=":material/download:")


def _filters(held: Contents) -> dict[str, list[str]]:
    labels = {"product": lambda key: catalogue()[key].label if key in catalogue() else key, "setting": setting_label,
              "framework": framework_label}
    chosen = {}
    for column, (name, values) in zip(st.columns(len(held.choices)), held.choices.items(), strict=True):
        found = column.multiselect(name.capitalize(), values, format_func=labels.get(name, str), key=f"export_{name}",
                                   placeholder="All", bind="query-params")
        chosen |= {name: found} if found else {}
    return chosen
