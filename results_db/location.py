"""Where the history lies: the environment variable HISTORY, or results_db/data/history.duckdb."""

import os
from pathlib import Path

_DEFAULT = Path(__file__).parent / "data" / "history.duckdb"


def history_path() -> Path:
    """The file that keeps every measurement."""
    return Path(os.environ.get("HISTORY") or _DEFAULT)
