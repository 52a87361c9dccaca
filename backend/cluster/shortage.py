"""Devices that are asked for and that no worker has: what to say, and when to give up."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from backend.cluster.description import Worker


class Shortage:
    """Remembers since when a device has been missing."""

    def __init__(self, address: str, machine: str, patience: float) -> None:
        self._where = f"at {address}" + f" on {machine}" * bool(machine)
        self._patience = patience
        self._since: dict[str, float] = {}
        self._there = ""

    def news(self, asked: Iterable[str], workers: Sequence[Worker]) -> Iterator[str]:
        """A sentence for each device that is missing since this call."""
        self._there = ", ".join(sorted(f"{each.words}: {' and '.join(each.devices)}" for each in workers)) or "none"
        had = {device for each in workers for device in each.devices}
        self._since = {device: since for device, since in self._since.items() if device not in had}
        for device in sorted(set(asked) - had - set(self._since)):
            self._since[device] = time.monotonic()
            yield f"no worker {self._where} has {device}; waiting up to {self._patience:g} s for one"

    def given_up(self, asked: Iterable[str]) -> list[tuple[str, str]]:
        """Each device that has been missing for longer than the patience, with the sentence for its cases."""
        now = time.monotonic()
        return [(device, f"no worker {self._where} has {device} (workers: {self._there}), and none came in "
                         f"{self._patience:g} s: start one, `python -m backend cluster worker ... --device {device}`")
                for device in sorted(asked)
                if device in self._since and now - self._since[device] >= self._patience]
