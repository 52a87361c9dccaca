"""Where the wall time of a case goes: one stage after another."""

from __future__ import annotations

from time import perf_counter


class Stages:
    """Seconds by stage, in the order they first ended; one that comes again adds to itself."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def end(self, name: str) -> float:
        """Ends the stage of that name, which began where the one before ended; its seconds."""
        passed = perf_counter() - self._last
        self._last += passed
        self.seconds[name] = round(self.seconds.get(name, 0.0) + passed, 7)
        return passed
