"""Several results of one case on one environment as one: each process that measured it has a say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from backend.metrics import DERIVED, METRICS
from backend.statistics import combined, variation
from pages.components.cards.conditions import of_several

_TIMES = ("throughput_time", "latency")


def with_replicates(shown: pd.DataFrame, every: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of results, each with `processes`, how many measured its case on its environment (of the newest results
    where they are many), and with the times of all of them: the median of the processes' medians, an interval that
    holds what differs between processes, and `between`, the coefficient of variation of the medians of the time per
    call. `every` has the timed results of these cases and environments, newest first."""
    named = every.assign(process=every["process"].fillna(every["id"]))
    groups = dict(iter(named.drop_duplicates(["key", "identity", "process"]).groupby(["key", "identity"], sort=False)))
    return [_with_all(row, groups.get((row["key"], row["identity"]))) for row in shown.to_dict("records")]


def _with_all(row: Mapping[str, Any], every: pd.DataFrame | None) -> dict[str, Any]:
    if every is None or row["status"] != "ok":
        return dict(row) | {"processes": 0}
    found = dict(row) | {"processes": len(every)}
    if len(every) == 1:
        return found
    found["conditions"], found["findings"] = of_several(every["conditions"].tolist(), every["findings"].tolist())
    found["between"] = variation(every["throughput_time"].tolist())
    for name in _TIMES:
        found[name], found[f"{name}_low"], found[f"{name}_high"] = combined(
            [tuple(each) for each in every[[name, f"{name}_low", f"{name}_high"]].to_numpy().tolist()])
    if found["time_floor"] == found["time_floor"]:   # known: then the wider interval decides
        found["below_floor"] = float(found["throughput_time_high"] < found["time_floor"])
    for name in DERIVED:   # prices: a time over something that is the same in all processes
        if METRICS[name].derive.startswith("throughput_time"):
            found[name] = row[name] * found["throughput_time"] / row["throughput_time"]
    return found
