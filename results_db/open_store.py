"""Opens the history and never loses one: a file that cannot be read is kept under another name and said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from results_db.opening import Corrupt, recover, set_aside
from results_db.store import Store


@dataclass(frozen=True)
class OpenedStore:
    """An open store, and a sentence to show if a file had to be set aside."""

    store: Store
    warning: str = ""


def open_store(path: str | Path) -> OpenedStore:
    """The store of a file, new where there is none. A corrupt file is renamed with its journal and a new one
    made; where only the journal is broken, the new one holds everything up to the last checkpoint. Raises
    StoreLocked if another process has it open, StoreError for the file of a newer version or a place that
    cannot be written."""
    path = Path(path)
    try:
        return OpenedStore(Store(path))
    except Corrupt as error:
        aside = set_aside(path)
        kept = recover(path, aside)
        now = "a copy up to its last checkpoint is open" if kept else "a new, empty history was made"
        return OpenedStore(Store(path), f"{error}. It was set aside as {aside.name}, and {now}.")
