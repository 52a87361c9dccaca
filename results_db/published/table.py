"""Published points at rest: a table of their own, to which a file imported twice adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from results_db.filters import where
from results_db.published.point import Point

_TEXT, _NUMBER, _INTEGER = pa.string(), pa.float64(), pa.int64()
SCHEMA = pa.schema({
    "id": _TEXT, "source": _TEXT, "file_kind": _TEXT, "device": _TEXT, "named": _TEXT, "product": _TEXT,
    "setting": _TEXT, "l_max": _INTEGER, "channels": _INTEGER, "batch": _INTEGER, "quantity": _TEXT, "value": _NUMBER,
    "unit": _TEXT, "counted": _TEXT, "normaliser": _NUMBER, "normaliser_is": _TEXT, "caveats": pa.list_(_TEXT),
    "file": _TEXT, "line": _INTEGER,
})
_NAMES = ", ".join(f'"{name}"' for name in SCHEMA.names)
_VALUES = _NAMES.replace('"id"', "CAST(id AS UUID)")
_ID = "replace(CAST(published.id AS VARCHAR), '-', '')"


def insert_published(cursor: duckdb.DuckDBPyConnection, points: Iterable[Point]) -> int:
    """How many were new; they are in the database now."""
    known = {id for id, in cursor.execute(f"SELECT {_ID} FROM published").fetchall()}
    rows = {point.id: point.to_json() | {"id": point.id} for point in points if point.id not in known}
    if not rows:
        return 0
    cursor.register("incoming_points", pa.Table.from_pylist(list(rows.values()), schema=SCHEMA))
    try:
        cursor.execute(f"INSERT INTO published (imported_at, {_NAMES}) SELECT ?, {_VALUES} FROM incoming_points",
                       [datetime.now(UTC).replace(tzinfo=None)])
    finally:
        cursor.unregister("incoming_points")
    return len(rows)


def published_frame(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any]) -> pd.DataFrame:
    """One row a point with `imported_at` (UTC), in the order of product, device and L."""
    wanted, bound = where(filters, SCHEMA.names, table="published")
    order = "file_kind, device, named, setting, batch, quantity, l_max, line"
    names = _NAMES.replace('"id"', f"{_ID} AS id")
    frame = cursor.execute(f"SELECT imported_at, {names} FROM published WHERE {wanted} ORDER BY {order}", bound).df()
    return frame.assign(imported_at=frame["imported_at"].dt.tz_localize("UTC"))
