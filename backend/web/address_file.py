"""The file beside the history that tells the command line where its server is, and the token to speak with it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from results_db.client import announcement


def write_address(history: Path, *, url: str, token: str) -> None:
    """Writes the file, readable by its owner alone."""
    path = announcement(history)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"url": url, "token": token, "pid": os.getpid()}, file)


def remove_address(history: Path) -> None:
    """Removes the file: nobody answers there any more."""
    announcement(history).unlink(missing_ok=True)
