"""A product over time: each occasion of each of its cases against the one before it on the same machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from backend.significance import Changes, Side, changes
from results_db.browsing import Wanted, condition_of
from results_db.flat import CASE_COLUMNS
from results_db.occasions import each_occasion
from results_db.store import Store

MOST = 8000   # results of a product that are looked at, the newest


@dataclass(frozen=True)
class Steps:
    """One row an occasion that has one before it, newest first, and how it changed from that, in this order. `rows` has
    the case, `place`, `id` of the newest result, `measured_at`, `before_time` and `time` in seconds, `identity` and
    `before_identity`, the environments."""

    rows: pd.DataFrame
    changes: Changes


def steps(store: Store, product: str, wanted: Wanted) -> Steps:
    """Every step in the newest MOST results of the product's cases that pass. What a usual case does from one occasion
    to the next is the noise, so of many steps those are claimed that stand out of it: `changes`."""
    condition, bound = condition_of(wanted)
    with store.cursor() as cursor:
        frame = each_occasion(cursor, f"{condition} AND product = ?", [*bound, product],
                              only=f"ORDER BY measured_at DESC LIMIT {MOST}")
    before = frame.groupby(["key", "place"], sort=False)[["mean", "within", "identity"]].shift(-1)
    known = before["mean"].notna()
    rows, before = frame[known].reset_index(drop=True), before[known].reset_index(drop=True)
    ones, nothing = np.ones(len(rows), int), np.zeros(len(rows))
    found = changes(*(Side(ones, side["mean"].to_numpy(float), nothing, side["within"].to_numpy(float))
                      for side in (before, rows)))
    shown = rows.assign(measured_at=rows["measured_at"].dt.tz_localize("UTC"), time=np.exp(rows["mean"]),
                        before_time=np.exp(before["mean"].astype(float)), before_identity=before["identity"])
    kept = [*CASE_COLUMNS, "place", "id", "measured_at", "before_time", "time", "identity", "before_identity"]
    return Steps(shown[kept], found)
