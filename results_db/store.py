"""The store: everything at rest in one DuckDB file that one process owns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pandas as pd
import pyarrow as pa

from backend.execution.jobs import STATES, Job
from backend.spec import Case, Limits, Note, Problem, Result
from results_db.adding import insert_results
from results_db.certificates import insert_certificate, newest_certificate
from results_db.console import SECONDS, read_only_query
from results_db.copying import checkpoint
from results_db.database import Database
from results_db.exporting import export
from results_db.expressivity import expressivity_frame, insert_expressivity
from results_db.flat import to_table
from results_db.jobs import change_job, insert_job, interrupt_running_jobs, list_jobs, one_job
from results_db.known import known_frame, known_paths
from results_db.limits import insert_limits, newest_limits
from results_db.notes import insert_notes, notes_by_result
from results_db.published import Point
from results_db.published.table import insert_published, published_frame
from results_db.reading import count_results, each_result, each_table, one_result, results_frame
from results_db.roofs import roofs_frame
from results_db.verdict import Verdict, verdicts

_ENDED = frozenset(STATES) - {"queued", "running"}


class Store:
    """One history file. Reads use a cursor each and may run in any thread; writes go through one thread and return when
    they are on disk. Raises StoreLocked if another process has the file open."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._database = Database(self.path)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finishes what is queued, writes a checkpoint and frees the file."""
        self._database.close()

    def cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A cursor for one query in one thread."""
        return self._database.cursor()

    @property
    def data_version(self) -> int:
        """Grows with every committed write but those of jobs."""
        return self._database.version

    @property
    def commits(self) -> int:
        """Grows with every write, of jobs too."""
        return self._database.commits

    def copy(self, to: Path) -> None:
        """Writes the whole history as it is now to another file."""
        self._database.copy(to)

    def add(self, result: Result) -> None:
        """Appends a result unless its id is there already. Raises Refused if a value cannot be kept, such as NaN."""
        self.add_many((result,))

    def add_many(self, results: Iterable[Result]) -> int:
        """How many were new; all are written or, if it raises, none."""
        table = to_table({result.id: result for result in results}.values())
        return self._database.add(lambda cursor: insert_results(cursor, table)) if table.num_rows else 0

    def results(self, *, latest: bool = False, limit: int | None = None, offset: int = 0, **filters: Any
                ) -> pd.DataFrame:
        """One row a result, newest first, without raw samples; a filter is a value or a list of values of a
        column. `latest` keeps, of those that pass the filters, the newest of each case and environment."""
        shown = {"latest": latest, "limit": limit, "offset": offset}
        return self._database.read(lambda cursor: results_frame(cursor, filters, **shown))

    def count(self, *, latest: bool = False, **filters: Any) -> int:
        """How many rows `results` has of these filters."""
        return self._database.read(lambda cursor: count_results(cursor, filters, latest=latest))

    def known(self, keys: Sequence[str]) -> pd.DataFrame:
        """The newest result of each process of each environment for many cases, few columns, newest first."""
        return self._database.read(lambda cursor: known_frame(cursor, keys))

    def result(self, id: str) -> Result:
        """The result with its raw samples. Raises NotFound."""
        return self._database.read(lambda cursor: one_result(cursor, id))

    def each_result(self, **filters: Any) -> Iterator[Result]:
        """Every result that passes the filters, with its raw samples, in the order they came."""
        with self.cursor() as cursor:
            yield from each_result(cursor, filters)

    def each_table(self, **filters: Any) -> Iterator[pa.Table]:
        """The same, as tables of flat.SCHEMA of some thousand rows."""
        with self.cursor() as cursor:
            yield from each_table(cursor, filters)

    def export(self, file: BinaryIO, format: str, what: str = "results", **filters: Any) -> None:
        """Writes every result with its raw samples as `jsonl`, `csv` or `parquet`; or another of exporting.WHAT."""
        export(self, file, format, what, filters)

    def lookup(self, case: Case, identity: Mapping[str, str]) -> Verdict:
        """Whether the case is measured on this environment, on another one, or not at all."""
        return self.lookup_many((case,), {case.key: identity})[case.key]

    def lookup_many(self, cases: Sequence[Case], identities: Mapping[str, Mapping[str, str]]) -> dict[str, Verdict]:
        """The verdict of each case by its key; `identities` gives the environment here for each key."""
        return self._database.read(lambda cursor: verdicts(cursor, cases, identities, now=datetime.now(UTC)))

    def add_notes(self, notes: Iterable[Note]) -> int:
        """How many were new. Raises NotFound for one on a result that is not there; then none is written."""
        return self._database.add(lambda cursor: insert_notes(cursor, notes))

    def notes(self, ids: Sequence[str] | None = None) -> dict[str, tuple[Note, ...]]:
        """By id of the result its notes, oldest first; of all results where no ids are given."""
        return self._database.read(lambda cursor: notes_by_result(cursor, ids))

    def add_expressivity(self, line: Mapping[str, Any]) -> None:
        """Appends a line unless the newest of its product and problem says the same."""
        self._database.write(lambda cursor: insert_expressivity(cursor, line))
        self._database.grow()

    def expressivity(self, **filters: Any) -> pd.DataFrame:
        """The newest line of each product, variant and problem; `paths` is a list of [l1, l2, l3, G]."""
        return self._database.read(lambda cursor: expressivity_frame(cursor, filters))

    def known_paths(self, problems: Collection[Problem]) -> dict[tuple[Any, ...], set[tuple[int, int, int]]]:
        """By (product, variant, l1, l2, l_out), the triples that a product reaches; of problems of one setting and
        parity."""
        return self._database.read(lambda cursor: known_paths(cursor, problems))

    def add_certificate(self, certificate: Mapping[str, Any]) -> None:
        """Appends a certificate. Raises StoreError if it lacks a field of what was asked."""
        self._database.write(lambda cursor: insert_certificate(cursor, certificate))
        self._database.grow()

    def certificate(self, **asked: Any) -> dict[str, Any] | None:
        """The newest certificate with these values, and when it was added; None if there is none."""
        return self._database.read(lambda cursor: newest_certificate(cursor, asked))

    def add_published(self, points: Iterable[Point]) -> int:
        """How many published figures were new."""
        return self._database.add(lambda cursor: insert_published(cursor, points))

    def published(self, **filters: Any) -> pd.DataFrame:
        """One row a published figure; a filter is a value or a list of values of a column."""
        return self._database.read(lambda cursor: published_frame(cursor, filters))

    def add_limits(self, limits: Limits) -> int:
        """How many were new: 1, or 0 where their id is there already."""
        return self._database.add(lambda cursor: insert_limits(cursor, limits))

    def limits(self, **filters: Any) -> list[Limits]:
        """The newest of each machine, device, number of threads and framework."""
        return self._database.read(lambda cursor: newest_limits(cursor, filters))

    def roofs(self) -> pd.DataFrame:
        """What the newest limits of all frameworks say together: one row a device and number of threads."""
        return self._database.read(lambda cursor: roofs_frame(cursor))

    def query(self, sql: str, parameters: Sequence[Any] = (), *, seconds: float = SECONDS) -> pd.DataFrame:
        """The rows of one SELECT, over `results`, `roofs`, `limits`, `expressivity`, `certificates`, `published` or
        `jobs`. Raises StoreError if it is anything else or takes longer."""
        return self._database.read(lambda cursor: read_only_query(cursor, sql, parameters, seconds=seconds))

    def add_job(self, job: Job) -> None:
        """Raises StoreError if there is a job with that id."""
        self._database.write(lambda cursor: insert_job(cursor, job))

    def update_job(self, id: str, **changes: Any) -> None:
        """Sets fields of a job. Raises NotFound, or StoreError for an unknown field."""
        self._database.write(lambda cursor: change_job(cursor, id, changes))
        if changes.get("state") in _ENDED:
            self._database.write(checkpoint, transaction=False)

    def job(self, id: str) -> Job:
        """The job. Raises NotFound."""
        return self._database.read(lambda cursor: one_job(cursor, id))

    def jobs(self, states: Iterable[str] | None = None, limit: int | None = 50) -> list[Job]:
        """The newest jobs in one of these states, newest first; every one if `limit` is None."""
        return self._database.read(lambda cursor: list_jobs(cursor, states, limit))

    def interrupt_running(self, now: str, message: str) -> list[Job]:
        """The jobs that were running, as they were, after marking them interrupted."""
        return self._database.write(lambda cursor: interrupt_running_jobs(cursor, now, message))
