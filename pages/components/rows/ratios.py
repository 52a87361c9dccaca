"""What rows are measured against: the paths of all of Clebsch-Gordan, and the numbers that a call writes."""

from __future__ import annotations

import pandas as pd

from pages.components.question.selection import OUTPUTS, SHARE, Question

_ITEM = {"float32": 4, "float64": 8}   # bytes of a number


def with_ratios(rows: pd.DataFrame, question: Question) -> pd.DataFrame:
    """The rows with SHARE and OUTPUTS, where what they rest on is known."""
    if rows.empty:
        return rows
    paths = {l_max: len(question.problem(l_max).paths) for l_max in rows["l_max"].unique().tolist()}
    return rows.assign(**{
        SHARE.name: rows["interactable"].astype(float) / rows["l_max"].map(paths),
        OUTPUTS.name: rows["output_bytes"].astype(float) / _ITEM[question.dtype]})
