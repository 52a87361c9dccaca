"""Notes on results at rest: appended, read by result, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

import duckdb

from backend.spec import Note
from results_db.errors import NotFound
from results_db.flat import parse_time

_ID = "replace(CAST(result_id AS VARCHAR), '-', '')"


def insert_notes(cursor: duckdb.DuckDBPyConnection, notes: Iterable[Note]) -> int:
    """How many were new. Raises NotFound for a note on a result that is not there, Refused where its time is none."""
    new = 0
    for note in notes:
        at = parse_time("at", note.at).astimezone(UTC).replace(tzinfo=None)
        row = [note.result, at, note.author, note.text]
        if not cursor.execute("SELECT 1 FROM measurements WHERE id = CAST(? AS UUID)", [note.result]).fetchone():
            raise NotFound(f"a note must be on a result of the history, which has no result {note.result}")
        same = "result_id = CAST(? AS UUID) AND added_at = ? AND author = ? AND text = ?"
        if not cursor.execute(f"SELECT 1 FROM notes WHERE {same}", row).fetchone():
            cursor.execute("INSERT INTO notes VALUES (CAST(? AS UUID), ?, ?, ?)", row)
            new += 1
    return new


def notes_by_result(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str] | None) -> dict[str, tuple[Note, ...]]:
    """By id of the result its notes, oldest first; of all results where no ids are given."""
    wanted = "" if ids is None else "WHERE result_id IN (SELECT unnest(CAST(? AS UUID[])))"
    rows = cursor.execute(f"SELECT {_ID}, added_at, author, text FROM notes {wanted} ORDER BY added_at, rowid",
                          [] if ids is None else [list(ids)]).fetchall()
    found: dict[str, tuple[Note, ...]] = {}
    for id, at, author, text in rows:
        found[id] = (*found.get(id, ()), Note(id, at.replace(tzinfo=UTC).isoformat(), author, text))
    return found
