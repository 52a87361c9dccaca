"""The history in a notebook: `from results_db import history; history().df()`. Nothing here can write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd

from backend.spec import Result
from results_db.client import ServerClient, find_server
from results_db.console import read_only_query
from results_db.errors import StoreError
from results_db.flat import CASE_COLUMNS
from results_db.location import history_path
from results_db.opened_to_read import opened_to_read
from results_db.reading import one_result
from results_db.streaming import frame_of, row_batches

FILTERS = (*CASE_COLUMNS, "id", "status", "machine")
T = TypeVar("T")


def history(path: str | Path | None = None) -> History:
    """The history in this file, else in the file that HISTORY names, else in results_db/data/history.duckdb.

        from results_db import history
        history().df()                                          # every result, newest first
        history().df(product="gaunt_grid", l_max=[1, 2, 3], status="ok", latest=True)
        history().query("SELECT product, count(*) AS n FROM results GROUP BY product")
        history().result("5e1f").samples                        # seconds
    """
    return History(Path(path) if path else history_path())


@dataclass(frozen=True)
class History:
    """What is in a history, as frames. Each call asks the server that owns the file, or, where none runs, opens the
    file to read and closes it again. Raises StoreError with a sentence where neither can be done."""

    path: Path

    def df(self, *, latest: bool = False, limit: int | None = None, **filters: Any) -> pd.DataFrame:
        """One row a result, newest first, in SI units: the fields of its case, status, machine, every metric; no
        samples. A filter is a value or a list of values of a field of a case, `id`, `status` or `machine`. `latest`
        keeps, of those that pass the filters, the newest of each case on each environment."""
        if unknown := set(filters) - set(FILTERS):
            raise StoreError(f"a filter must be one of {', '.join(FILTERS)}, got {', '.join(sorted(unknown))}")
        return self._ask(
            lambda server: server.results(latest=latest, limit=limit, **filters),
            lambda cursor: frame_of(row_batches(cursor, filters, latest=latest), limit=limit))

    def query(self, sql: str) -> pd.DataFrame:
        """The rows of one SELECT over `results`, `expressivity`, `certificates`, `published`, `limits`, `jobs`."""
        return self._ask(lambda server: server.query(sql), lambda cursor: read_only_query(cursor, sql))

    def result(self, id: str) -> Result:
        """One result with its samples; the first digits of its id will do. Raises NotFound or StoreError."""
        return self._ask(lambda server: server.result(id), lambda cursor: one_result(cursor, id))

    def _ask(self, server: Callable[[ServerClient], T], file: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        if found := find_server(self.path):
            return server(found)
        try:
            with opened_to_read(self.path) as connection:
                return file(connection)
        except duckdb.Error as error:
            raise StoreError(f"the history could not be read: {error}") from error
