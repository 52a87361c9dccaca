"""Which cases a history answers, the file's or a running server's: rows without samples, and who measured them here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from backend.environment import environment, identity
from backend.metrics import STORED
from backend.spec import Case
from results_db.client import History
from results_db.measured import NAMES
from results_db.verdict import CACHED, same

_NAMES = (*NAMES, "process")
_SQL = f"""SELECT {", ".join(f'"{name}"' for name in _NAMES)} FROM results ORDER BY measured_at"""


def answered(history: History) -> pd.DataFrame:
    """Every result, oldest first, with these columns as `Store.results()` gives them."""
    return _typed(history.query(_SQL))


def nothing() -> pd.DataFrame:
    """The frame of a history that is not there yet."""
    return _typed(pd.DataFrame(columns=list(_NAMES)))


def processes_here(frame: pd.DataFrame, cases: Sequence[Case]) -> Mapping[str, int]:
    """By key, how many processes have measured a case in the environment that there is here and now: the rule of the
    cache."""
    here = {case.key: identity(environment(case)) for case in cases}
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = frame[frame["key"].isin(list(here)) & frame["status"].isin(CACHED)]
    identities = {text: json.loads(text) for text in rows["identity"].unique()}
    for row in rows.itertuples():
        if same(identities[row.identity], here[row.key]):
            found[row.key].add(row.process or row.id)
    return {key: len(processes) for key, processes in found.items()}


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    when = pd.to_datetime(frame["measured_at"], utc=True, format="ISO8601")
    return frame.assign(measured_at=when).astype(dict.fromkeys(STORED, float))
