"""The line to a scheduler, and the workers that it knows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from distributed import Client
from distributed.comm.core import CommClosedError

from backend.cluster.addresses import host_and_port
from backend.cluster.description import NAME, Worker

_PATIENCE = 5.0   # seconds that a scheduler may take to answer
_LOST = (OSError, CommClosedError, TimeoutError)


class ClusterLost(Exception):
    """The scheduler does not answer; the message says which, and what to do."""


class Connection:
    """A client of the scheduler at an address, connected when it is first needed and again after a loss. Its
    certificates are those of dask's own settings (`DASK_DISTRIBUTED__COMM__TLS__...`)."""

    def __init__(self, address: str) -> None:
        """Raises SpecError where it is no address that can be used."""
        host_and_port(address, role="client")
        self.address = address
        self._client: Client | None = None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)   # what matters is said in our sentences

    @property
    def alive(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def client(self) -> Client:
        """Connected. Raises ClusterLost."""
        if not self.alive:
            self.close()
            try:
                self._client = Client(self.address, timeout=_PATIENCE, set_as_default=False)
            except _LOST as error:
                raise self.lost() from error
        return self._client

    def workers(self) -> list[Worker]:
        """The workers that can measure, over the line that there is. Raises ClusterLost."""
        client = self._client
        if not self.alive:
            raise self.lost()
        try:
            known = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=_PATIENCE)
        except _LOST as error:
            raise self.lost() from error
        return [_worker(address, each) for address, each in known["workers"].items() if NAME in each["metrics"]]

    def lost(self) -> ClusterLost:
        return ClusterLost(f"no scheduler answers at {self.address}: look whether it runs "
                           "(`python -m backend cluster scheduler`) and whether this machine reaches it")

    def close(self) -> None:
        if self._client is not None:
            self._client.close(timeout=1)
            self._client = None


def _worker(address: str, known: Mapping[str, Any]) -> Worker:
    """A worker of another version may say more of itself."""
    said = known["metrics"][NAME]
    return Worker(address, **{each.name: said[each.name] for each in fields(Worker) if each.name in said})
