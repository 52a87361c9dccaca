"""Brings results and limits from lines into a history: the good ones are added, the others reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


@dataclass(frozen=True)
class Checked:
    """What an import would bring: new results and limits, how many are known, and the lines that are neither."""

    new: int
    known: int
    rejected: tuple[Line, ...]


def check_lines(lines: Iterable[Line], count: Callable[..., int]) -> Checked:
    """What adding the lines would do, done to nothing. `count(id=ids)` says how many of these results there are; of
    limits it is not asked."""
    seen: set[str] = set()
    good = known = limits = 0
    rejected: list[Line] = []
    for chunk in _chunks(iter(lines)):
        ids = [line.result.id for line in chunk if line.result is not None]
        fresh = [id for id in dict.fromkeys(ids) if id not in seen]
        seen.update(fresh)
        good += len(ids)
        known += len(ids) - len(fresh) + (count(id=fresh) if fresh else 0)
        limits += sum(line.limits is not None for line in chunk)
        rejected += (line for line in chunk if line.result is None and line.limits is None)
    return Checked(good - known + limits, known, tuple(rejected))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        yield chunk
