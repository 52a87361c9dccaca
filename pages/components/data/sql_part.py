"""A SELECT over a copy of the history: examples, the schema, the rows, as CSV; a short one is in the address."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from backend import units
from pages.components.services import Services
from results_db import StoreError
from results_db.contents import TABLES, Contents, schema
from results_db.sandbox import OPEN, Answer
from results_db.sandbox.examples import EXAMPLES

_BOUNDS = replace(OPEN, bytes=5 * 10**6)   # what a browser shows well
_SHORT = 1500          # characters that an address may carry
_EXACT = 2**53         # integers beyond it are text: a browser would round them


@dataclass(frozen=True)
class _Asked:
    """A statement and what became of it."""

    sql: str
    answer: Answer | None
    trouble: str = ""


def sql_part(here: Services, _: Contents) -> None:
    """The text, the examples, the answer."""
    st.caption(f"One SELECT in DuckDB's SQL, over a copy of the history as it is now, in a process of its own that can "
               f"neither write nor reach a file or another machine: at most {_BOUNDS.seconds:g} s and "
               f"{_BOUNDS.rows:,} rows.")
    linked = st.query_params.get("sql", "")
    if "sql_text" not in st.session_state:
        st.session_state["sql_text"] = linked or next(iter(EXAMPLES.values()))
        if linked:
            _ask(here)
    with st.container(horizontal=True, gap="small"):
        for name, sql in EXAMPLES.items():
            st.button(name, key=f"example {name}", on_click=_example, args=(here, sql))
    st.html("<style>.st-key-sql_text textarea {font-family: monospace; font-size: 0.85rem}</style>")
    st.text_area("Query", key="sql_text", height="content", label_visibility="collapsed")
    st.button("Run", type="primary", on_click=_ask, args=(here,), shortcut="Ctrl+Enter")
    asked = st.session_state.get("sql_asked")
    if asked is not None:
        _answer(asked)
    with st.expander("Tables and columns"):
        columns = schema(here.store)
        for name, meaning in TABLES.items():
            st.markdown(f"**{name}**. {meaning}")
            st.dataframe(columns[columns["table"] == name].drop(columns="table"), hide_index=True, height=180,
                         alt=f"The columns of {name} with types and meanings.",
                         column_config={"meaning": st.column_config.TextColumn(width="large")})


def _example(here: Services, sql: str) -> None:
    st.session_state["sql_text"] = sql
    _ask(here)


def _ask(here: Services) -> None:
    sql = st.session_state["sql_text"]
    try:
        st.session_state["sql_asked"] = _Asked(sql, here.console.ask(sql, _BOUNDS))
    except StoreError as error:
        st.session_state["sql_asked"] = _Asked(sql, None, str(error))
    if len(sql) <= _SHORT:
        st.query_params["sql"] = sql
    elif "sql" in st.query_params:
        del st.query_params["sql"]


def _answer(asked: _Asked) -> None:
    if asked.answer is None:
        first, _, rest = asked.trouble.partition("\n")
        st.error((first[0].upper() + first[1:]).rstrip("!"))
        if rest.strip():
            st.code(rest.strip("\n"), language=None)
        return
    answer = asked.answer
    said = f"{units.plural(len(answer.rows), 'row')} in {units.quantity(answer.seconds, 's')}"
    st.caption(f"Only {answer.truncated}. Add a LIMIT, or ask for less. · {said}" if answer.truncated else said)
    frame = frame_of(answer)
    exact = {name: st.column_config.NumberColumn(format="%.5g") for name in frame.select_dtypes("float").columns}
    st.dataframe(frame, hide_index=True, alt="The rows of the query.", column_config=exact)
    st.download_button("Download as CSV", lambda: frame.to_csv(index=False), "query.csv", "text/csv",
                       on_click="ignore", disabled=frame.empty)


def frame_of(answer: Answer) -> pd.DataFrame:
    """The rows as a frame that a browser can show: each column named once, what is nested or too long as text."""
    names: list[str] = []
    for name in answer.columns:
        same = sum(each == name or each.startswith(f"{name} (") for each in names)
        names.append(f"{name} ({same + 1})" if same else name)
    columns = zip(*answer.rows, strict=True) if answer.rows else [[] for _ in names]
    return pd.DataFrame(dict(zip(names, map(_column, columns), strict=True)))


def _column(values: Any) -> list[Any]:
    """Numbers where all are numbers, else text: a browser wants one kind in a column."""
    if all(each is None or (isinstance(each, int | float) and not isinstance(each, bool) and abs(each) <= _EXACT)
           for each in values):
        return list(values)
    if all(each is None or isinstance(each, bool) for each in values):
        return list(values)
    return [each if each is None or isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in values]
