"""Several results of one case on one environment as one: each process that measured it has a say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend.metrics import DERIVED, METRICS
from backend.statistics import combined, median, variation
from pages.components.cards.conditions import of_several
from results_db import Store
from results_db.recorded import Recorded

_TIMES = ("throughput_time", "latency")


def with_replicates(store: Store | Recorded, shown: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of results, each with `processes`, how many measured its case on its environment, and with the times of
    all of them: the median of the processes' medians, an interval that holds what differs between processes, and
    `between`, the coefficient of variation of the medians of the time per call."""
    keys = sorted({row["key"] for row in shown if row["status"] == "ok"})
    if not keys:
        return [dict(row) | {"processes": 0} for row in shown]
    frame = store.results(key=keys, status="ok")
    groups = dict(iter(frame.groupby(["key", "identity"], sort=False)))
    return [_with_all(row, groups.get((row["key"], row["identity"]))) for row in shown]


def _with_all(row: Mapping[str, Any], every: pd.DataFrame | None) -> dict[str, Any]:
    if every is None or row["status"] != "ok":
        return dict(row) | {"processes": 0}
    newest = every.assign(process=every["process"].fillna(every["id"])).drop_duplicates("process")
    found = dict(row) | {"processes": len(newest)}
    if len(newest) == 1:
        return found
    found["conditions"], found["findings"] = of_several(newest["conditions"].tolist(), newest["findings"].tolist())
    found["between"] = variation(newest["throughput_time"].tolist())
    for name in _TIMES:
        found[name], found[f"{name}_low"], found[f"{name}_high"] = combined(
            [tuple(each) for each in newest[[name, f"{name}_low", f"{name}_high"]].to_numpy().tolist()])
    if found["time_floor"] == found["time_floor"]:   # known: then the wider interval decides
        found["below_floor"] = float(found["throughput_time_high"] < found["time_floor"])
    for name in DERIVED:   # prices: a time over something that is the same in all processes
        if METRICS[name].derive.startswith("throughput_time"):
            found[name] = median([float(value) for value in newest[name]])
    return found
