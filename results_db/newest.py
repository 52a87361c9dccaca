"""The newest timed result of every case on a device, and the numbers of threads measured on a machine."""

from __future__ import annotations

import pandas as pd

from results_db.reading import of_rows
from results_db.store import Store


def newest_on(store: Store, *, machine: str, device: str, device_name: str, threads: int) -> pd.DataFrame:
    """The rows of `Store.results`, newest first, one a case; `threads` are those of a CPU, a GPU has its name."""
    sql = "machine = ? AND device = ? AND status = 'ok' AND "
    sql += "threads = ?" if device == "cpu" else "json_extract_string(identity, '$.device') = ?"
    with store.cursor() as cursor:
        places = cursor.execute(
            f"SELECT arg_max(rowid, measured_at) FROM measurements WHERE {sql} GROUP BY key",
            [machine, device, threads if device == "cpu" else device_name]).fetchall()
        return of_rows(cursor, [place for place, in places])


def threads_measured(store: Store, machine: str) -> list[int]:
    """Every number of threads with which something was measured on the machine's CPU, from the least on."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT DISTINCT threads FROM measurements WHERE machine = ? AND device = 'cpu' ORDER BY threads",
            [machine]).fetchall()
    return [threads for threads, in rows]
