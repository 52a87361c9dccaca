"""What a cost model needs of a history, through a running server too: one row a timed result, without samples."""

from __future__ import annotations

import pandas as pd

from backend.metrics import STORED
from results_db.client import History
from results_db.flat import CASE_COLUMNS

NAMES = ("id", "measured_at", *CASE_COLUMNS, "status", "identity", "conditions", *STORED)


def measured(history: History) -> pd.DataFrame:
    """The rows, oldest first, with these columns as `Store.results()` gives them."""
    rows = history.results(status="ok").iloc[::-1]
    return rows[rows["throughput_time"] > 0][list(NAMES)].reset_index(drop=True)
