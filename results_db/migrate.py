"""Brings a database to the schema of this version: numbered SQL files, metric columns, the views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from backend.metrics import STORED
from results_db.errors import StoreError
from results_db.reading import VIEW_SQL
from results_db.roofs import ROOFS_SQL

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Migration:
    """One numbered file: `001_name.sql`."""

    version: int
    name: str
    sql: str


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Every migration in order. Raises StoreError unless they are numbered 1, 2, 3, ..."""
    files = sorted(folder.glob("[0-9]*.sql"))
    found = tuple(Migration(int(path.stem[:3]), path.stem, path.read_text()) for path in files)
    if [each.version for each in found] != list(range(1, len(found) + 1)):
        names = ", ".join(each.name for each in found)
        raise StoreError(f"migrations must be numbered 1, 2, 3, ..., got {names}")
    return found


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = FOLDER) -> None:
    """Applies what is missing: each file in one transaction with its record, then a checkpoint, so that no
    change of the schema is replayed from the journal. Raises StoreError for the file of a newer version."""
    known = migrations(folder)
    at = schema_version(connection)
    if at > len(known):
        raise StoreError(f"the schema must be at most {len(known)}, got {at} (a newer version)")
    for each in known[at:]:
        _apply(connection, each)
    _add_metric_columns(connection)
    for name, sql in _views().items():
        if _view(connection, name) != sql:
            _replace_view(connection, name, sql)


def is_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether nothing is missing that `migrate` would bring."""
    views = all(_view(connection, name) == sql for name, sql in _views().items())
    return views and schema_version(connection) == len(migrations())


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the last migration applied; 0 for a new file."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_version'").fetchone():
        return 0
    return connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0]


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    with _transaction(connection, f"migration {migration.name}"):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_version "
            "(version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
        )
        connection.execute(migration.sql)
        applied_at = datetime.now(UTC).replace(tzinfo=None)
        connection.execute("INSERT INTO schema_version VALUES (?, ?, ?)",
                           [migration.version, migration.name, applied_at])


def _add_metric_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Gives each stored metric its column; what an older version kept in `other_metrics` moves there."""
    present = {name for name, *_ in connection.execute("DESCRIBE measurements").fetchall()}
    missing = [name for name in STORED if name not in present]
    if not missing:
        return
    with _transaction(connection, f"adding {', '.join(missing)}"):
        for name in missing:
            connection.execute(f'ALTER TABLE measurements ADD COLUMN "{name}" DOUBLE')
    kept = {name for name, in connection.execute(
        "SELECT DISTINCT unnest(map_keys(other_metrics)) FROM measurements").fetchall()}
    for name in kept.intersection(missing):
        with _transaction(connection, f"moving {name}"):
            connection.execute(
                f"""UPDATE measurements SET "{name}" = other_metrics[?], other_metrics = map_from_entries(
                    list_filter(map_entries(other_metrics), lambda entry: entry.key <> ?))
                    WHERE map_contains(other_metrics, ?)""",
                [name] * 3,
            )


def _replace_view(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    comment = sql.replace("'", "''")
    with _transaction(connection, f"making the view {name}"):
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        connection.execute(f"COMMENT ON VIEW {name} IS '{comment}'")   # what the next opening compares


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection, what: str) -> Iterator[None]:
    """All or nothing, then a checkpoint."""
    connection.begin()
    try:
        yield
        connection.commit()
    except duckdb.Error as error:
        connection.rollback()
        raise StoreError(f"{what} failed and was undone: {error}") from error
    connection.execute("CHECKPOINT")


def _views() -> dict[str, str]:
    return {"roofs": ROOFS_SQL, "results": VIEW_SQL}   # the second reads the first


def _view(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    row = connection.execute("SELECT comment FROM duckdb_views() WHERE view_name = ?", [name]).fetchone()
    return row[0] if row else ""
