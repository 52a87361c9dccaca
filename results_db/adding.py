"""Appends results to the database: one bulk insert of those whose id is new."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from results_db.flat import SCHEMA

_CASTS = {
    "id": "CAST(id AS UUID)",
    "measured_at": "CAST(measured_at AS TIMESTAMP)",
    "environment": "CAST(environment AS JSON)",
}
_COLUMNS = ", ".join(f'"{name}"' for name in SCHEMA.names)
_VALUES = ", ".join(_CASTS.get(name, f'"{name}"') for name in SCHEMA.names)


def insert_results(cursor: duckdb.DuckDBPyConnection, table: pa.Table) -> int:
    """How many rows of a table of SCHEMA were new; they are in the database now."""
    known = cursor.execute(
        "SELECT replace(CAST(id AS VARCHAR), '-', '') FROM measurements "
        "WHERE id IN (SELECT unnest(CAST(? AS UUID[])))",
        [table["id"].to_pylist()],
    ).fetchall()
    table = table.filter(pc.invert(pc.is_in(table["id"], pa.array([id for id, in known], pa.string()))))
    if not table.num_rows:
        return 0
    cursor.register("incoming", table)
    try:
        cursor.execute(f"INSERT INTO measurements ({_COLUMNS}) SELECT {_VALUES} FROM incoming")
    finally:
        cursor.unregister("incoming")
    return table.num_rows
