"""The store and the queue of this process, one of each, whoever draws the pages."""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass, field

from backend.execution.answers import Answers
from backend.execution.certifying import certifier
from backend.execution.measuring_limits import limits_measurer
from backend.execution.queue import JobQueue
from pages.components.predictor import Predictor
from results_db import Store, StoreError, history_path, open_store
from results_db.recorded import Recorded, shipped


@dataclass(frozen=True)
class Services:
    """What pages need of the process they run in; `warning` is a sentence that every page shows."""

    store: Store
    queue: JobQueue
    warning: str = ""
    certifier: Answers = field(default_factory=certifier)
    limits: Answers = field(default_factory=limits_measurer)
    recorded: Recorded = field(default_factory=shipped)
    predictor: Predictor | None = None   # one of the store where none is given

    def __post_init__(self) -> None:
        object.__setattr__(self, "predictor", self.predictor or Predictor(self.store))

    def close(self) -> None:
        """Ends what is measured and certified, then closes the file."""
        self.certifier.close()
        self.limits.close()
        self.queue.close()
        self.store.close()


_lock = threading.Lock()
_provided: list[Services] = []   # empty or one: the process owns one history
_closed = threading.Event()


def provide(services: Services | None) -> None:
    """Makes these the services of the process; None takes them back."""
    with _lock:
        _provided[:] = [services] if services else []
        _closed.clear()


def services() -> Services:
    """The services of the process, opened on first use. Raises StoreLocked or StoreError with a sentence."""
    with _lock:
        if _closed.is_set():
            raise StoreError("the server is closing")
        if not _provided:
            opened = open_store(history_path())
            predictor = Predictor(opened.store)
            queue = JobQueue(opened.store, foresee=predictor.wall_times)
            _provided.append(Services(opened.store, queue, opened.warning, predictor=predictor))
        return _provided[0]


@atexit.register
def close_services() -> None:
    """Closes the services of the process, if any are open; none are opened after that."""
    with _lock:
        _closed.set()
        if _provided:
            _provided.pop().close()
