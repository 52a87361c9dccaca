"""What a measurement's conditions are called on the pages, and what is said of those that were not quiet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

QUIET, BUSY, UNSTEADY, DISTURBED = WORDS = ("quiet", "busy machine", "unsteady", "disturbed")   # the best first
MARK = "⚠"
_SIZE = re.compile(r"(?<=became )\d[\d.,]*% ")   # it became 12% slower
_PART = re.compile(r"\d[\d.,]*%")                # 30% of the samples


def is_doubtful(row: Mapping[str, Any]) -> bool:
    """Whether something disturbed the measurement, or its samples drift or have two speeds."""
    return row.get("conditions") in (UNSTEADY, DISTURBED)


def doubts(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are doubtful, with `doubt`: why, without its size, so that equal ones stand together."""
    rows = frame[frame["conditions"].isin([UNSTEADY, DISTURBED])]
    return rows.assign(doubt=[_PART.sub("part", _SIZE.sub("", each)) for each in rows["findings"]])


def sentence(row: Mapping[str, Any]) -> str:
    """What to say of a row beside its point; nothing where it was quiet or nobody looked."""
    if is_doubtful(row):
        return f"{MARK} {row['conditions'].capitalize()}: {row['findings']}"
    return f"Busy machine: {row['remarks']}" if row.get("conditions") == BUSY else ""


def of_several(conditions: Sequence[str | None], findings: Sequence[str]) -> tuple[str | None, str]:
    """(conditions, findings) of processes that are one point: the worst of them, and how many were doubtful."""
    doubtful = [said for word, said in zip(conditions, findings, strict=True) if word in (UNSTEADY, DISTURBED)]
    worst = max((word for word in conditions if word in WORDS), key=WORDS.index, default=None)
    of_all = f"in {len(doubtful)} of {len(conditions)} processes: " if doubtful else ""
    return worst, of_all + "; ".join(dict.fromkeys(doubtful))
