"""Expressivity lines at rest: appended where they differ from the newest; the newest of each is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pandas as pd

from results_db.errors import StoreError
from results_db.filters import where
from results_db.flat import to_json

_ASKED = ("product", "variant", "setting", "parity", "l1", "l2", "l_out", "channels")
_COLUMNS = (*_ASKED, "l_max", "interactable", "degrees_of_freedom")


def insert_expressivity(cursor: duckdb.DuckDBPyConnection, line: Mapping[str, Any]) -> None:
    """Raises StoreError if the line lacks a field."""
    if missing := {*_COLUMNS, "paths"} - set(line):
        raise StoreError(f"an expressivity line must have {', '.join(sorted(missing))}")
    text = to_json("expressivity", dict(line), sort_keys=True)
    same = " AND ".join(f"{name} = ?" for name in _ASKED)
    newest = cursor.execute(
        f"SELECT line FROM expressivity WHERE {same} ORDER BY rowid DESC LIMIT 1",
        [line[name] for name in _ASKED],
    ).fetchone()
    if newest and newest[0] == text:
        return
    cursor.execute(
        f"INSERT INTO expressivity (added_at, {', '.join(_COLUMNS)}, line) "
        f"VALUES (?, {', '.join('?' * len(_COLUMNS))}, ?)",
        [datetime.now(UTC).replace(tzinfo=None), *(line[name] for name in _COLUMNS), text],
    )


def expressivity_frame(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any]) -> pd.DataFrame:
    """The newest line of each product, variant and problem; `paths` is a list of [l1, l2, l3, G]; `residual`
    is missing where a line was written before there was one."""
    wanted, bound = where(filters, _COLUMNS, table="expressivity")
    frame = cursor.execute(
        f"""SELECT added_at, {', '.join(_COLUMNS)}, line ->> 'group' AS "group", line ->> 'source' AS source,
                   CAST(line ->> 'residual' AS DOUBLE) AS residual, line -> 'paths' AS paths
            FROM expressivity WHERE {wanted}
            QUALIFY row_number() OVER (PARTITION BY {', '.join(_ASKED)} ORDER BY rowid DESC) = 1
            ORDER BY product, variant, setting, l1, l2, l_out, channels, parity""",
        bound,
    ).df()
    frame["paths"] = frame["paths"].map(json.loads).astype(object)
    return frame
