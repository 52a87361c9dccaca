"""What a history holds, counted where it lies: by machine, by table, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from backend.metrics import METRICS
from results_db.store import Store

TABLES = {
    "results": "A row a measurement: its case, status, machine, every metric in SI units, samples, environment.",
    "notes": "A row a note that a reader attached to a result: its id, when, who, plain text.",
    "expressivity": "A row a product and problem: interactable paths, degrees of freedom, and the whole line as JSON.",
    "certificates": "A row a certificate: what was asked, whether it holds, and the whole of it as JSON.",
    "published": "A row a published figure in SI units, with its source, device, normaliser and caveats.",
    "limits": "A row a measurement of what a device can do at best, as JSON.",
    "roofs": "A row a device: what the newest limits of all frameworks say together.",
    "jobs": "A row a job: its cases as JSON, state, progress, who asked for it.",
}
_MACHINES = """
    SELECT machine, device, count(*) AS results, count(DISTINCT key) AS cases, count(DISTINCT product) AS products,
           count(*) FILTER (status = 'ok') AS timed, count(*) FILTER (status = 'unsupported') AS unsupported,
           count(*) FILTER (status NOT IN ('ok', 'unsupported')) AS failed,
           min(measured_at) AS first, max(measured_at) AS last
    FROM measurements GROUP BY machine, device ORDER BY results DESC, machine, device"""
_COLUMNS = """
    SELECT table_name AS "table", column_name AS "column", data_type AS type FROM duckdb_columns()
    WHERE NOT internal AND table_name IN (SELECT unnest(?))
    ORDER BY list_position(?, table_name), column_index"""
CHOICES = ("product", "setting", "framework", "status", "machine")


@dataclass(frozen=True)
class Contents:
    """How much there is: a row a machine and device, rows by table, the values that each of CHOICES has."""

    machines: pd.DataFrame
    rows: Mapping[str, int]
    choices: Mapping[str, tuple[str, ...]]


def contents(store: Store) -> Contents:
    """Counted in one pass over each table; times are UTC."""
    with store.cursor() as cursor:
        machines = cursor.execute(_MACHINES).df()
        rows = {name: cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in TABLES if name != "results"}
        found = cursor.execute("SELECT " + ", ".join(
            f'list_sort(list(DISTINCT "{name}"))' for name in CHOICES) + " FROM measurements").fetchone()
    for name in ("first", "last"):
        machines[name] = machines[name].dt.tz_localize("UTC")
    return Contents(machines, {"results": int(machines["results"].sum())} | rows,
                    {name: tuple(values or ()) for name, values in zip(CHOICES, found, strict=True)})


def schema(store: Store) -> pd.DataFrame:
    """A row a column of what can be asked: `table`, `column`, `type`, `unit` and `meaning` where it is a metric."""
    with store.cursor() as cursor:
        frame = cursor.execute(_COLUMNS, [list(TABLES), list(TABLES)]).df()
    known = [METRICS.get(name) if table == "results" else None
             for table, name in zip(frame["table"], frame["column"], strict=True)]
    return frame.assign(unit=[each.unit if each else "" for each in known],
                        meaning=[each.meaning if each else "" for each in known])
