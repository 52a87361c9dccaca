"""Everything at rest: results, expressivity and jobs in one DuckDB file, and their exchange as files."""

from results_db.errors import NotFound, Refused, StoreError, StoreLocked
from results_db.location import history_path
from results_db.notebook import history
from results_db.open_store import OpenedStore, open_store
from results_db.store import Store
from results_db.verdict import Verdict

__all__ = [
    "NotFound", "OpenedStore", "Refused", "Store", "StoreError", "StoreLocked", "Verdict", "history", "history_path",
    "open_store",
]
