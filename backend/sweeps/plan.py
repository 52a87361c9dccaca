"""A dry run: how many cases, how many are measured already, what time and memory the rest will take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from backend.environment import gpu
from backend.spec import Case
from backend.sweeps.estimate import Estimate

_SHARE = 0.9   # of what is free, as of a case when it is measured


@dataclass(frozen=True)
class Plan:
    """What a sweep will do. Times in seconds of wall time, sums over the measurements of which something is known:
    where `unknown` is not 0 they are the least that is to be expected."""

    cases: int
    measured: int            # cases that have been measured here by as many processes as are asked for
    to_measure: int          # measurements, one for each case and process
    unknown: int             # of those, for how many no time is predicted
    extrapolated: int        # of those, for how many it is predicted beyond the sizes that were measured
    seconds: float
    low: float
    high: float
    memory: float | None     # bytes at the peak of the largest case of which it is known
    largest: Case | None     # that case
    too_large: tuple[Case, ...]   # cases that are predicted to need more memory than is free: they will be refused

    def to_json(self) -> dict[str, Any]:
        found = asdict(self) | {"too_large": [case.to_json() for case in self.too_large]}
        return found | {"largest": self.largest.to_json() if self.largest else None}


def free_memory() -> dict[str, float]:
    """Bytes by device that cases may take here."""
    return {"cpu": _SHARE * psutil.virtual_memory().available, "cuda": _SHARE * gpu().get("memory_bytes", float("inf"))}


def plan(
    cases: Sequence[Case], left: Sequence[Sequence[Case]], estimate: Callable[[Case], Estimate | None], *,
    measured: int, free: Mapping[str, float],
) -> Plan:
    """The plan of these cases, of which `measured` need not be and `left` are to be measured, process by process.
    `free`: bytes by device."""
    every = [case for each in left for case in each]
    found = {case: estimate(case) for case in dict.fromkeys(every)}
    known = [found[case] for case in every if found[case]]
    memory = {case: each.memory for case, each in found.items() if each and each.memory is not None}
    largest = max(memory, key=memory.__getitem__, default=None)
    return Plan(
        cases=len(cases), measured=measured, to_measure=len(every), unknown=len(every) - len(known),
        extrapolated=sum(each.extrapolated for each in known), seconds=sum(each.seconds for each in known),
        low=sum(each.low for each in known), high=sum(each.high for each in known),
        memory=memory.get(largest), largest=largest,
        too_large=tuple(case for case, bytes in memory.items() if bytes > free.get(case.device, float("inf"))))
