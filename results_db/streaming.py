"""Rows of results as Arrow, batch by batch, for a program that makes a frame of them: never all in memory here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from results_db.reading import rows_sql

_ROWS_AT_ONCE = 5000
_PLACE = "place"   # of a row in the table, by which the reader brings rows of one time in order


def row_batches(
    cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any], *, latest: bool
) -> pa.RecordBatchReader:
    """The rows of `Store.results`, in any order."""
    sql, bound = rows_sql(filters, latest=latest, place=_PLACE)
    rows = cursor.sql(sql, params=bound or None).to_arrow_reader(_ROWS_AT_ONCE)
    at = rows.schema.get_field_index("measured_at")
    field = pa.field("measured_at", pa.timestamp("us", tz="UTC"))
    in_utc = (batch.set_column(at, field, pc.assume_timezone(batch.column(at), "UTC")) for batch in rows)
    return pa.RecordBatchReader.from_batches(rows.schema.set(at, field), in_utc)


def write_rows(batches: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Writes them as an Arrow stream."""
    with pa.ipc.new_stream(file, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def frame_of(batches: pa.RecordBatchReader, *, limit: int | None) -> pd.DataFrame:
    """The rows as a frame, newest first."""
    frame = batches.read_pandas().sort_values(["measured_at", _PLACE], ascending=False, ignore_index=True)
    return frame.drop(columns=_PLACE).iloc[:limit]
