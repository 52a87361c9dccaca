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


def answered(history: History) -> pd.DataFrame:
    """Every result, oldest first, with these columns as `Store.results()` gives them."""
    return history.results().iloc[::-1][list(_NAMES)].reset_index(drop=True)


def nothing() -> pd.DataFrame:
    """The frame of a history that is not there yet."""
    empty = pd.DataFrame(columns=list(_NAMES))
    return empty.assign(measured_at=pd.to_datetime(empty["measured_at"], utc=True)).astype(dict.fromkeys(STORED, float))


def processes_here(frame: pd.DataFrame, cases: Sequence[Case]) -> Mapping[str, int]:
    """By key, how many processes have measured a case in the environment that there is here and now: the rule of the
    cache."""
    here = {case.key: identity(environment(case)) for case in cases}
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = frame[frame["key"].isin(list(here)) & frame["status"].isin(CACHED)]
    identities = {text: json.loads(text) for text in rows["identity"].unique()}
    for row in rows.itertuples():
        if same(identities[row.identity], here[row.key]):
            found[row.key].add(row.id if pd.isna(row.process) else row.process)
    return {key: len(processes) for key, processes in found.items()}
