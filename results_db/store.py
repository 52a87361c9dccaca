"""The store: everything at rest in one DuckDB file that one process owns."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pandas as pd

from backend.execution.jobs import STATES, Job
from backend.spec import Case, Result
from results_db.adding import insert_results
from results_db.certificates import insert_certificate, newest_certificate
from results_db.console import SECONDS, read_only_query
from results_db.errors import StoreError
from results_db.exporting import export
from results_db.expressivity import expressivity_frame, insert_expressivity
from results_db.flat import to_table
from results_db.jobs import change_job, insert_job, interrupt_running_jobs, list_jobs, one_job
from results_db.opening import connect
from results_db.published import Point
from results_db.published.table import insert_published, published_frame
from results_db.reading import each_result, one_result, results_frame
from results_db.verdict import Verdict, verdicts
from results_db.writer import Writer

_ENDED = frozenset(STATES) - {"queued", "running"}


class Store:
    """Results, expressivity and jobs of one history file. Reads use a cursor each and may run in any thread;
    writes go through one thread and return when they are on disk. Raises StoreLocked if another process has
    the file open."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._connection = connect(self.path)
        self._writer = Writer(self._connection)
        self._version_lock = threading.Lock()
        self._version = time.time_ns()   # two stores of one process never share a version

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finishes what is queued, writes a checkpoint and frees the file."""
        self._writer.close()
        self._connection.close()

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

    @property
    def data_version(self) -> int:
        """Grows with every committed write of results, expressivity or certificates."""
        with self._version_lock:
            return self._version

    def add(self, result: Result) -> None:
        """Appends a result; one whose id is there already is left as it is. Raises Refused if a value cannot
        be kept, such as a metric that is not a finite number."""
        self.add_many((result,))

    def add_many(self, results: Iterable[Result]) -> int:
        """How many were new; all are written or, if it raises, none."""
        table = to_table({result.id: result for result in results}.values())
        if not table.num_rows:
            return 0
        added = self._writer.write(lambda cursor: insert_results(cursor, table))
        if added:
            self._changed()
        return added

    def results(self, *, latest: bool = False, limit: int | None = None, **filters: Any) -> pd.DataFrame:
        """One row a result, newest first, without raw samples; a filter is a value or a list of values of a
        column. `latest` keeps, of those that pass the filters, the newest of each case and environment."""
        with self.cursor() as cursor:
            return results_frame(cursor, filters, latest=latest, limit=limit)

    def result(self, id: str) -> Result:
        """The result with its raw samples. Raises NotFound."""
        with self.cursor() as cursor:
            return one_result(cursor, id)

    def each_result(self) -> Iterator[Result]:
        """Every result with its raw samples, in the order they came."""
        with self.cursor() as cursor:
            yield from each_result(cursor)

    def export(self, file: BinaryIO, format: str, what: str = "results") -> None:
        """Writes every result with its raw samples as `jsonl`, `csv` or `parquet`; or another of exporting.WHAT."""
        export(self, file, format, what)

    def lookup(self, case: Case, identity: Mapping[str, str]) -> Verdict:
        """Whether the case is measured on this environment, on another one, or not at all."""
        return self.lookup_many((case,), {case.key: identity})[case.key]

    def lookup_many(
        self, cases: Sequence[Case], identities: Mapping[str, Mapping[str, str]]
    ) -> dict[str, Verdict]:
        """The verdict of each case by its key; `identities` gives the environment here for each key."""
        with self.cursor() as cursor:
            return verdicts(cursor, cases, identities, now=datetime.now(UTC))

    def add_expressivity(self, line: Mapping[str, Any]) -> None:
        """Appends a line unless the newest of its product and problem says the same."""
        self._writer.write(lambda cursor: insert_expressivity(cursor, line))
        self._changed()

    def expressivity(self, **filters: Any) -> pd.DataFrame:
        """The newest line of each product, variant and problem; `paths` is a list of [l1, l2, l3, G]."""
        with self.cursor() as cursor:
            return expressivity_frame(cursor, filters)

    def add_certificate(self, certificate: Mapping[str, Any]) -> None:
        """Appends a certificate. Raises StoreError if it lacks a field of what was asked."""
        self._writer.write(lambda cursor: insert_certificate(cursor, certificate))
        self._changed()

    def certificate(self, **asked: Any) -> dict[str, Any] | None:
        """The newest certificate with these values, and when it was added; None if there is none."""
        with self.cursor() as cursor:
            return newest_certificate(cursor, asked)

    def add_published(self, points: Iterable[Point]) -> int:
        """How many published figures were new."""
        added = self._writer.write(lambda cursor: insert_published(cursor, points))
        if added:
            self._changed()
        return added

    def published(self, **filters: Any) -> pd.DataFrame:
        """One row a published figure; a filter is a value or a list of values of a column."""
        with self.cursor() as cursor:
            return published_frame(cursor, filters)

    def query(self, sql: str, parameters: Sequence[Any] = (), *, seconds: float = SECONDS) -> pd.DataFrame:
        """The rows of one SELECT, over `results`, `expressivity`, `certificates`, `published` or `jobs`. Raises
        StoreError if it is anything else or takes longer."""
        with self.cursor() as cursor:
            return read_only_query(cursor, sql, parameters, seconds=seconds)

    def add_job(self, job: Job) -> None:
        """Raises StoreError if there is a job with that id."""
        self._writer.write(lambda cursor: insert_job(cursor, job))

    def update_job(self, id: str, **changes: Any) -> None:
        """Sets fields of a job. Raises NotFound, or StoreError for an unknown field."""
        self._writer.write(lambda cursor: change_job(cursor, id, changes))
        if changes.get("state") in _ENDED:
            self._writer.write(_checkpoint, transaction=False)

    def job(self, id: str) -> Job:
        """The job. Raises NotFound."""
        with self.cursor() as cursor:
            return one_job(cursor, id)

    def jobs(self, states: Iterable[str] | None = None, limit: int | None = 50) -> list[Job]:
        """The newest jobs in one of these states, newest first; every one if `limit` is None."""
        with self.cursor() as cursor:
            return list_jobs(cursor, states, limit)

    def interrupt_running(self, now: str, message: str) -> list[Job]:
        """The jobs that were running, as they were, after marking them interrupted."""
        return self._writer.write(lambda cursor: interrupt_running_jobs(cursor, now, message))

    def _changed(self) -> None:
        with self._version_lock:
            self._version += 1


def _checkpoint(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.execute("CHECKPOINT")
    except duckdb.TransactionException:   # someone reads: the next checkpoint does it
        return
