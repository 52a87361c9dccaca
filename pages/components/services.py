"""The store and the queue of this process, one of each, whoever draws the pages."""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass

from backend.execution.queue import JobQueue
from results_db import Store, history_path, open_store


@dataclass(frozen=True)
class Services:
    """What pages need of the process they run in; `warning` is a sentence that every page shows."""

    store: Store
    queue: JobQueue
    warning: str = ""

    def close(self) -> None:
        """Ends what is measured, then closes the file."""
        self.queue.close()
        self.store.close()


_lock = threading.Lock()
_provided: list[Services] = []   # empty or one: the process owns one history


def provide(services: Services | None) -> None:
    """Makes these the services of the process; None takes them back."""
    with _lock:
        _provided[:] = [services] if services else []


def open_services() -> Services:
    """Opens the history and its queue. Raises StoreLocked or StoreError with a sentence."""
    opened = open_store(history_path())
    return Services(opened.store, JobQueue(opened.store), opened.warning)


def services() -> Services:
    """The services that the server provided, or those of the history, opened on first use and closed at exit."""
    with _lock:
        if not _provided:
            _provided.append(open_services())
            atexit.register(_provided[0].close)
        return _provided[0]
