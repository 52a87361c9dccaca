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
_DISTURBED, _UNSTEADY, _BUSY = (f"json_extract_string(environment, '$.live.{name}[*]')" for name in (
    "conditions.findings", "findings", "conditions.remarks"))
_LIVE = {   # what is read often, out of the environment
    "process": "json_extract_string(environment, '$.live.process')",
    "conditions": f"""CASE WHEN len({_DISTURBED}) > 0 THEN 'disturbed' WHEN len({_UNSTEADY}) > 0 THEN 'unsteady'
        WHEN len({_BUSY}) > 0 THEN 'busy machine'
        WHEN json_exists(environment, '$.live.conditions') THEN 'quiet' END""",
    "findings": f"array_to_string(list_concat({_DISTURBED}, {_UNSTEADY}), '; ')",
    "remarks": f"array_to_string({_BUSY}, '; ')",
}
_COLUMNS = ", ".join(f'"{name}"' for name in (*SCHEMA.names, *_LIVE))
_VALUES = ", ".join([*(_CASTS.get(name, f'"{name}"') for name in SCHEMA.names), *_LIVE.values()])


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
