"""How far a sweep is, in a file beside the history: what it was at when it was killed, and that it is not run twice."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from backend.catalogue import label
from backend.execution.jobs import utc_now
from backend.spec import Case, SpecError


@dataclass(frozen=True)
class Interrupted:
    """A sweep that did not come to its end; `current` was being measured when it was killed."""

    started_at: str
    done: int
    total: int
    current: Case | None
    since: str          # when that case was begun

    @property
    def sentence(self) -> str:
        said = (f"the sweep begun at {self.started_at[:16].replace('T', ' ')} UTC was interrupted after {self.done} of "
                f"{self.total} measurements")
        if not (at := self.current):   # between two, or at one that has its result
            return said
        return f"{said}, while it measured {label(at.product, at.variant)} at {at.problem.setting} L {at.problem.l_max}"


class Journal:
    """Held by one process for as long as its sweep runs, and emptied at its end."""

    def __init__(self, history: Path, name: str) -> None:
        """Raises SpecError while another process holds it."""
        path = _path(history, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+", encoding="utf-8")
        if not _lock(self._file, fcntl.LOCK_EX):
            holder = _read(self._file).get("pid", "unknown")
            self._file.close()
            raise SpecError(f"the sweep {name} must not run twice at a time, and process {holder} is at it")
        self.interrupted = _interrupted(_read(self._file))
        self._state: dict[str, Any] = {}

    def start(self, total: int) -> None:
        self._state = {"pid": os.getpid(), "started_at": utc_now(), "done": 0, "total": total, "current": None}
        self._write()

    def begin(self, case: Case) -> None:
        self._state |= {"current": case.to_json(), "since": utc_now()}
        self._write()

    def finish(self) -> None:
        """The current case has its result, in the history."""
        self._state |= {"done": self._state["done"] + 1, "current": None}
        self._write()

    def end(self) -> None:
        """The sweep has come to its end."""
        self._file.truncate(0)

    def close(self) -> None:
        """Others may hold it; what is in it stays."""
        self._file.close()

    def _write(self) -> None:
        self._file.truncate(0)
        self._file.write(json.dumps(self._state))   # opened for appending, so at the end of the empty file
        self._file.flush()


def interrupted(history: Path, name: str) -> Interrupted | None:
    """What is known of the last sweep of that name if it did not come to its end; None while it runs, too."""
    path = _path(history, name)
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        return _interrupted(_read(file)) if _lock(file, fcntl.LOCK_SH) else None


def _interrupted(state: dict[str, Any]) -> Interrupted | None:
    if not state:
        return None
    current = state["current"]
    return Interrupted(state["started_at"], state["done"], state["total"],
                       Case.from_json(current) if current else None, state.get("since", ""))


def _path(history: Path, name: str) -> Path:
    return history.with_name(f"{history.name}.sweep-{name}.json")


def _lock(file: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _read(file: TextIO) -> dict[str, Any]:
    file.seek(0)
    try:
        return json.load(file)
    except ValueError:   # an empty one, or one that was being written when the process died
        return {}
