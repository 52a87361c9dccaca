"""Brings results, their notes and limits from lines into a history: the good ones are added, the others reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from backend.spec import Limits, Note, Result
from results_db.errors import StoreError
from results_db.exchange import Line

_LINES_AT_ONCE = 2000


class Target(Protocol):
    """What takes results: the store, or the client of a server."""

    def add_many(self, results: Iterable[Result]) -> int: ...

    def add_limits(self, limits: Limits) -> int: ...

    def add_notes(self, notes: Iterable[Note]) -> int: ...


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
        rejected += (line for line in chunk if line.reason)
        added += target.add_many(results) + sum(map(target.add_limits, limits))
        good += len(results) + len(limits)
        for line in chunk:   # after the results of the chunk, of which they may be
            try:
                added += target.add_notes(line.notes) if line.notes else 0
                good += len(line.notes)
            except StoreError as error:
                rejected.append(Line(line.number, None, str(error)))
    return Imported(added, good - added, tuple(rejected))


@dataclass(frozen=True)
class Checked:
    """What an import would bring: new results and limits, how many are known, and the lines that are neither."""

    new: int
    known: int
    rejected: tuple[Line, ...]


def check_lines(lines: Iterable[Line], count: Callable[..., int]) -> Checked:
    """What adding the lines would do, done to nothing. `count(id=ids)` says how many of these results there are; of
    limits and notes it is not asked."""
    seen: set[str] = set()
    good = known = others = 0
    rejected: list[Line] = []
    for chunk in _chunks(iter(lines)):
        ids = [line.result.id for line in chunk if line.result is not None]
        fresh = [id for id in dict.fromkeys(ids) if id not in seen]
        seen.update(fresh)
        good += len(ids)
        known += len(ids) - len(fresh) + (count(id=fresh) if fresh else 0)
        others += sum((line.limits is not None) + len(line.notes) for line in chunk)
        rejected += (line for line in chunk if line.reason)
    return Checked(good - known + others, known, tuple(rejected))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        yield chunk
