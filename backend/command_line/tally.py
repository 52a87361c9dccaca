"""What came of a sweep, in a few lines: how long it took, what failed, and how many intervals are wider than asked."""

from __future__ import annotations

import time

from backend import units
from backend.spec import Result
from backend.sweeps import THOROUGHNESS

_USUAL = 0.02   # of the median to either side, where the options say nothing


class Tally:
    """Counts results as they come; `width` is what an interval may be, of the median, to either side."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._since = time.monotonic()
        self._count = self._wide = 0
        self.failed: list[Result] = []

    @classmethod
    def of(cls, thoroughness: str) -> Tally:
        return cls(THOROUGHNESS[thoroughness].get("width", _USUAL))

    def add(self, result: Result) -> None:
        self._count += 1
        if result.status not in ("ok", "unsupported"):
            self.failed.append(result)
        low, high = (result.metrics.get(f"throughput_time_{end}", 0.0) for end in ("low", "high"))
        self._wide += high - low > 2 * self._width * result.metrics.get("throughput_time", 0.0)

    def text(self, *, whole: bool) -> str:
        """The lines; `whole`, that it came to its end."""
        lines = [f"{each.status}: {each.case.product} at {each.case.problem.setting} L {each.case.problem.l_max}, "
                 f"batch {each.case.problem.batch:,}: {each.message}" for each in self.failed]
        if not whole:
            return "\n".join([*lines, "interrupted; the same command with --resume goes on"])
        done = units.plural(self._count, "measurement")
        said = f"{done} done in {units.duration(time.monotonic() - self._since)}, {len(self.failed)} failed"
        if self._wide:
            wide = units.plural(self._wide, "interval")
            said += f"; {wide} wider than ±{self._width:.0%}, for the time of a case was up first"
        return "\n".join([*lines, said])
