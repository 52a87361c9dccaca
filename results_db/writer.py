"""The one thread that writes: calls are queued, each is a transaction, the caller waits for the commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import duckdb

from results_db.errors import StoreError


class Writer:
    """Runs functions of a cursor one after the other in its own thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._cursor = connection.cursor()
        self._queue: queue.SimpleQueue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self.commits = 0   # that changed something, perhaps; only this thread counts
        self._thread = threading.Thread(target=self._work, name="results_db writer", daemon=True)
        self._thread.start()

    def write(self, function: Callable[[duckdb.DuckDBPyConnection], Any], *, transaction: bool = True) -> Any:
        """What the function returned, after its transaction was committed. Raises what it raised, after
        undoing it, and StoreError for an error of the database."""
        done: Future = Future()
        with self._lock:
            if self._closed:
                raise StoreError("the history is closed")
            self._queue.put((function, transaction, done))
        return done.result()

    def close(self) -> None:
        """Waits for what is queued, then ends the thread."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._cursor.close()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            function, transaction, done = task
            try:
                done.set_result(self._run(function) if transaction else function(self._cursor))
            except duckdb.Error as error:
                failure = StoreError(f"the history could not be written: {error}")
                failure.__cause__ = error
                done.set_exception(failure)
            except BaseException as error:   # the caller's error, not the writer's: the thread lives on
                done.set_exception(error)

    def _run(self, function: Callable[[duckdb.DuckDBPyConnection], Any]) -> Any:
        self._cursor.begin()
        try:
            value = function(self._cursor)
            self._cursor.commit()
            self.commits += 1
        except BaseException:
            _undo(self._cursor)
            raise
        return value


def _undo(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.TransactionException:   # a failed commit has already ended the transaction
        return
