"""What the history lets expect of cases before they are measured: the model, and a word on those that would be lost."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from backend import units
from backend.catalogue import label
from backend.spec import Case, SpecError

if TYPE_CHECKING:
    from backend.cost_model import CostModel

_NAMED = 5


def history_model() -> CostModel | None:
    """The model of the history, through the running server where there is one; None where there is no history, and
    where DuckDB is not installed, as on a machine that measures alone. Raises SpecError where it cannot be read."""
    if find_spec("duckdb") is None:
        return None
    from results_db import StoreError, history_path
    from results_db.client import announcement, open_history

    path = history_path()
    if not path.exists() and not announcement(path).exists():
        return None
    from backend.cost_model import CostModel  # loads SciPy
    from backend.environment import devices
    from results_db.measured import measured

    try:
        with open_history(path, warn=lambda sentence: print(sentence, file=sys.stderr)) as history:
            return CostModel(measured(history), devices=devices())
    except StoreError as error:
        raise SpecError(str(error)) from None


def too_slow(cases: Sequence[Case], options: Mapping[str, Any], limit: float, *, surely: bool) -> list[Case]:
    """The cases that are predicted to take longer than the limit (seconds), which is said on the standard error; those
    alone whose interval lies above it where it must be `surely`. None where no history can tell."""
    try:
        model = history_model()
    except SpecError as error:
        print(f"warning: {error}; no case is predicted", file=sys.stderr)
        return []
    end = "low" if surely else "value"
    times = {case: model.wall_time(case, options, end=end) for case in cases} if model else {}
    slow = [case for case, time in times.items() if time is not None and time > limit]
    if slow:
        named = "; ".join(f"{one_line(case)} ({units.duration(times[case])})" for case in slow[:_NAMED])
        more = f"; and {len(slow) - _NAMED} more" if len(slow) > _NAMED else ""
        what = ("left out, predicted to take" if surely else "predicted to take") + f" longer than {limit:g} s"
        cure = "" if surely else "; --skip-slow leaves out what surely does, --timeout gives more"
        print(f"warning: {len(slow)} of {len(cases)} cases {what}: {named}{more}{cure}", file=sys.stderr)
    return slow


def one_line(case: Case) -> str:
    """A case as a line begins with it."""
    problem = case.problem
    return (f"{label(case.product, case.variant)}, {case.framework}, {problem.setting} L {problem.l_max}, "
            f"C {problem.channels}, batch {problem.batch:,}")
