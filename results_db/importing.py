"""Brings results, their notes and limits from lines into a history: the good ones are added, the others reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import pandas as pd

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


class Known(Protocol):
    """What can be asked for what it has: the store."""

    def count(self, **filters: Any) -> int: ...

    def notes(self, ids: Sequence[str] | None = None) -> dict[str, tuple[Note, ...]]: ...

    def query(self, sql: str) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Checked:
    """What an import would bring: new results, new limits and notes, how many results are known, and the lines that are
    none of them."""

    new: int
    others: int
    known: int
    rejected: tuple[Line, ...]


def check_lines(lines: Iterable[Line], known: Known) -> Checked:
    """What adding the lines would do, done to nothing."""
    limits = {*known.query("SELECT id FROM limits")["id"]}
    seen: set[Any] = set()
    new = there = others = 0
    rejected: list[Line] = []
    for chunk in _chunks(iter(lines)):
        ids = [line.result.id for line in chunk if line.result is not None]
        fresh = [id for id in dict.fromkeys(ids) if id not in seen]
        seen.update(fresh)
        found = known.count(id=fresh) if fresh else 0
        new, there = new + len(fresh) - found, there + len(ids) - len(fresh) + found
        measured = {line.limits.id for line in chunk if line.limits is not None} - limits
        said = {note for line in chunk for note in line.notes}
        said -= {note for notes in known.notes([*{note.result for note in said}]).values() for note in notes}
        others += len((measured | said) - seen)
        seen |= measured | said
        rejected += (line for line in chunk if line.reason)
    return Checked(new, others, there, tuple(rejected))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        yield chunk
