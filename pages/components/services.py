"""The store and the queue of this process, one of each, whoever draws the pages."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backend.cluster.installed import require_distributed
from backend.environment import devices
from backend.execution.answers import Answers
from backend.execution.certifying import certifier
from backend.execution.computing_expressivity import expressivity_computer
from backend.execution.events import Executor
from backend.execution.local import LocalExecutor
from backend.execution.measuring_limits import limits_measurer
from backend.execution.queue import JobQueue
from pages.components.rows.predictor import Predictor
from results_db import Store, StoreError, history_path, open_store
from results_db.recorded import Recorded, shipped
from results_db.sandbox import Console

if TYPE_CHECKING:
    from backend.cluster.roster import Roster


@dataclass(frozen=True)
class Services:
    """What pages need of the process they run in; `warning` is a sentence that every page shows."""

    store: Store
    queue: JobQueue
    warning: str = ""
    certifier: Answers = field(default_factory=certifier)
    limits: Answers = field(default_factory=limits_measurer)
    expressivity: Answers = field(default_factory=expressivity_computer)
    recorded: Recorded = field(default_factory=shipped)
    predictor: Predictor | None = None   # one of the store where none is given
    console: Console | None = None       # of the store, too
    cluster: Roster | None = None        # where cases are measured; on this machine where there is none

    def __post_init__(self) -> None:
        object.__setattr__(self, "predictor", self.predictor or Predictor(self.store))
        object.__setattr__(self, "console", self.console or Console(self.store))

    @property
    def where(self) -> str:
        """Where cases are measured, as a sentence calls it."""
        return "this machine" if self.cluster is None else "the cluster"

    def devices(self) -> Mapping[str, str]:
        """What cases can be measured on: the devices' own names, by the name that a case gives them."""
        return devices() if self.cluster is None else self.cluster.devices()

    def place(self, device: str) -> Mapping[str, str]:
        """What of an environment's identity is not of this machine where cases are measured on others."""
        return {} if self.cluster is None else self.cluster.place(device)

    def close(self) -> None:
        """Ends what is measured and certified, then closes the file."""
        self.certifier.close()
        self.limits.close()
        self.expressivity.close()
        self.queue.close()
        if self.cluster is not None:
            self.cluster.close()
        self.console.close()
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
    """The services of the process, opened on first use. Raises StoreLocked or StoreError with a sentence, SpecError
    where CLUSTER is no address."""
    with _lock:
        if _closed.is_set():
            raise StoreError("the server is closing")
        if not _provided:
            opened = open_store(history_path())
            address = os.environ.get("CLUSTER", "")
            cluster = _roster(address)
            predictor = Predictor(opened.store, devices=cluster.devices if cluster else devices)
            queue = JobQueue(opened.store, _executors(address), foresee=predictor.wall_times)
            _provided.append(Services(opened.store, queue, opened.warning, predictor=predictor, cluster=cluster))
        return _provided[0]


def _executors(cluster: str) -> Callable[[], Executor]:
    """What makes the executor of a device: of this machine, or of the cluster at the address."""
    if not cluster:
        return LocalExecutor
    from backend.cluster.executor import ClusterExecutor  # dask takes half a second to import

    return lambda: ClusterExecutor(cluster)


def _roster(cluster: str) -> Roster | None:
    if not cluster:
        return None
    require_distributed()
    from backend.cluster.roster import Roster

    return Roster(cluster)


@atexit.register
def close_services() -> None:
    """Closes the services of the process, if any are open; none are opened after that."""
    with _lock:
        _closed.set()
        if _provided:
            _provided.pop().close()
