"""One statement of a user's, guarded: parsed, in a read-only transaction, with a time and a row limit."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from results_db.errors import StoreError
from results_db.sandbox.child import check_reads

SECONDS = 30.0
ROWS = 1_000_000


def read_only_query(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = (), *, seconds: float = SECONDS,
    rows: int = ROWS,
) -> pd.DataFrame:
    """The rows of one SELECT. Raises StoreError for anything else, an error in it, and past the limits."""
    check_read_only(sql)
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.start()
    try:
        cursor.execute("BEGIN TRANSACTION READ ONLY")   # also stops WITH ... AS (INSERT ...)
        reader = cursor.sql(sql, params=list(parameters) or None).to_arrow_reader(100_000)
        batches, count = [], 0
        for batch in reader:
            batches.append(batch)
            count += batch.num_rows
            if count > rows:
                raise StoreError(f"a query must give at most {rows:,} rows; add a LIMIT")
        return pa.Table.from_batches(batches, reader.schema).to_pandas()
    except RuntimeError as error:   # what DuckDB makes of Ctrl-C
        raise StoreError(f"the query failed: {error}") from None
    except duckdb.InterruptException:
        raise StoreError(f"the query was stopped after {seconds:g} s") from None
    except duckdb.Error as error:
        raise StoreError(f"the query failed: {error}") from error
    finally:
        timer.cancel()


def check_read_only(sql: str) -> None:
    """Raises StoreError unless the text is one statement that reads."""
    try:
        check_reads(sql)
    except ValueError as error:
        raise StoreError(str(error)) from None
