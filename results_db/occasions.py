"""When cases were measured: results of one case in one environment, each within an hour of the one before, are one
occasion. Cases over time, and those whose newest occasion lies apart from the ones before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from backend.significance import Changes, Side, changes
from backend.statistics import combined
from results_db.browsing import Wanted, condition_of
from results_db.flat import CASE_COLUMNS
from results_db.store import Store

MOST = 400        # occasions of a case that are read, the newest
_LATELY = 16      # results of a case on a machine that its newest occasion is judged by
_TIME = "throughput_time"
_NAMES = [name for name in CASE_COLUMNS if name != "key"]
_CASE = ", ".join(f'measurements."{name}"' for name in _NAMES)
_ANY_CASE = ", ".join(f'any_value("{name}") AS "{name}"' for name in _NAMES)
_PLACE = "machine || coalesce(' · ' || nullif(json_extract_string(identity, '$.device'), machine), '')"
_HALF = 2 * 1.96  # half-widths of a normal's 95 % interval to its standard deviation


@dataclass(frozen=True)
class Newest:
    """One row a case and place with occasions before its newest one, and how that changed from those, in this order.
    `rows` has the case, `place`, `id` of the newest result, `measured_at`, `before`, the number of occasions before,
    `before_time` and `time` in seconds."""

    rows: pd.DataFrame
    changes: Changes


def cases_over_time(store: Store, wanted: Wanted, *, limit: int = 200) -> pd.DataFrame:
    """One row a case with timed results that pass, `environments` and `results` of each: the most environments first,
    then the most results."""
    condition, bound = condition_of(wanted)
    with store.cursor() as cursor:
        return cursor.execute(f"""
            SELECT key, {_ANY_CASE}, count(DISTINCT identity) AS environments, count(*) AS results
            FROM measurements WHERE {condition} AND status = 'ok' AND throughput_time > 0
            GROUP BY key ORDER BY environments DESC, results DESC, max(measured_at) DESC, key LIMIT ?""",
            [*bound, limit]).df()


def occasions(store: Store, key: str, wanted: Wanted) -> pd.DataFrame:
    """One row an occasion of the case, oldest first: `place` (machine and device), `identity`, `measured_at`, `id` of
    its newest result, `results`, and `time`, `low`, `high` in seconds, of all its results together."""
    condition, bound = condition_of(wanted)
    with store.cursor() as cursor:
        frame = each_occasion(
            cursor, f"{condition} AND key = ?", [*bound, key], f"ORDER BY measured_at DESC LIMIT {MOST}",
            lists=", list(time) AS times, list(low) AS lows, list(high) AS highs")
    several = [combined(list(zip(*each, strict=True))) for each in zip(
        frame["times"], frame["lows"], frame["highs"], strict=True)]
    times = {name: [each[place] for each in several] for place, name in enumerate(("time", "low", "high"))}
    shown = frame.assign(**times, measured_at=frame["measured_at"].dt.tz_localize("UTC"))
    names = ["place", "identity", "measured_at", "id", "results", *times]
    return shown[names].sort_values("measured_at", ignore_index=True)


def newest_changes(store: Store, wanted: Wanted) -> Newest:
    """Every case and place whose newest occasion can be held against those before, in whatever environment these were:
    an occasion is the unit, so that what a day does is part of the noise."""
    condition, bound = condition_of(wanted)
    lately = f"QUALIFY row_number() OVER (PARTITION BY key, machine ORDER BY measured_at DESC) <= {_LATELY}"
    with store.cursor() as cursor:
        frame = each_occasion(cursor, condition, bound, only=lately)
    place = [frame["key"], frame["place"]]
    number = frame.groupby(place, sort=False).cumcount()   # 0 is the newest
    newest = frame[number == 0]
    before = frame[number > 0].assign(square=lambda each: each["mean"] ** 2).groupby(
        ["key", "place"], sort=False)[["mean", "square", "within"]].agg(["size", "sum"])
    size = before["mean", "size"]
    before = pd.DataFrame({
        "before": size, "earlier": before["mean", "sum"] / size, "earlier_within": before["within", "sum"] / size,
        "squares": (before["square", "sum"] - before["mean", "sum"] ** 2 / size).clip(lower=0.0)}).reset_index()
    rows = newest.merge(before, on=["key", "place"])
    ones = np.ones(len(rows), int)
    found = changes(
        Side(rows["before"].to_numpy(int), *(rows[name].to_numpy(float) for name in (
            "earlier", "squares", "earlier_within"))),
        Side(ones, rows["mean"].to_numpy(float), 0.0 * ones, rows["within"].to_numpy(float)))
    shown = rows.assign(measured_at=rows["measured_at"].dt.tz_localize("UTC"), time=np.exp(rows["mean"]),
                        before_time=np.exp(rows["earlier"]))
    kept = [*CASE_COLUMNS, "place", "id", "measured_at", "before", "before_time", "time"]
    return Newest(shown[kept], found)


def each_occasion(
    cursor: duckdb.DuckDBPyConnection, condition: str, bound: list[Any], order: str = "", *, only: str = "",
    lists: str = "",
) -> pd.DataFrame:
    """One row an occasion of the results for which the condition holds, newest first: the mean of the logarithms of
    their times, the error that their samples leave, and the `lists` that are asked for."""
    window = "PARTITION BY key, identity ORDER BY measured_at, row"
    return cursor.execute(f"""
        WITH told AS (
            SELECT rowid AS row, id, key, machine, identity, measured_at, {_TIME} AS time,
                   coalesce({_TIME}_low, {_TIME}) AS low, coalesce({_TIME}_high, {_TIME}) AS high
            FROM measurements WHERE {condition} AND status = 'ok' AND {_TIME} > 0 {only}),
        gaps AS (
            SELECT *, CAST(coalesce(measured_at - lag(measured_at) OVER ({window}) > INTERVAL 1 HOUR, true) AS INTEGER)
                AS begins FROM told),
        numbered AS (SELECT *, sum(begins) OVER ({window}) AS occasion FROM gaps),
        found AS (
            SELECT key, identity, any_value({_PLACE}) AS place, max(measured_at) AS measured_at, max(row) AS row,
                   replace(CAST(arg_max(id, measured_at) AS VARCHAR), '-', '') AS id, count(*) AS results,
                   avg(ln(time)) AS mean, avg(ln(high / low)) / {_HALF} AS within {lists}
            FROM numbered GROUP BY key, identity, occasion {order})
        SELECT found.*, {_CASE} FROM found JOIN measurements ON measurements.rowid = found.row
        ORDER BY found.measured_at DESC""", bound).df()
