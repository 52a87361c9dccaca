"""What one law may hold for: results that are alike in everything but their sizes; and those sizes as numbers."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import fields

import numpy as np
import pandas as pd

from backend.spec import Case, Problem

SIZES = ("l1", "l2", "l_out", "channels", "batch", "inner", "neighbours")
_OF_CASE = tuple(each.name for each in fields(Case) if each.name not in ("problem", "seed"))
_OF_PROBLEM = tuple(each.name for each in fields(Problem) if each.name not in SIZES)
ALIKE = (*_OF_CASE, *_OF_PROBLEM)
_COUNTS = ("flops", "bytes", "interactable")


def group_of(case: Case) -> tuple[Hashable, ...]:
    """What the case has in common with the results that can tell of it."""
    return *(getattr(case, name) for name in _OF_CASE), *(getattr(case.problem, name) for name in _OF_PROBLEM)


def sizes_of(case: Case) -> np.ndarray:
    """The sizes of a case, in the order of SIZES."""
    return np.array([getattr(case.problem, name) for name in SIZES], float)


def groups(results: pd.DataFrame, metric: str, devices: dict[str, str] | None) -> dict[tuple, pd.DataFrame]:
    """The measured results by group, each with its sizes, counts, `value` (the metric) and `peak_memory`, one row a
    size: the median of what the newest environment there has measured. With `devices` (kind -> name here), results of
    other devices are left out; else those of the device that measured last."""
    rows = results[(results["status"] == "ok") & (results[metric] > 0)]
    if rows.empty:
        return {}
    rows = rows.assign(device_name=rows["identity"].map({text: _device(text) for text in rows["identity"].unique()}))
    if devices is None:
        newest = rows.sort_values("measured_at").drop_duplicates("device", keep="last")
        devices = dict(zip(newest["device"], newest["device_name"], strict=True))
    rows = rows[rows["device_name"] == rows["device"].map(devices)].sort_values("measured_at")
    names = [*ALIKE, *SIZES]
    newest = rows.groupby(names, sort=False)["identity"].transform("last")
    rows = rows[rows["identity"] == newest]
    columns = {each: "median" for each in (metric, "peak_memory", *_COUNTS)}
    table = rows.groupby(names, sort=False, as_index=False).agg(columns).rename(columns={metric: "value"})
    return {key: found for key, found in table.groupby(list(ALIKE), sort=False)}


def _device(identity: str) -> str:
    """The name of the device that an identity tells of, as `backend.environment.devices` gives it."""
    return json.loads(identity)["device"]
