"""The history by parts: how many results pass a reader's filters, a page of them, what there is to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from backend.spec import SPREAD
from results_db.filters import where
from results_db.reading import of_rows
from results_db.store import Store

WORDS = 8   # of a text that is searched for; more are ignored
_EQUAL = ("product", "setting", "framework", "device", "machine", "status", "l_max")
_SEARCHED = ("product", "replace(product, '_', ' ')", "variant", "setting", "framework", "device", "direction", "dtype",
             "message", "machine", "identity", "key")
_ID = re.compile(r"[0-9a-f]{4,32}")
_SPREAD = ", ".join(f'"{name}"' for name in SPREAD)


@dataclass(frozen=True)
class Wanted:
    """Which results a reader wants; what is empty lets all pass. Days are of UTC and both count; every word of `text`
    stands in the case, the message, the machine, the versions or a note, or begins the id."""

    product: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    framework: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    l_max: tuple[int, ...] = ()
    spread: tuple[tuple[str | int, ...], ...] = ()   # values of SPREAD, in its order
    since: date | None = None
    until: date | None = None
    text: str = ""


def count(store: Store, wanted: Wanted) -> int:
    """How many results pass."""
    condition, bound = condition_of(wanted)
    with store.cursor() as cursor:
        return cursor.execute(f"SELECT count(*) FROM measurements WHERE {condition}", bound).fetchone()[0]


def page(store: Store, wanted: Wanted, *, start: int, rows: int) -> pd.DataFrame:
    """The rows of `Store.results` that pass, newest first, from the one with this number on, counted from 0."""
    condition, bound = condition_of(wanted)
    order = "ORDER BY measured_at DESC, rowid DESC LIMIT ? OFFSET ?"
    with store.cursor() as cursor:   # first which, by two columns; then all of these few
        places = cursor.execute(f"SELECT rowid FROM measurements WHERE {condition} {order}", [*bound, rows, start])
        return of_rows(cursor, [place for place, in places.fetchall()])


def choices(store: Store) -> dict[str, list[Any]]:
    """By filter the values that occur, sorted; by `spread` those of setting and SPREAD; by `total` how many results
    there are."""
    names = {name: f"(SELECT list(DISTINCT {name} ORDER BY {name}) FROM measurements)" for name in _EQUAL}
    names["spread"] = f"(SELECT list(DISTINCT row(setting, {_SPREAD})) FROM measurements)"
    names["total"] = "(SELECT [count(*)] FROM measurements)"
    sql = ", ".join(f'{query} AS "{name}"' for name, query in names.items())
    with store.cursor() as cursor:
        found = cursor.execute(f"SELECT {sql}").fetchone()
    return dict(zip(names, (list(values or ()) for values in found), strict=True))


def condition_of(wanted: Wanted) -> tuple[str, list[Any]]:
    """The condition on `measurements` as SQL, and the values to bind."""
    asked = {name: list(getattr(wanted, name)) for name in _EQUAL if getattr(wanted, name)}
    sql, bound = where(asked, _EQUAL, table="measurements")
    parts = [sql]
    if wanted.spread:
        one = f"({', '.join('?' * len(SPREAD))})"
        parts.append(f"({_SPREAD}) IN ({', '.join([one] * len(wanted.spread))})")
        bound += [value for each in wanted.spread for value in each]
    if wanted.since:
        parts.append("measured_at >= ?")
        bound.append(wanted.since)
    if wanted.until:
        parts.append("measured_at < ?")
        bound.append(wanted.until + timedelta(days=1))
    for word in wanted.text.lower().split()[:WORDS]:
        sql, values = _says(word)
        parts.append(sql)
        bound += values
    return " AND ".join(parts), bound


def _says(word: str) -> tuple[str, list[Any]]:
    """The condition that a result says the word."""
    parts = [f"contains(lower({each}), ?)" for each in _SEARCHED]
    parts.append("measurements.id IN (SELECT result_id FROM notes WHERE contains(lower(text), ?))")
    bound: list[Any] = [word] * len(parts)
    if _ID.fullmatch(word):
        parts.append("measurements.id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID)")
        bound += [word.ljust(32, "0"), word.ljust(32, "f")]
    return f"({' OR '.join(parts)})", bound
