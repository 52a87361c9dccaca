"""Sets of results beside one another: cases that several machines, versions or days measured, and what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from backend.significance import Changes, Side, changes
from backend.spec import SpecError, check_choice
from backend.statistics import CONFIDENCE
from results_db.browsing import Wanted, condition_of
from results_db.flat import CASE_COLUMNS
from results_db.store import Store

DATE = "date"
TIMES = ("throughput_time", "latency")
_HARDWARE = ("machine", "device")
_NEWEST = 10      # results of a case and set that count, before those of one process become one
_HALF = 2 * 1.96  # half-widths of a normal's 95 % interval to its standard deviation
assert CONFIDENCE == 0.95
_CASE = ", ".join(f'any_value("{name}") AS "{name}"' for name in CASE_COLUMNS if name != "key")


@dataclass(frozen=True)
class Split:
    """What parts the sets: a part of the environment (machine, jax, source, ...) and its values, the first of which the
    others are compared with; or `date` and days, each of which begins a set."""

    part: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A part of the environment that differs between two sets: from what to what, in how many of the pairs."""

    name: str
    first: str
    second: str
    pairs: int


@dataclass(frozen=True)
class Compared:
    """One row a case and set that the first set has as well, what changed (in the order of the rows), and how the
    environments differ. `rows` has the case, `hardware`, `set` (its value), `first_id` and `second_id` (the newest
    results), `first_units` and `second_units` (processes), `first_time` and `second_time` in seconds."""

    rows: pd.DataFrame
    changes: Changes
    differences: tuple[Moved, ...]


def parts(store: Store) -> dict[str, list[str]]:
    """By part of the environment its values, newest first, where there are several."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT identity FROM measurements GROUP BY identity ORDER BY max(measured_at) DESC").fetchall()
    found: dict[str, dict[str, None]] = {}
    for text, in rows:
        for name, value in json.loads(text).items():
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items() if len(values) > 1}


def compare_sets(store: Store, split: Split, *, wanted: Wanted | None = None, time: str = TIMES[0]) -> Compared:
    """What changed from the first set to each other, for every case that both measured on the same machine and device
    (unless these part the sets): of each set the newest environment counts, with every process. Raises SpecError where
    the sets are not at least two, or a day is none."""
    check_choice("time", time, TIMES)
    if len(set(split.values)) < 1 + (split.part != DATE):
        raise SpecError(f"sets must be at least two, got {', '.join(split.values) or 'none'} of {split.part}")
    days = sorted(map(_day, split.values)) if split.part == DATE else []
    with store.cursor() as cursor:
        found = _units(cursor, split, days, wanted or Wanted(), time)
    first = found[found["set"] == 0]
    pairs = found[found["set"] > 0].merge(first, on=["key", "hardware"], suffixes=("", "_first"))
    names = [f"from {day}" for day in days] if days else split.values[1:]
    rows = pairs[[name for name in CASE_COLUMNS if name in pairs]].assign(
        hardware=pairs["hardware"], set=[names[number - 1] for number in pairs["set"]],
        first_id=pairs["id_first"], second_id=pairs["id"],
        first_units=pairs["units_first"], second_units=pairs["units"],
        first_time=np.exp(pairs["mean_first"]), second_time=np.exp(pairs["mean"]))
    return Compared(rows, changes(_side(pairs, "_first"), _side(pairs, "")),
                    differences(list(zip(pairs["identity_first"], pairs["identity"], strict=True))))


def differences(pairs: Sequence[tuple[str, str]]) -> tuple[Moved, ...]:
    """Every part in which the environments of a pair (JSON as the history has them) differ, the most frequent first."""
    moved: Counter[tuple[str, str, str]] = Counter()
    for (first, second), number in Counter(pairs).items():
        one, other = json.loads(first), json.loads(second)
        for name in {**one, **other}:
            if one.get(name) != other.get(name):
                moved[name, one.get(name, "none"), other.get(name, "none")] += number
    return tuple(Moved(*what, number) for what, number in moved.most_common())


def _units(cursor: duckdb.DuckDBPyConnection, split: Split, days: Sequence[date], wanted: Wanted, time: str
           ) -> pd.DataFrame:
    """One row a case, hardware and set: its newest environment, and of the processes that measured it there how many,
    the mean and the squares of their logarithms, and the error that their samples leave."""
    condition, bound = condition_of(wanted)
    identities = [text for text, in cursor.execute("SELECT DISTINCT identity FROM measurements").fetchall()]
    cursor.register("sides", _sides(identities, split))
    number = "+".join(["0", *("CAST(measured_at >= ? AS INTEGER)" for _ in days)]) if days else "side"
    try:
        return cursor.execute(f"""
            WITH told AS (
                SELECT measurements.rowid AS place, key, measurements.identity, hardware, {number} AS "set", measured_at
                FROM measurements JOIN sides ON measurements.identity = sides.identity
                WHERE {condition} AND status = 'ok' AND "{time}" > 0),
            chosen AS (
                SELECT key, hardware, "set", arg_max(identity, measured_at) AS identity FROM told GROUP BY ALL),
            paired AS (
                SELECT * FROM chosen QUALIFY count(*) OVER (PARTITION BY key, hardware) > 1
                    AND min("set") OVER (PARTITION BY key, hardware) = 0),
            newest AS (
                SELECT told.* FROM told JOIN paired USING (key, hardware, "set", identity)
                QUALIFY row_number() OVER (
                    PARTITION BY key, hardware, "set" ORDER BY measured_at DESC, place DESC) <= {_NEWEST}),
            units AS (
                SELECT newest.hardware, newest."set", measurements.*,
                       coalesce(json_extract_string(environment, '$.live.process'), CAST(id AS VARCHAR)) AS process
                FROM newest JOIN measurements ON measurements.rowid = newest.place
                QUALIFY row_number() OVER (
                    PARTITION BY measurements.key, hardware, "set", process
                    ORDER BY measurements.measured_at DESC, place DESC) = 1)
            SELECT key, hardware, "set", any_value(identity) AS identity, {_CASE},
                   replace(CAST(arg_max(id, measured_at) AS VARCHAR), '-', '') AS id, count(*) AS units,
                   avg(ln("{time}")) AS mean, var_pop(ln("{time}")) * count(*) AS squares,
                   coalesce(sqrt(avg(pow(ln("{time}_high" / "{time}_low") / {_HALF}, 2))), 0) AS within
            FROM units GROUP BY key, hardware, "set" ORDER BY key, hardware, "set" """, [*days, *bound]).df()
    finally:
        cursor.unregister("sides")


def _sides(identities: Sequence[str], split: Split) -> pa.Table:
    """Which set each environment is of, and the hardware within which it is compared."""
    rows = []
    for text in identities:
        parts: Mapping[str, str] = json.loads(text)
        value = parts.get(split.part, "")
        if split.part == DATE or value in split.values:
            hardware = "" if split.part in _HARDWARE else " · ".join(
                dict.fromkeys(parts.get(name, "unknown") for name in _HARDWARE))
            rows.append((text, 0 if split.part == DATE else split.values.index(value), hardware))
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    types = {"identity": pa.string(), "side": pa.int64(), "hardware": pa.string()}
    return pa.table({name: pa.array(values, kind) for (name, kind), values in zip(types.items(), columns, strict=True)})


def _side(pairs: pd.DataFrame, suffix: str) -> Side:
    values = [pairs[f"{name}{suffix}"].to_numpy() for name in ("units", "mean", "squares", "within")]
    return Side(values[0].astype(int), *(each.astype(float) for each in values[1:]))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SpecError(f"a day must be written as 2026-11-23, got {text!r:.60}") from None
