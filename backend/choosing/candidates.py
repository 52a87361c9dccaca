"""What is known of a product in a question, from rows: one candidate a case, times of one place alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.catalogue import catalogue
from backend.needs import Path

ORDER = ("measured", "elsewhere", "recorded", "predicted")   # the best provenance of a time first


@dataclass(frozen=True)
class Candidate:
    """A product in one framework. `time`, `low` and `high` in seconds, `memory` in bytes; None where not known. `state`
    is one of ORDER, or says why there is no time: unsupported, failed, missing, another place."""

    key: str
    product: str
    variant: str
    label: str
    framework: str
    state: str
    place: str = ""
    id: str = ""
    time: float | None = None
    low: float | None = None
    high: float | None = None
    memory: float | None = None
    compile_time: float | None = None
    oracle_error: float | None = None
    rotation_error: float | None = None
    inversion_error: float | None = None
    degrees_of_freedom: float | None = None
    less_free: bool = False     # known to have fewer degrees of freedom than all of Clebsch-Gordan, not how many
    paths: frozenset[Path] | None = None
    group: str = "O3"
    approximate: bool = False
    extrapolated: bool = False
    message: str = ""

    @property
    def interval(self) -> tuple[float, float, float]:
        """(time, low, high) in seconds; without an interval both ends are the time."""
        return self.time, self.time if self.low is None else self.low, self.time if self.high is None else self.high

    @property
    def is_predicted(self) -> bool:
        return self.state == "predicted"


_NUMBERS = {
    "time": "throughput_time", "low": "throughput_time_low", "high": "throughput_time_high", "memory": "peak_memory",
    "compile_time": "compile_time", "oracle_error": "oracle_error", "rotation_error": "equivariance_error_rotation",
    "inversion_error": "equivariance_error_inversion", "degrees_of_freedom": "degrees_of_freedom",
}


def candidates(rows: Iterable[Mapping[str, Any]], place: str) -> tuple[Candidate, ...]:
    """A candidate for each case of the rows, which have one for each case and provenance. Its time is of this place:
    those of different machines are not compared, and a case that has one only elsewhere is a candidate without."""
    by_case: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_case.setdefault(row["key"], []).append(row)
    return tuple(_of_case(found, place) for found in by_case.values())


def _of_case(rows: list[Mapping[str, Any]], place: str) -> Candidate:
    """The best row of one case: a time of the place before why there is none, before a time of another place."""
    def rank(row: Mapping[str, Any]) -> tuple[int, int]:
        if _number(row, "throughput_time") is None:
            return 1 + 2 * (row["state"] == "missing"), 0
        return (0 if row["place"] == place else 2), ORDER.index(row["state"])

    best = min(rows, key=rank)
    known = catalogue().get(best["product"])
    named = {name: best[name] for name in ("key", "product", "variant", "label", "framework", "place")}
    numbers = {name: _number(best, column) for name, column in _NUMBERS.items()}
    state = best["state"]
    if rank(best)[0] == 2:
        state, times = "another place", dict.fromkeys(("time", "low", "high", "memory", "compile_time"))
        numbers |= times
    return Candidate(
        **named, **numbers, state=state, id=_text(best, "id"), message=_text(best, "message"), paths=best.get("paths"),
        group=known.group if known else "O3", approximate=bool(known and known.approximate),
        extrapolated=best.get("extrapolated") is True, less_free=best.get("less_free") is True)


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return None if value is None or value != value else float(value)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
