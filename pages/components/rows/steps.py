"""What grows along the path of a product: the degree L, or the inner channels K of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pages.components.question.selection import OVER_K, OVER_L

STEPS = {OVER_L: "L", OVER_K: "K"}
_COLUMNS = {OVER_L: "l_max", OVER_K: "inner"}


def with_steps(rows: pd.DataFrame, over: str) -> pd.DataFrame:
    """The rows with `step`, their L or K, and `step_of`, which of them that is."""
    return rows.assign(step=rows[_COLUMNS[over]], step_of=STEPS[over])


def size_words(row: Mapping[str, Any]) -> str:
    """L = 3, and in a layer its K: L = 3, K = 8."""
    return f"L = {row['l_max']}" + (f", K = {row['inner']:,}" if row.get("inner") else "")
