"""The floor of a result in words: what no call can be faster than, why, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend import units

UNKNOWN = ("The limits of its device are not measured, so its floor is not known: the page Hardware, or "
           "`python -m backend limits`, measures them.")
BELOW = ("Even the upper end of the interval is below the floor: an error in somebody's count of FLOP or bytes, or in "
         "a limit. Measure the limits again; if it stays, the product declares work that it does not do.")
_PARTS = {"bytes_floor": "moving bytes", "flops_floor": "arithmetic", "launch_floor": "launching"}


def floor_sentence(row: Mapping[str, Any]) -> str:
    """The floor of a row of results and what it consists of."""
    if pd.isna(row["time_floor"]):
        return UNKNOWN
    moved = f"{units.quantity(row['bytes'], 'B')} at {units.quantity(row['limit_bandwidth'], 'B/s')}"
    computed = f"{units.quantity(row['flops'], 'FLOP')} at {units.quantity(row['limit_rate'], 'FLOP/s')}"
    parts = [(row["bytes_floor"], f"to move {moved}"), (row["flops_floor"], f"to compute {computed}"),
             (row["launch_floor"], "to launch")]
    said = ", ".join(f"{units.time(seconds)} {what}" for seconds, what in parts if not pd.isna(seconds))
    return (f"**{units.ratio(row['distance'])} its floor** of {units.time(row['time_floor'])}, below which no call can "
            f"be here: {said}.")


def bound_by(row: Mapping[str, Any]) -> str:
    """What takes the largest part of the floor; nothing where there is none."""
    known = {name: row[name] for name in _PARTS if not pd.isna(row[name])}
    if pd.isna(row["time_floor"]) or not known:
        return ""
    return _PARTS[max(known, key=known.__getitem__)]


def is_below(rows: pd.DataFrame) -> pd.Series:
    """Which rows lie below their floor, with the upper end of their interval."""
    return rows["below_floor"].astype(float) == 1


def with_flag(names: Sequence[str], rows: pd.DataFrame) -> list[str]:
    """The columns of a table, and after the distance whether it is below the floor, where any row is."""
    place = names.index("distance") + 1
    return [*names[:place], *["below_floor"] * bool(is_below(rows).any()), *names[place:]]
