"""Reads the recorded sets of a folder; asked like the history, but no answer of the cache rests on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from backend.spec import Result, SpecError
from results_db.adding import insert_results
from results_db.errors import NotFound, StoreError
from results_db.flat import to_table, unflatten
from results_db.known import known_frame
from results_db.migrate import migrate
from results_db.reading import each_result, one_result, results_frame
from results_db.recorded.description import RecordedSet, content_sha256

FOLDER = Path(__file__).parent


def read_set(path: Path) -> tuple[RecordedSet, tuple[Result, ...]]:
    """What the file says of itself and its results. Raises StoreError where it is not whole."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"it must be Parquet: {error}") from None
    said = RecordedSet.from_metadata(table)
    if (said.name, said.results) != (path.stem, table.num_rows):
        raise StoreError(f"it must be named {said.name} and have {said.results} results, got {table.num_rows}")
    if content_sha256(table) != said.content_sha256:
        raise StoreError("its content must have the hash that it states; it was changed since it was recorded")
    try:
        return said, tuple(unflatten(row) for row in table.to_pylist())
    except (SpecError, StoreError) as error:
        raise StoreError(f"its results must be whole: {error}") from None


class Recorded:
    """The results of every recorded set in a folder, in a database in memory; safe to read in any thread.

    `sets` describes them; `faults` has a sentence for each file that is left out.
    """

    def __init__(self, folder: Path) -> None:
        sets, faults, results = [], [], {}
        for path in sorted(folder.glob("*.parquet")):
            try:
                said, found = read_set(path)
            except StoreError as error:
                faults.append(f"the recorded set {path.name} is left out: {error}")
                continue
            sets.append(said)
            results |= {result.id: (said, result) for result in found}
        self.sets: tuple[RecordedSet, ...] = tuple(sets)
        self.faults: tuple[str, ...] = tuple(faults)
        self._set_of = {id: said for id, (said, _) in results.items()}
        self._connection = duckdb.connect(config={"threads": "1", "enable_external_access": "false"})
        migrate(self._connection)
        if results:
            insert_results(self._connection, to_table(result for _, result in results.values()))

    def results(self, *, latest: bool = False, limit: int | None = None, **filters: Any) -> pd.DataFrame:
        """One row a result as `Store.results` has it, and `recorded`, the name of its set."""
        with self._cursor() as cursor:
            frame = results_frame(cursor, filters, latest=latest, limit=limit)
        return frame.assign(recorded=[self._set_of[id].name for id in frame["id"]])

    def timed(self, keys: Sequence[str]) -> pd.DataFrame:
        """The rows of `results` of these cases that have status ok, newest first."""
        return self._timed[self._timed["key"].isin(keys)].reset_index(drop=True)

    @cached_property
    def _timed(self) -> pd.DataFrame:   # some thousand rows that never change: to plan a query takes longer
        return self.results(status="ok")

    def known(self, keys: Sequence[str]) -> pd.DataFrame:
        """What is recorded of many cases, as `Store.known` has it."""
        with self._cursor() as cursor:
            return known_frame(cursor, keys)

    def result(self, id: str) -> Result:
        """The result with its raw samples. Raises NotFound."""
        with self._cursor() as cursor:
            return one_result(cursor, id)

    def each_result(self) -> Iterator[Result]:
        """Every result with its raw samples."""
        with self._cursor() as cursor:
            yield from each_result(cursor)

    def set_of(self, id: str) -> RecordedSet:
        """The set that holds a result. Raises NotFound."""
        if id not in self._set_of:
            raise NotFound(f"no recorded set has a result {id}")
        return self._set_of[id]

    def __contains__(self, id: str) -> bool:
        return id in self._set_of

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._connection.cursor() as cursor:
            yield cursor


@cache
def shipped() -> Recorded:
    """The sets that come with the program."""
    return Recorded(FOLDER)
