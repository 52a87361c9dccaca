"""The rows of a frame as dictionaries."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The same as `to_dict("records")`, a column at a time: pandas reads a column of text value by value."""
    names = list(frame.columns)
    columns = (frame[name].to_numpy(object).tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
