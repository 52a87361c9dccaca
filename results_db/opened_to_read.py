"""The file for a reader who must not change it: open read-only, and for no longer than it takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from results_db.errors import StoreError
from results_db.migrate import is_current
from results_db.opening import CONFIG, connect, explain, journal_of


@contextmanager
def opened_to_read(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on a file with this version's schema: the file itself or, where an older version wrote it, a copy
    that was brought to this one. Raises StoreLocked while another process may write, StoreError where it is no file."""
    if not path.is_file():
        raise StoreError(f"the history must exist to be read, got {path}; measure or import something first")
    try:
        connection = duckdb.connect(path, read_only=True, config=CONFIG)
    except duckdb.Error as error:
        raise explain(path, error) from error
    with connection:
        if is_current(connection):
            with connection.cursor() as cursor:
                yield cursor
            return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "history.duckdb"
        for source, to in ((path, copy), (journal_of(path), journal_of(copy))):
            if source.exists():
                shutil.copyfile(source, to)
        with connect(copy) as connection, connection.cursor() as cursor:
            yield cursor
