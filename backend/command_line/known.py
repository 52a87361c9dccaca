"""What the history knows of the cases of a sweep, without making one where there is none."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from backend.spec import Case, SpecError
from results_db import StoreError, history_path
from results_db.answered import answered, nothing, processes_here
from results_db.client import announcement, open_history


@dataclass(frozen=True)
class Known:
    """The history at `path`: its results, and by key how many processes have measured a case here."""

    path: Path
    results: pd.DataFrame
    measured: Mapping[str, int]


def history_so_far(cases: Sequence[Case]) -> Known:
    """Reads the history, through the running server where there is one. Raises SpecError where it cannot be read."""
    path = history_path()
    try:
        found = nothing()
        if path.exists() or announcement(path).exists():
            with open_history(path, warn=lambda sentence: print(sentence, file=sys.stderr)) as history:
                found = answered(history)
    except StoreError as error:
        raise SpecError(str(error)) from None
    return Known(path, found, processes_here(found, cases))
