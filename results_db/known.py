"""What is known of many cases in one query: what the newest results of each environment say together."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import duckdb
import pandas as pd

from backend.spec import Problem
from results_db.reading import LIVE, of_rows

_SHOWN = ("message", "peak_memory", "compile_time", "oracle_error", "equivariance_error_rotation",
          "equivariance_error_inversion", "interactable", "degrees_of_freedom")
_TIMES = [f"{name}{end}" for name in ("throughput_time", "latency") for end in ("", "_low", "_high")]
MOST = 32   # results of a case in an environment that are looked at, the newest
_SQL = f"""
WITH found AS (
    SELECT key, identity, status = 'ok' AND throughput_time > 0 IS TRUE AS timed, max(measured_at) AS newest,
           arg_max(rowid, measured_at) AS place, arg_max(coalesce(process, ''), measured_at, {MOST}) AS processes,
           arg_max(coalesce(throughput_time, 0), measured_at, {MOST}) AS middles,
           arg_max(coalesce(throughput_time_low, throughput_time, 0), measured_at, {MOST}) AS lows,
           arg_max(coalesce(throughput_time_high, throughput_time, 0), measured_at, {MOST}) AS highs
    FROM measurements WHERE key IN (SELECT unnest(?)) AND status NOT IN ('cancelled', 'interrupted') GROUP BY ALL)
SELECT found.key, found.identity, timed, processes, middles, lows, highs, status,
       replace(CAST(id AS VARCHAR), '-', '') AS id, {", ".join(_SHOWN)}
FROM found JOIN measurements ON measurements.rowid = place
QUALIFY row_number() OVER (PARTITION BY found.key, found.identity ORDER BY timed DESC) = 1
ORDER BY newest DESC"""
_BESIDE = f"""
WITH few AS (
    SELECT * FROM measurements WHERE key IN (SELECT unnest($keys)) AND status = 'ok' AND (key, identity) IN (
        SELECT (key, identity) FROM measurements WHERE id IN (SELECT unnest(CAST($ids AS UUID[]))))
    QUALIFY row_number() OVER (PARTITION BY key, identity ORDER BY measured_at DESC) <= {MOST})
SELECT replace(CAST(id AS VARCHAR), '-', '') AS id, key, identity, status, {", ".join((*_TIMES, *LIVE))}
FROM few ORDER BY measured_at DESC"""
_PATHS = """
SELECT product, variant, l1, l2, l_out, arg_max(line -> 'paths', rowid) AS paths FROM expressivity
WHERE setting = ? AND parity = ? AND (l1, l2, l_out) IN (SELECT (a, b, c) FROM (
    SELECT unnest(?) AS a, unnest(?) AS b, unnest(?) AS c))
GROUP BY ALL"""


def known_frame(cursor: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> pd.DataFrame:
    """A row for each of these cases and each environment, newest first: the newest result of those that are `timed`,
    with the times (`middles`, `lows`, `highs`) and the `processes` of the newest ones, in that order; where there are
    none, the newest of the others. What somebody stopped says nothing of a case."""
    return cursor.execute(_SQL, [list(keys)]).df()


def beside_frame(cursor: duckdb.DuckDBPyConnection, keys: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    """The timed results of these cases in the environments of these results of them, the newest first: columns of
    `results_frame` that are not the same in all of them."""
    return cursor.execute(_BESIDE, {"keys": list(keys), "ids": list(ids)}).df()


def newest_frame(cursor: duckdb.DuckDBPyConnection, keys: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    """Rows of `results_frame`: the newest of each of these cases, and these results."""
    found = cursor.execute(
        "SELECT arg_max(rowid, measured_at) FROM measurements WHERE key IN (SELECT unnest($keys)) GROUP BY key UNION "
        "SELECT rowid FROM measurements WHERE id IN (SELECT unnest(CAST($ids AS UUID[])))",
        {"keys": list(keys), "ids": list(ids)}).fetchall()
    return of_rows(cursor, [place for place, in found])


def known_paths(
    cursor: duckdb.DuckDBPyConnection, problems: Collection[Problem]
) -> dict[tuple[Any, ...], set[tuple[int, int, int]]]:
    """By (product, variant, l1, l2, l_out), the triples of the newest coupling table; of problems of one setting and
    parity. Triples do not depend on channels and rows."""
    if not problems:
        return {}
    one = next(iter(problems))
    degrees = sorted({(each.l1, each.l2, each.l_out) for each in problems})
    rows = cursor.execute(_PATHS, [one.setting, one.parity, *map(list, zip(*degrees, strict=True))]).fetchall()
    return {tuple(row[:-1]): {tuple(path[:3]) for path in json.loads(row[-1])} for row in rows}
