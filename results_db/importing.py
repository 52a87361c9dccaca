"""Brings results from lines into a history: the good ones are added, the others reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from backend.spec import Result
from results_db.exchange import Line

_LINES_AT_ONCE = 2000


class Target(Protocol):
    """What takes results: the store, or the client of a server."""

    def add_many(self, results: Iterable[Result]) -> int: ...


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many were new, how many known, and the lines that are no result."""

    added: int
    known: int
    rejected: tuple[Line, ...]


def import_lines(lines: Iterable[Line], target: Target) -> Imported:
    """Adds every good line, some thousand at a time."""
    added = good = 0
    rejected: list[Line] = []
    for chunk in _chunks(iter(lines)):
        results = [line.result for line in chunk if line.result is not None]
        rejected += (line for line in chunk if line.result is None)
        added += target.add_many(results)
        good += len(results)
    return Imported(added, good - added, tuple(rejected))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        yield chunk
