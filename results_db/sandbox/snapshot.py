"""A copy of the history's file for readers in other processes, made anew when something was written."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Protocol


class Copied(Protocol):
    """What of a store a copy needs."""

    @property
    def commits(self) -> int: ...

    def copy(self, to: Path) -> None: ...


class Snapshot:
    """The copy lies in a folder of its own, whose name tells nothing of where the history lies."""

    def __init__(self, store: Copied) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory | None = None   # made by the first who asks
        self._commits: int | None = None

    def path(self) -> Path:
        """The copy as of now. Who has an older one open keeps it."""
        with self._lock:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="snapshot-")
            path = Path(self._folder.name) / "history"
            commits = self._store.commits   # before the copy: what comes during it makes the next one
            if commits != self._commits:
                made = path.with_name("next")
                self._store.copy(made)
                made.replace(path)
                self._commits = commits
        return path

    def close(self) -> None:
        """Removes the copy."""
        with self._lock:
            if self._folder:
                self._folder.cleanup()
