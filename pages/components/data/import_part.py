"""Brings a file in: read and checked first, then added by a button; what is no result is said line by line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from backend import units
from backend.spec import SpecError
from pages.components.services import Services
from results_db import Store, StoreError
from results_db.contents import Contents
from results_db.exchange import FORMATS, format_of, read_lines
from results_db.importing import Checked, check_lines, import_lines
from results_db.published import is_published
from results_db.published.reading import read_points

_SHOWN = 1000   # rejected lines


def import_part(here: Services, _: Contents) -> None:
    """The upload, what it would bring, and the button."""
    st.caption("Parquet, CSV or JSON lines as exported here or printed by `python -m backend run`, and the paper's CSV "
               "files. A result that is there already is left as it is, so a file may be imported twice. A larger "
               "file goes in by `python -m results_db import FILE`.")
    file = st.file_uploader("A file of results", type=[each.removeprefix(".") for each in FORMATS], key="upload")
    if file is None:
        return
    try:
        if format_of(Path(file.name)) == "csv" and is_published(_header(file)):
            _published(here.store, file)
        else:
            _results(here.store, file)
    except (SpecError, StoreError) as error:
        st.error(f"{file.name} cannot be imported: {error}")


def _results(store: Store, file: Any) -> None:
    format = format_of(Path(file.name))
    checked = _checked(store, file, format)
    parts = [units.plural(checked.new, "new result")]
    parts += [f"{checked.others:,} new notes or limits"] * bool(checked.others)
    parts += [f"{checked.known:,} there already"] * bool(checked.known)
    parts += [f"{units.plural(len(checked.rejected), 'line')} rejected"] * bool(checked.rejected)
    st.markdown(f"**{file.name}**: {', '.join(parts)}.")
    if checked.new or checked.others:
        added = units.plural(checked.new, "result") if checked.new else "notes and limits"
        st.button(f"Add {added}", type="primary", on_click=_add,
                  args=(store, file.getvalue(), format))
    elif checked.known:
        st.success("All of its results are in the history.")
    if checked.rejected:
        _rejected(checked, file.name)


def _add(store: Store, content: bytes, format: str) -> None:
    import_lines(read_lines(io.BytesIO(content), format), store)


def _checked(store: Store, file: Any, format: str) -> Checked:
    """What the file would bring, kept until the history has something new."""
    asked = (file.file_id, store.data_version)
    if st.session_state.get("checked_file") != asked:
        with st.spinner(f"Reading {file.name}"):
            st.session_state["checked"] = check_lines(read_lines(io.BytesIO(file.getvalue()), format), store)
        st.session_state["checked_file"] = asked
    return st.session_state["checked"]


def _rejected(checked: Checked, name: str) -> None:
    table = pd.DataFrame([(line.number, line.reason) for line in checked.rejected[:_SHOWN]], columns=["Line", "Why"])
    st.dataframe(table, hide_index=True, width="content", alt="The lines that are no result, and why.", column_config={
        "Line": st.column_config.NumberColumn(width=70), "Why": st.column_config.TextColumn(width="large")})
    more = len(checked.rejected) - len(table)
    st.caption("The other lines can be added without them." + (f" {more:,} more are not shown." if more else ""))
    st.download_button("Download what was rejected as CSV", lambda: pd.DataFrame(
        [(line.number, line.reason) for line in checked.rejected], columns=["line", "why"]).to_csv(index=False),
        f"{Path(name).stem}-rejected.csv", "text/csv", on_click="ignore")


def _published(store: Store, file: Any) -> None:
    """The paper's figures go into a table of their own."""
    try:
        points = read_points(io.BytesIO(file.getvalue()), file.name)
    except SpecError as error:
        tell = f"`python -m results_db import-published {file.name}` takes --kind and --device"
        raise SpecError(f"{error}. {tell}") from None
    known = {*store.published()["id"]}
    new = len({point.id for point in points} - known)
    figures = units.plural(len(points), "published figure")
    st.markdown(f"**{file.name}** is a file of the paper's: {figures}, {new:,} new.")
    if new:
        st.button(f"Add {units.plural(new, 'published figure')}", type="primary", on_click=store.add_published,
                  args=(points,))
    else:
        st.success("All of its figures are in the history.")


def _header(file: Any) -> list[str]:
    first = file.getvalue().partition(b"\n")[0].decode("utf-8-sig", "replace")
    return next(csv.reader([first.strip()]), [])
