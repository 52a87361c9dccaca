"""Asks one statement in a process of its own, within bounds of time, memory and rows; at most two at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from results_db.errors import StoreError
from results_db.sandbox.snapshot import Copied, Snapshot

_CHILD = Path(__file__).with_name("child.py")
_AT_ONCE = 2
_LONGEST = 100_000   # characters of a statement


@dataclass(frozen=True)
class Bounds:
    """Seconds from the start of the process to its end, bytes of memory, rows and bytes of the answer."""

    seconds: float
    memory: int
    rows: int
    bytes: int


OPEN = Bounds(seconds=5.0, memory=512 * 10**6, rows=10_000, bytes=20 * 10**6)      # of anybody who may read
TRUSTED = Bounds(seconds=60.0, memory=10**9, rows=1_000_000, bytes=10**9)          # of the owner of the history


class Busy(StoreError):
    """As many statements as may run at a time do."""


@dataclass(frozen=True)
class Answer:
    """Rows as values of JSON; `truncated` says why they are not all, where they are not; the seconds it took."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: str
    seconds: float

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Answer:
        return cls(tuple(said["columns"]), tuple(map(tuple, said["rows"])), said["truncated"], said["seconds"])


class Console:
    """Statements over a copy of a store's file: none of them can write, reach a file or another machine, change a
    setting, or take more than its bounds from the process that asks."""

    def __init__(self, store: Copied) -> None:
        self._snapshot = Snapshot(store)
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def ask(self, sql: str, bounds: Bounds = OPEN) -> Answer:
        """The rows of one SELECT. Raises StoreError with a sentence where there are none, Busy where none may run."""
        with self.write(sql, bounds) as file:
            return Answer.of(json.load(file))

    def write(self, sql: str, bounds: Bounds = OPEN) -> BinaryIO:
        """A file, at its beginning, with the answer as JSON; it may be larger than memory."""
        if len(sql) > _LONGEST:
            raise StoreError(f"a query must have at most {_LONGEST:,} characters, got {len(sql):,}")
        if not self._places.acquire(timeout=bounds.seconds):
            raise Busy(f"{_AT_ONCE} queries are running, as many as may; ask again in a few seconds")
        try:
            return _run(self.snapshot(), sql, bounds)
        finally:
            self._places.release()

    def snapshot(self) -> Path:
        """The copy, as of now."""
        return self._snapshot.path()

    def close(self) -> None:
        """Removes the copy."""
        self._snapshot.close()


def _run(path: Path, sql: str, bounds: Bounds) -> BinaryIO:
    file = tempfile.TemporaryFile()   # noqa: SIM115 (whoever asks closes it)
    process = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), str(path), json.dumps(asdict(bounds))], cwd=path.parent,
        stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE, start_new_session=True,
        env={"HOME": "/", "LC_ALL": "C.UTF-8"})   # no variable of this process is there to be read
    try:
        _, said = process.communicate(sql.encode("utf-8", "replace"), timeout=bounds.seconds)
    except subprocess.TimeoutExpired:
        file.close()
        raise StoreError(f"the query was stopped after {bounds.seconds:g} s; ask for less at once") from None
    finally:
        _end(process)
    if process.returncode == 0:
        file.seek(0)
        return file
    file.close()
    raise StoreError(said.decode("utf-8", "replace") if process.returncode == 1 else (
        f"the query ended its process ({_how(process.returncode)}), as one that needs too much does; ask for less"))


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _how(returncode: int) -> str:
    return signal.Signals(-returncode).name if returncode < 0 else f"exit code {returncode}"
