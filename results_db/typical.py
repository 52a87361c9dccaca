"""What cases usually take: one row a case and device, of however many results, for models that rest on medians."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from results_db.filters import where
from results_db.flat import CASE_COLUMNS
from results_db.reading import FILTERS
from results_db.store import Store

_CASE = ", ".join(f'any_value("{name}") AS "{name}"' for name in CASE_COLUMNS if name != "key")
_DEVICE = "json_extract_string(identity, '$.device')"


def typical(store: Store, metrics: Sequence[str], devices: Collection[str] | None = None, **filters: Any
            ) -> pd.DataFrame:
    """Columns of `Store.results`: the case, `identity`, `status`, `measured_at` of the newest, `conditions` (disturbed
    or nothing) and the medians of these stored metrics, over the timed results of a device's newest environment that
    pass the filters, those that nothing disturbed where there are some; of these devices alone where they are named.
    The newest first."""
    wanted, bound = where(filters | {"status": "ok"}, FILTERS, table="measurements")
    medians = ", ".join(f'median("{name}") AS "{name}"' for name in metrics)
    only = "" if devices is None else f" AND {_DEVICE} IN (SELECT unnest(?))"
    with store.cursor() as cursor:
        return cursor.execute(f"""
            SELECT key, {_CASE}, identity, 'ok' AS status, max(measured_at) AS measured_at, {medians}, conditions
            FROM (SELECT * REPLACE (CASE WHEN conditions = 'disturbed' THEN conditions END AS conditions)
                  FROM measurements) AS measurements
            WHERE {wanted}{only} GROUP BY key, identity, conditions
            QUALIFY row_number() OVER (PARTITION BY key, {_DEVICE}
                                       ORDER BY conditions NULLS FIRST, max(measured_at) DESC) = 1
            ORDER BY max(measured_at) DESC""", bound if devices is None else [*bound, list(devices)]).df()


def expressivities(store: Store, alike: Sequence[str], **filters: Any) -> pd.DataFrame:
    """Degrees of freedom and interactable paths of what passes the filters, on whatever device: one row of the columns
    in which results are alike, the newest."""
    wanted, bound = where(filters | {"status": "ok"}, FILTERS, table="measurements")
    columns = ", ".join(f'"{name}"' for name in alike)
    with store.cursor() as cursor:
        return cursor.execute(f"""
            SELECT {columns}, arg_max(degrees_of_freedom, measured_at) AS degrees_of_freedom,
                   arg_max(interactable, measured_at) AS interactable
            FROM measurements WHERE {wanted} AND interactable IS NOT NULL GROUP BY {columns}""", bound).df()
