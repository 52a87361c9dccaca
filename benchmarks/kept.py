"""What benchmarks have measured, a JSON line each, so that a run can be stopped and gone on with."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from backend.environment import environment, identity
from benchmarks.contests import Contest


class Kept:
    """Replies by contest and number of the process; in a file too where there is one.

    A reply counts as long as its contestants, their sources, the versions of their libraries and the machine are the
    same; several runs may write to one file at a time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path, self._lines = path, {}
        if path is not None and path.exists():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                try:
                    said = json.loads(line)
                    self._lines[said["contest"], said["process"]] = said
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"line {number} of {path} is not a reply of this benchmark: {error}") from error

    def get(self, contest: Contest, process: int) -> dict[str, Any] | None:
        """What that process measured, or None."""
        return self._lines.get((_fingerprint(contest), process))

    def add(self, contest: Contest, process: int, reply: dict[str, Any]) -> None:
        said = reply | {"contest": _fingerprint(contest), "process": process, "title": str(contest),
                        "date": date.today().isoformat()}
        self._lines[said["contest"], process] = said
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(json.dumps(said) + "\n")


def _fingerprint(contest: Contest) -> str:
    parts = [contest.function, *((case.key, identity(environment(case))) for case in contest.cases)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
