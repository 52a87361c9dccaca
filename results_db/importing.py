"""Brings results and limits from lines into a history: the good ones are added, the others reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from backend.spec import Limits, Result
from results_db.exchange import Line

_LINES_AT_ONCE = 2000


class Target(Protocol):
    """What takes results: the store, or the client of a server."""

    def add_many(self, results: Iterable[Result]) -> int: ...

    def add_limits(self, limits: Limits) -> int: ...


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many were new, how many known, and the lines that are neither."""

    added: int
    known: int
    rejected: tuple[Line, ...]


def import_lines(lines: Iterable[Line], target: Target) -> Imported:
    """Adds every good line, some thousand at a time."""
    added = good = 0
    rejected: list[Line] = []
    for chunk in _chunks(iter(lines)):
        results = [line.result for line in chunk if line.result is not None]
        limits = [line.limits for line in chunk if line.limits is not None]
        rejected += (line for line in chunk if line.result is None and line.limits is None)
        added += target.add_many(results) + sum(map(target.add_limits, limits))
        good += len(results) + len(limits)
    return Imported(added, good - added, tuple(rejected))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        yield chunk
