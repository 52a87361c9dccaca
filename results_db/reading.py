"""Results as frames: filters, the newest of each case on each environment, derived metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from backend.metrics import DERIVED, METRICS, STORED
from backend.spec import Result
from results_db.errors import NotFound, StoreError
from results_db.filters import where
from results_db.flat import CASE_COLUMNS, SCHEMA, unflatten
from results_db.roofs import LIMIT_COLUMNS, WITH_LIMITS

FILTERS = (*CASE_COLUMNS, "id", "status", "message", "machine", "identity", *STORED)
_PLAIN = ", ".join(f'"{name}"' for name in (*CASE_COLUMNS, "status", "message", "machine", "identity"))
_ID = "replace(CAST(measurements.id AS VARCHAR), '-', '') AS id"
_METRICS = ", ".join([   # a derived metric may use what stands before it
    *(f'"{name}"' for name in STORED), *(f'{sql} AS "{name}"' for name, sql in LIMIT_COLUMNS.items()),
    *(f'{METRICS[name].derive} AS "{name}"' for name in DERIVED)])
_ID_DIGITS = re.compile(r"[0-9a-fA-F]{4,32}")
LIVE = ("process", "conditions", "findings", "remarks")
_FRAME = f"{_ID}, measured_at, {_PLAIN}, {_METRICS}, len(samples) AS n_samples, {', '.join(LIVE)}"
VIEW_SQL = f"SELECT {_FRAME}, samples, latency_samples, other_metrics, environment FROM {WITH_LIMITS}"


def results_frame(
    cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any], *, latest: bool, limit: int | None, offset: int = 0
) -> pd.DataFrame:
    """One row a result, newest first, without the raw samples. `latest` keeps, of the results that pass the
    filters, the newest of each case on each environment."""
    wanted, bound = _wanted(filters, latest=latest)
    if limit is None:
        return frame_where(cursor, wanted, bound)
    sql = f"SELECT rowid FROM measurements WHERE {wanted} ORDER BY measured_at DESC, rowid DESC LIMIT ? OFFSET ?"
    places = cursor.execute(sql, [*bound, limit, offset]).fetchall()   # by two columns; then all of these few
    return of_rows(cursor, [place for place, in places])


def rows_sql(filters: Mapping[str, Any], *, latest: bool, place: str) -> tuple[str, list[Any]]:
    """A SELECT of the rows of `results_frame` in any order, with their `place` in the table, and the values to bind."""
    wanted, bound = _wanted(filters, latest=latest)
    return f"SELECT {_FRAME}, measurements.rowid AS {place} FROM {WITH_LIMITS} WHERE {wanted}", bound


def of_rows(cursor: duckdb.DuckDBPyConnection, places: Sequence[int]) -> pd.DataFrame:
    """The rows of `results_frame` at these places of the table, newest first."""
    return frame_where(   # of a join DuckDB reads these rows alone, of a list of numbers far more
        cursor, "measurements.rowid IN (SELECT unnest(CAST(? AS BIGINT[])))", [list(places)])


def frame_where(cursor: duckdb.DuckDBPyConnection, wanted: str, bound: Sequence[Any]) -> pd.DataFrame:
    """One row a result for which the SQL condition holds, newest first, without the raw samples."""
    frame = cursor.execute(f"SELECT {_FRAME} FROM {WITH_LIMITS} WHERE {wanted} "
                           "ORDER BY measurements.measured_at DESC, measurements.rowid DESC", bound).df()
    frame["measured_at"] = frame["measured_at"].dt.tz_localize("UTC")
    return frame


def count_results(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any], *, latest: bool) -> int:
    """How many rows `results_frame` has of these filters."""
    wanted, bound = where(filters, FILTERS, table="measurements")
    counted = "count(DISTINCT (key, identity))" if latest else "count(*)"
    return cursor.execute(f"SELECT {counted} FROM measurements WHERE {wanted}", bound).fetchone()[0]


def one_result(cursor: duckdb.DuckDBPyConnection, id: str) -> Result:
    """The result with its raw samples; the first digits of its id will do if no other begins with them. Raises
    NotFound if there is none, StoreError if there are several."""
    if not _ID_DIGITS.fullmatch(id):
        raise NotFound(f"the history has no result {id!r:.80}: an id has 32 hexadecimal digits, of which 4 may do")
    begins = "replace(CAST(measurements.id AS VARCHAR), '-', '') LIKE ? || '%'"
    wanted = begins if len(id) < 32 else "measurements.id = CAST(? AS UUID)"
    sql = f"SELECT {_row_columns()} FROM measurements WHERE {wanted} LIMIT 2"
    found = cursor.sql(sql, params=[id.lower()]).to_arrow_table().to_pylist()
    if not found:
        raise NotFound(f"the history has no result {id}")
    if len(found) > 1:
        raise StoreError(f"an id must name one result, got {id}, with which {' and '.join(row['id'] for row in found)} "
                         "begin: give more digits")
    return unflatten(found[0])


def each_result(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any] | None = None) -> Iterator[Result]:
    """Every result that passes the filters, with its raw samples, in the order they came."""
    for table in each_table(cursor, filters):
        yield from (unflatten(row) for row in table.to_pylist())


def each_table(
    cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any] | None = None, *, rows_at_once: int = 5000
) -> Iterator[pa.Table]:
    """The same as tables of SCHEMA, some thousand rows each."""
    wanted, bound = where(filters or {}, FILTERS, table="measurements")
    rows = cursor.sql(   # a plain scan streams, in insertion order
        f"SELECT {_row_columns()} FROM measurements WHERE {wanted}", params=bound or None)
    for batch in rows.to_arrow_reader(rows_at_once):
        at = batch.schema.get_field_index("measured_at")
        batch = batch.set_column(at, "measured_at", pc.assume_timezone(batch.column(at), "UTC"))
        yield pa.Table.from_batches([batch]).cast(SCHEMA)


def _wanted(filters: Mapping[str, Any], *, latest: bool) -> tuple[str, list[Any]]:
    wanted, bound = where(filters, FILTERS, table="measurements")
    if latest:
        wanted = f"""measurements.rowid IN (
            SELECT arg_max(rowid, measured_at) FROM measurements WHERE {wanted} GROUP BY key, identity)"""
    return wanted, bound


def _row_columns() -> str:
    return ", ".join(_ID if name == "id" else f'"{name}"' for name in SCHEMA.names)
