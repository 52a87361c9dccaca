"""The rows of a frame as values that JSON can write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd


def json_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """One list a row in the order of the columns; what has no JSON value is null or its text."""
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.ndarray():
            return [_plain(each) for each in value.tolist()]
        case list() | tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case datetime() | date():
            return None if value is pd.NaT else value.isoformat()
        case _:
            return None if value is pd.NA else str(value)
