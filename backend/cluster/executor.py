"""The `Executor` of a cluster: cases of a job on all its machines at once, each on one, results home as they come."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backend.cluster.connection import Connection
from backend.cluster.dispatch import Dispatch
from backend.execution.events import Event, never
from backend.spec import Case

PATIENCE = 60.0   # seconds that a case waits while no worker has its device


class ClusterExecutor:
    """Measures on the workers of the scheduler at an address, of one machine alone if `machine` names it.

    Each worker has one case at a time. Of the options that `LocalExecutor` takes, the workers take all. A case whose
    worker is lost is finished as `interrupted` and not measured again; the others go on elsewhere, or fail after
    `patience` seconds without a worker for them.
    """

    def __init__(self, address: str, *, machine: str = "", patience: float = PATIENCE) -> None:
        self._connection = Connection(address)
        self._machine, self._patience = machine, patience
        self._session = uuid.uuid4().hex   # workers give each session processes of its own

    def __enter__(self) -> ClusterExecutor:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def run_cases(
        self,
        cases: Iterable[Case],
        *,
        options: Mapping[str, Any],
        on_event: Callable[[Event], None],
        cancelled: threading.Event,
        pause: Callable[[], bool] = never,
    ) -> None:
        """Raises Interrupted where the scheduler does not answer, after finishing what was being measured as
        `interrupted`."""
        dispatch = Dispatch(
            self._connection, cases, options=options, on_event=on_event, session=self._session,
            machine=self._machine, patience=self._patience)
        dispatch.run(cancelled, pause)

    def close_idle(self) -> None:
        """The workers end their idle processes by themselves."""

    def close(self) -> None:
        self._connection.close()
