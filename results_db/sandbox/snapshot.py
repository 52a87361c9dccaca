"""A copy of the history's file for readers in other processes, made anew when something was written."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Protocol

_PREFIX = "snapshot-"
_YOUNG = 60.0   # seconds for which a folder that nobody holds may be one whose owner is about to


class Copied(Protocol):
    """What of a store a copy needs."""

    @property
    def commits(self) -> int: ...

    def copy(self, to: Path) -> None: ...


class Snapshot:
    """The copy lies in a folder of its own, whose name tells nothing of where the history lies. While its process lives
    the folder is locked; those that others left behind, who were killed, are removed."""

    def __init__(self, store: Copied) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory | None = None   # made by the first who asks
        self._held = -1   # descriptor that keeps the folder locked
        self._commits: int | None = None
        remove_left_behind(Path(tempfile.gettempdir()))

    def path(self) -> Path:
        """The copy as of now. Who has an older one open keeps it."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
                self._held = os.open(self._folder.name, os.O_RDONLY)
                fcntl.flock(self._held, fcntl.LOCK_EX)
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
                os.close(self._held)
                self._folder = None


def remove_left_behind(folder: Path) -> None:
    """Removes the copies in the folder that are ours and that no living process holds."""
    for each in folder.glob(f"{_PREFIX}*"):
        try:
            known = each.stat(follow_symlinks=False)
            if known.st_uid != os.getuid() or time.time() - known.st_mtime < _YOUNG:
                continue
            descriptor = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:   # no folder, or removed meanwhile
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(each, ignore_errors=True)
        except BlockingIOError:
            continue   # its process lives
        finally:
            os.close(descriptor)
