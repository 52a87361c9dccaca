"""Results as CSV: every column of the history, and the command that measures each again."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd

from backend.reproduce import command
from backend.spec import Case, Problem

_CASE_FIELDS = [each.name for kind in (Case, Problem) for each in fields(kind) if each.name != "problem"]


def history_csv(results: pd.DataFrame) -> str:
    """The rows in SI units."""
    cases = (Case.from_json(row) for row in results[_CASE_FIELDS].to_dict("records"))
    return results.assign(command=[command(case) for case in cases]).to_csv(index=False)
