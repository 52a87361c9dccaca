"""Copies the open file: what the journal holds goes into the copy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

from results_db.errors import StoreError

# A process of its own: who closes a file that he has locked, as `cp` would here, loses the lock.
_COPY = """import os, shutil, sys
source, to = sys.argv[1:]
shutil.copyfile(source, to)
if os.path.exists(source + ".wal"):
    shutil.copyfile(source + ".wal", to + ".wal")
    import duckdb
    duckdb.connect(to).close()
"""


def copy_file(cursor: duckdb.DuckDBPyConnection, path: Path, to: Path) -> None:
    """Writes the database to another file; nobody may write while this goes on. Raises StoreError where it cannot."""
    checkpoint(cursor)
    done = subprocess.run([sys.executable, "-I", "-c", _COPY, str(path), str(to)], capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise StoreError(f"the history could not be copied: {last}")


def checkpoint(cursor: duckdb.DuckDBPyConnection) -> None:
    """Brings the journal into the file, unless someone reads: then the next checkpoint does it."""
    try:
        cursor.execute("CHECKPOINT")
    except duckdb.TransactionException:
        return
