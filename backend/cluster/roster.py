"""Who is in a cluster, looked up by a thread every few seconds: whoever draws it never waits for the network."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import replace

from backend.cluster.connection import ClusterLost, Connection
from backend.cluster.description import Seat, Worker

_EVERY = 2.0   # seconds between two looks


class Roster:
    """The workers that are there, and those that were and whose place nobody has taken since."""

    def __init__(self, address: str) -> None:
        """Raises SpecError where it is no address."""
        self._connection = Connection(address)
        self.address = address
        self.seats: tuple[Seat, ...] = ()   # by machine and devices
        self.error = ""                     # why nothing is known now
        self._looked, self._closed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._look, name="looks at the cluster", daemon=True)
        self._thread.start()

    def devices(self) -> dict[str, str]:
        """What can be measured there: the devices' own names, by the name that a case gives them."""
        self._looked.wait()
        named: dict[str, dict[str, None]] = {}
        for seat in self._there():
            for device, own in seat.worker.devices.items():
                named.setdefault(device, {})[own] = None
        return {device: " or ".join(owns) for device, owns in named.items()}

    def place(self, device: str) -> dict[str, str]:
        """The parts of an environment's identity that are those of the first machine with this device."""
        return next((seat.worker.identity(device) for seat in self._there() if device in seat.worker.devices), {})

    def close(self) -> None:
        """Returns once the thread has ended."""
        self._closed.set()
        self._thread.join()

    def _there(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.lost_at is None]

    def _look(self) -> None:
        while not self._closed.is_set():
            try:
                self._connection.client()
                self.seats, self.error = seated(self.seats, self._connection.workers(), time.time()), ""
            except ClusterLost as lost:
                self.seats, self.error = seated(self.seats, (), time.time()), str(lost)
            self._looked.set()
            self._closed.wait(_EVERY)
        self._connection.close()


def seated(before: Iterable[Seat], there: Iterable[Worker], now: float) -> tuple[Seat, ...]:
    """The seats after a look: who is there, and who was and has neither come back nor been replaced."""
    present = {worker.instance: worker for worker in there}
    taken = {worker.place for worker in present.values()}
    lost = [replace(seat, lost_at=seat.lost_at or now) for seat in before
            if seat.worker.instance not in present and seat.worker.place not in taken]
    latest = {seat.worker.place: seat for seat in lost}
    seats = [*map(Seat, present.values()), *latest.values()]
    return tuple(sorted(seats, key=lambda seat: (seat.worker.place, seat.worker.address)))
