"""What is known of many cases in one query: the newest result of each process of each environment, few columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import duckdb
import pandas as pd

from backend.spec import Problem

_COLUMNS = ("key", "identity", "status", "message", "measured_at", "throughput_time", "throughput_time_low",
            "throughput_time_high", "peak_memory", "compile_time", "oracle_error", "equivariance_error_rotation",
            "equivariance_error_inversion", "interactable", "degrees_of_freedom")
_SQL = f"""
SELECT replace(CAST(id AS VARCHAR), '-', '') AS id, {", ".join(_COLUMNS)},
       coalesce(json_extract_string(environment, '$.live.process'), CAST(id AS VARCHAR)) AS process
FROM measurements WHERE key IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY key, identity, status, process ORDER BY measured_at DESC) = 1
ORDER BY measured_at DESC"""
_PATHS = """
SELECT product, variant, l1, l2, l_out, arg_max(line -> 'paths', rowid) AS paths FROM expressivity
WHERE setting = ? AND parity = ? AND (l1, l2, l_out) IN (SELECT (a, b, c) FROM (
    SELECT unnest(?) AS a, unnest(?) AS b, unnest(?) AS c))
GROUP BY ALL"""


def known_frame(cursor: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> pd.DataFrame:
    """The rows of these cases, the newest first."""
    return cursor.execute(_SQL, [list(keys)]).df()


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
