"""Several results of one case on one environment as one: each process that measured it has a say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend.metrics import DERIVED, METRICS
from backend.statistics import combined, variation
from pages.components.cards.conditions import of_several
from pages.components.rows.records import records

_WORDS = ("conditions", "findings")
_TIMES = [f"{name}{end}" for name in ("throughput_time", "latency") for end in ("", "_low", "_high")]


def with_replicates(shown: pd.DataFrame, every: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of results, each with `processes`, how many measured its case on its environment (of the newest results
    where they are many), and with the times of all of them: the median of the processes' medians, an interval that
    holds what differs between processes, and `between`, the coefficient of variation of the medians of the time per
    call. `every` has the timed results of these cases and environments, newest first."""
    process = every["process"].fillna(every["id"])
    groups: dict[tuple[str, str], dict[str, int]] = {}   # of each process its newest row
    for number, (key, identity, name) in enumerate(zip(every["key"], every["identity"], process, strict=True)):
        groups.setdefault((key, identity), {}).setdefault(name, number)
    columns = {name: every[name].tolist() for name in (*_WORDS, *_TIMES)}
    return [_with_all(row, [*groups.get((row["key"], row["identity"]), {}).values()], columns)
            for row in records(shown)]


def _with_all(row: Mapping[str, Any], places: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    if not places or row["status"] != "ok":
        return dict(row) | {"processes": 0}
    found = dict(row) | {"processes": len(places)}
    if len(places) == 1:
        return found
    every = {name: [values[place] for place in places] for name, values in columns.items()}
    found["conditions"], found["findings"] = of_several(*(every[name] for name in _WORDS))
    found["between"] = variation(every["throughput_time"])
    for name in ("throughput_time", "latency"):
        names = [f"{name}{end}" for end in ("", "_low", "_high")]
        found |= zip(names, combined([*zip(*(every[each] for each in names), strict=True)]), strict=True)
    if found["time_floor"] == found["time_floor"]:   # known: then the wider interval decides
        found["below_floor"] = float(found["throughput_time_high"] < found["time_floor"])
    for name in DERIVED:   # prices: a time over something that is the same in all processes
        if METRICS[name].derive.startswith("throughput_time"):
            found[name] = row[name] * found["throughput_time"] / row["throughput_time"]
    return found
