"""What one law may hold for: results that are alike in everything but their sizes; and those sizes as numbers."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import fields

import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy

from backend.spec import Case, Problem

SIZES = ("l1", "l2", "l_out", "channels", "inner", "neighbours", "batch")
ROW, BATCH = 3, 6   # before ROW are degrees, after it what a row has
COUNTS = ("interactable", "bytes", "flops")
_BEFORE = ("build_time", "compile_time", "first_call_time")
NEEDED = (*COUNTS, "peak_memory", *_BEFORE)   # of a result, beside the metric
_OF_CASE = tuple(each.name for each in fields(Case) if each.name not in ("problem", "seed"))
_OF_PROBLEM = tuple(each.name for each in fields(Problem) if each.name not in SIZES)
ALIKE = (*_OF_CASE, *_OF_PROBLEM)


def group_of(case: Case) -> tuple[Hashable, ...]:
    """What the case has in common with the results that can tell of it."""
    return *(getattr(case, name) for name in _OF_CASE), *(getattr(case.problem, name) for name in _OF_PROBLEM)


def sizes_of(case: Case) -> np.ndarray:
    """The sizes of a case, in the order of SIZES."""
    return np.array([getattr(case.problem, name) for name in SIZES], float)


def groups(results: pd.DataFrame, metric: str, devices: Mapping[str, str] | None) -> dict[tuple, pd.DataFrame]:
    """The measured results by group, one row a size: its sizes, counts, `value` (the metric), `peak_memory` and
    `before` (seconds until it can be timed), each the median of what the newest environment there has measured; what
    was disturbed counts only where nothing else is there.

    With `devices` (kind -> name here) results of other devices are left out; else each kind is the device that measured
    last."""
    rows = results[(results["status"] == "ok") & (results[metric] > 0)].sort_values("measured_at")
    if rows.empty:
        return {}
    names = {text: json.loads(text)["device"] for text in rows["identity"].unique()}
    rows = rows.assign(name=rows["identity"].map(names))
    known = rows.drop_duplicates("device", keep="last").set_index("device")["name"] if devices is None else devices
    rows = rows[rows["name"] == rows["device"].map(dict(known))]
    rows = rows.assign(quiet=rows["conditions"] != "disturbed")
    rows = rows[rows["quiet"] == _same(rows, "quiet").transform("max")]
    rows = rows[rows["identity"] == _same(rows, "identity").transform("last")]
    table = rows.groupby([*ALIKE, *SIZES], sort=False, as_index=False)[[metric, *NEEDED]].median()
    table = table.assign(before=table[[*_BEFORE]].sum(axis=1)).rename(columns={metric: "value"})
    return dict(iter(table.groupby(list(ALIKE), sort=False)))


def _same(rows: pd.DataFrame, name: str) -> SeriesGroupBy:
    """The column by group and size."""
    return rows.groupby([*ALIKE, *SIZES], sort=False)[name]
