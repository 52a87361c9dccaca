"""What a cost model needs of a history, through a running server too: one row a timed result, without samples."""

from __future__ import annotations

import pandas as pd

from backend.metrics import STORED
from results_db.client import History
from results_db.flat import CASE_COLUMNS

NAMES = ("id", "measured_at", *CASE_COLUMNS, "status", "identity", "conditions", *STORED)
_SQL = f"""SELECT {", ".join(f'"{name}"' for name in NAMES)} FROM results
           WHERE status = 'ok' AND throughput_time > 0 ORDER BY measured_at"""


def measured(history: History) -> pd.DataFrame:
    """The rows, oldest first, with these columns as `Store.results()` gives them."""
    frame = history.query(_SQL)
    when = pd.to_datetime(frame["measured_at"], utc=True, format="ISO8601")
    return frame.assign(measured_at=when).astype(dict.fromkeys(STORED, float))
