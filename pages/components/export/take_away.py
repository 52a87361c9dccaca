"""The button under a view by which it is taken away: figure, table, report."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from backend.spec import Result
from pages.components.export.report import Seen, figure_html, report_html
from pages.components.runs.live import theme
from pages.components.services import Services

_CARDS = 200   # results of which a report holds all


def take_away(here: Services, name: str, title: str, said: tuple[str, ...], figure: go.Figure, words: str,
              table: pd.DataFrame, names: Sequence[str] = (), *, ids: Collection[str] = ()) -> None:
    """Draws it; nothing is made before it is asked for. The report has the table's columns of these names, else all;
    `ids` are the results that the view rests on, of the history or of recorded sets; what is neither is left out."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    address = f"{st.context.url or ''}{'?' * bool(pairs)}{urlencode(pairs)}"
    seen = Seen(name, title, said, address, theme(), figure, words, table[list(names) or list(table.columns)])
    files: dict[str, tuple[Callable[[], str | bytes], str, str]] = {
        "Report (HTML)": (lambda: report_html(seen, _results(here, ids)), "report.html", "text/html"),
        "Figure (HTML, PNG, SVG)": (lambda: figure_html(seen), "figure.html", "text/html"),
        "Table as CSV": (lambda: table.to_csv(index=False), "csv", "text/csv"),
        "Table as Parquet": (lambda: _parquet(table), "parquet", "application/vnd.apache.parquet"),
    }
    with st.popover("Export this view", icon=":material/download:"):
        st.caption("The report is one file that opens offline: figure, table, every result with samples, environment "
                   "and command, and the method. The figure's file saves it as PNG or SVG.")
        for words_of, (make, suffix, kind) in files.items():
            st.download_button(words_of, make, f"{name}{'-' if '.' in suffix else '.'}{suffix}", kind,
                               on_click="ignore", key=f"{name}_{suffix}", width="stretch")


def _results(here: Services, ids: Collection[str]) -> Iterator[Result]:
    wanted = list(dict.fromkeys(filter(None, ids)))[:_CARDS]
    recorded = [each for each in wanted if each in here.recorded]
    yield from (here.recorded.result(each) for each in recorded)
    own = [each for each in wanted if each not in here.recorded]
    known = set(here.store.results(id=own)["id"]) if own else set()
    yield from (here.store.result(each) for each in own if each in known)


def _parquet(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()
