"""Opening the file: made with the shared storage version; a lock, corruption and the rest told apart."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from results_db.errors import StoreError, StoreLocked
from results_db.migrate import migrate

STORAGE_VERSION = "v1.4.0"   # DuckDB 1.4 and later can read the file
CONFIG = {
    "threads": "2",
    "memory_limit": "1GB",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
_NOT_CORRUPT = (
    "No space left", "Permission denied", "Too many open files", "Read-only file system", "No such file",
    "Is a directory", "Out of Memory", "Out of memory", "but we can only read versions",
)


class Corrupt(StoreError):
    """The file is there, nobody holds it, and it is not a database that can be read."""


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """The open database with this version's schema. Raises StoreLocked, Corrupt or StoreError."""
    _check_place(path)
    try:
        if not path.exists():
            _create(path)
        connection = duckdb.connect(path, config=CONFIG)
    except duckdb.Error as error:
        raise explain(path, error) from error
    try:
        migrate(connection)
        connection.execute("SELECT max(measured_at), max(key) FROM measurements").fetchone()
        connection.execute("SET lock_configuration = true")
    except StoreError:
        connection.close()
        raise
    except duckdb.Error as error:
        connection.close()
        raise explain(path, error) from error
    return connection


def set_aside(path: Path, now: datetime | None = None) -> Path:
    """Where the file went: beside itself, with the time in its name; its journal goes with it."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.name}.unreadable-{stamp}")
    journal = journal_of(path)
    if journal.exists():
        journal.rename(journal_of(aside))
    return path.rename(aside)


def journal_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside the file."""
    return path.with_name(path.name + ".wal")


def recover(path: Path, aside: Path) -> bool:
    """Whether the file opens without its journal; then a copy, up to its last checkpoint, is at `path`."""
    if not journal_of(aside).exists():
        return False
    shutil.copy2(aside, path)
    try:
        connect(path).close()
    except Corrupt:
        path.unlink()
        return False
    return True


def _check_place(path: Path) -> None:
    if path.exists() and not path.is_file():   # a device or a socket must never be set aside
        raise StoreError(f"the history must be a file, but {path} is a {'folder' if path.is_dir() else 'device'}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the history cannot be made: {error}") from error
    if not os.access(path if path.exists() else path.parent, os.R_OK | os.W_OK):
        raise StoreError(f"the history must be writable, but {path} is not")


def _create(path: Path) -> None:
    with duckdb.connect() as maker:
        quoted = str(path).replace("'", "''")
        maker.execute(f"ATTACH '{quoted}' AS history (STORAGE_VERSION '{STORAGE_VERSION}')")


def explain(path: Path, error: duckdb.Error) -> StoreError:
    """What kept the file from being opened, told apart."""
    text = str(error).rstrip("!.")
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"\(PID (\d+)\)", text)
        by = f"process {holder[1]}" if holder else "another process"
        return StoreLocked(f"the history {path} is open in {by}; close it or let it do the work")
    if any(sign in text for sign in _NOT_CORRUPT):
        return StoreError(f"the history {path} cannot be opened: {text}")
    return Corrupt(f"the history {path} cannot be read: {text}")
