"""Expressivity lines at rest: appended where they differ from the newest; the newest of each is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pandas as pd

from backend.spec import SPREAD
from results_db.errors import StoreError
from results_db.filters import where
from results_db.flat import to_json

_ASKED = ("product", "variant", "setting", "parity", "l1", "l2", "l_out", "channels", *SPREAD)
_COLUMNS = (*_ASKED, "l_max", "interactable", "degrees_of_freedom")
_QUOTED = {name: f'"{name}"' for name in _COLUMNS}   # inner is a word of SQL
_NAMES, _LINE = ", ".join(_QUOTED.values()), ", ".join(_QUOTED[name] for name in _ASKED)


def insert_expressivity(cursor: duckdb.DuckDBPyConnection, line: Mapping[str, Any]) -> None:
    """A line without SPREAD, from an older version, is of the plain product. Raises StoreError if it lacks another
    field."""
    line = SPREAD | dict(line)
    if missing := {*_COLUMNS, "paths"} - set(line):
        raise StoreError(f"an expressivity line must have {', '.join(sorted(missing))}")
    text = to_json("expressivity", line, sort_keys=True)
    same = " AND ".join(f"{_QUOTED[name]} = ?" for name in _ASKED)
    newest = cursor.execute(
        f"SELECT line FROM expressivity WHERE {same} ORDER BY rowid DESC LIMIT 1",
        [line[name] for name in _ASKED],
    ).fetchone()
    if newest and newest[0] == text:
        return
    cursor.execute(
        f"INSERT INTO expressivity (added_at, {_NAMES}, line) "
        f"VALUES (?, {', '.join('?' * len(_COLUMNS))}, ?)",
        [datetime.now(UTC).replace(tzinfo=None), *(line[name] for name in _COLUMNS), text],
    )


def expressivity_frame(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any]) -> pd.DataFrame:
    """The newest line of each product, variant and problem; `paths` is a list of [l1, l2, l3, G], `lost` of
    [l1, l2, l3, reason], `message` says why it cannot do the problem; `residual` and `lost` are missing where a line
    was written before there were such, `degrees_of_freedom` where they are too many."""
    wanted, bound = where(filters, _COLUMNS, table="expressivity")
    frame = cursor.execute(
        f"""SELECT added_at, {_NAMES}, line ->> 'group' AS "group", line ->> 'source' AS source,
                   CAST(line ->> 'residual' AS DOUBLE) AS residual, line -> 'paths' AS paths,
                   line -> 'lost' AS lost, line ->> 'message' AS message
            FROM expressivity WHERE {wanted}
            QUALIFY row_number() OVER (PARTITION BY {_LINE} ORDER BY rowid DESC) = 1
            ORDER BY {_LINE}""",
        bound,
    ).df()
    frame["degrees_of_freedom"] = frame["degrees_of_freedom"].astype("Int64")
    frame["paths"] = frame["paths"].map(json.loads).astype(object)
    frame["lost"] = frame["lost"].map(json.loads, na_action="ignore").astype(object)
    return frame
