"""One open DuckDB file: a cursor for each read, one thread that writes, a version that grows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from results_db.copying import copy_file
from results_db.errors import StoreError
from results_db.opening import connect
from results_db.writer import Writer

Task = Callable[[duckdb.DuckDBPyConnection], Any]


class Database:
    """Reads may run in any thread; writes go through one and return when they are on disk. Raises StoreLocked if
    another process has the file open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._writer = Writer(self._connection)
        self._lock = threading.Lock()
        self._version = time.time_ns()   # two stores of one process never share a version

    @property
    def version(self) -> int:
        """Grows with every call of `grow`."""
        with self._lock:
            return self._version

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one query in one thread."""
        try:
            cursor = self._connection.cursor()
        except duckdb.ConnectionException:
            raise StoreError("the history is closed") from None
        try:
            yield cursor
        except duckdb.Error as error:
            raise StoreError(f"the history could not be read: {error}") from error
        finally:
            cursor.close()

    def read(self, task: Task) -> Any:
        """What the task reads with a cursor of its own."""
        with self.cursor() as cursor:
            return task(cursor)

    def write(self, task: Task, *, transaction: bool = True) -> Any:
        """What the task returned, once it is on disk."""
        return self._writer.write(task, transaction=transaction)

    @property
    def commits(self) -> int:
        """Grows with every write."""
        return self._writer.commits

    def copy(self, to: Path) -> None:
        """Writes the file as it is now to another, with what the journal holds; meanwhile nothing else is written."""
        self._writer.write(lambda cursor: copy_file(cursor, self._path, to), transaction=False)

    def add(self, task: Task) -> int:
        """How many rows the task says that it added; if any, there is a new version."""
        if added := self.write(task):
            self.grow()
        return added

    def grow(self) -> None:
        with self._lock:
            self._version += 1

    def close(self) -> None:
        """Finishes what is queued, writes a checkpoint and frees the file."""
        self._writer.close()
        self._connection.close()
