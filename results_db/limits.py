"""Limits of devices at rest: appended as they are measured; of each framework on a device the newest counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import duckdb

from backend.spec import Limits
from results_db.filters import where
from results_db.flat import parse_time, to_json

DEVICE = ("machine", "device", "device_name", "threads")
_COLUMNS = ("id", "measured_at", *DEVICE, "framework")
NEWEST_LIMITS = f"""SELECT * FROM limits QUALIFY row_number() OVER (
    PARTITION BY {', '.join(DEVICE)}, framework ORDER BY measured_at DESC, rowid DESC) = 1
    ORDER BY {', '.join(DEVICE)}, framework"""


def insert_limits(cursor: duckdb.DuckDBPyConnection, limits: Limits) -> int:
    """1 if they were new, else 0. Raises Refused where they cannot be kept as they are."""
    if cursor.execute("SELECT 1 FROM limits WHERE id = ?", [limits.id]).fetchone():
        return 0
    measured_at = parse_time("measured_at", limits.measured_at).astimezone(UTC).replace(tzinfo=None)
    row = {name: getattr(limits, name) for name in _COLUMNS} | {"measured_at": measured_at}
    cursor.execute(f"INSERT INTO limits ({', '.join(_COLUMNS)}, line) VALUES ({', '.join('?' * len(_COLUMNS))}, ?)",
                   [*row.values(), to_json("limits", limits.to_json())])
    return 1


def newest_limits(cursor: duckdb.DuckDBPyConnection, filters: Mapping[str, Any]) -> list[Limits]:
    """The newest of each machine, device, number of threads and framework that pass, in this order."""
    wanted, bound = where(filters, _COLUMNS, table="newest")
    rows = cursor.execute(f"SELECT line FROM ({NEWEST_LIMITS}) AS newest WHERE {wanted}", bound).fetchall()
    return [Limits.from_json(json.loads(line)) for line, in rows]
