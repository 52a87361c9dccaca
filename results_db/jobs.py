"""Jobs at rest: one row each, changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import duckdb

from backend.execution.jobs import STATES, Job
from backend.spec import Case, check_choice
from results_db.errors import NotFound, StoreError
from results_db.flat import from_json, to_json

_COLUMNS = tuple(each.name for each in fields(Job))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM jobs"


def insert_job(cursor: duckdb.DuckDBPyConnection, job: Job) -> None:
    """Raises StoreError if there is a job with that id."""
    if cursor.execute("SELECT 1 FROM jobs WHERE id = ?", [job.id]).fetchone():
        raise StoreError(f"job {job.id} must be new, but the history has it")
    values = [_to_column(name, getattr(job, name)) for name in _COLUMNS]
    places = ", ".join("?" * len(_COLUMNS))
    cursor.execute(f"INSERT INTO jobs ({', '.join(_COLUMNS)}) VALUES ({places})", values)


def change_job(cursor: duckdb.DuckDBPyConnection, id: str, changes: Mapping[str, Any]) -> None:
    """Raises NotFound if there is no such job, StoreError if Job has no such field."""
    if unknown := set(changes) - set(_COLUMNS[1:]):
        raise StoreError(f"a job has no field {', '.join(sorted(unknown))}; it has {', '.join(_COLUMNS[1:])}")
    if "state" in changes:
        check_choice("state", changes["state"], STATES)
    one_job(cursor, id)
    if changes:
        sets = ", ".join(f"{name} = ?" for name in changes)
        values = [_to_column(name, value) for name, value in changes.items()]
        cursor.execute(f"UPDATE jobs SET {sets} WHERE id = ?", [*values, id])


def one_job(cursor: duckdb.DuckDBPyConnection, id: str) -> Job:
    """The job. Raises NotFound if there is none with that id."""
    row = cursor.execute(f"{_SELECT} WHERE id = ?", [id]).fetchone()
    if row is None:
        raise NotFound(f"the history has no job {id}")
    return _job(row)


def list_jobs(
    cursor: duckdb.DuckDBPyConnection, states: Iterable[str] | None, limit: int | None
) -> list[Job]:
    """The newest jobs in one of these states, newest first."""
    wanted = list(STATES if states is None else states)
    for state in wanted:
        check_choice("state", state, STATES)
    rows = cursor.execute(
        f"{_SELECT} WHERE state IN (SELECT unnest(?)) ORDER BY created_at DESC, rowid DESC"
        + ("" if limit is None else " LIMIT ?"),
        [wanted] if limit is None else [wanted, limit],
    ).fetchall()
    return [_job(row) for row in rows]


def interrupt_running_jobs(cursor: duckdb.DuckDBPyConnection, now: str, message: str) -> list[Job]:
    """The running jobs as they were, after marking them interrupted."""
    running = list_jobs(cursor, ("running",), None)
    cursor.execute(
        "UPDATE jobs SET state = 'interrupted', finished_at = ?, message = ? WHERE state = 'running'",
        [now, message],
    )
    return running


def _to_column(name: str, value: Any) -> Any:
    if name == "cases":
        return to_json(name, [case.to_json() for case in value])
    return to_json(name, dict(value)) if name == "options" else value


def _job(row: tuple) -> Job:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["cases"] = tuple(Case.from_json(case) for case in from_json("cases", values["cases"]))
    return Job(**(values | {"options": from_json("options", values["options"])}))
