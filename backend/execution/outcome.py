"""Results that the supervisor makes for cases whose process gave none, and the sentences in them."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Mapping
from typing import Any

from backend.environment import environment, machine
from backend.execution.jobs import utc_now
from backend.spec import Case, Result, SpecError

_SIGNALS = {each.value: each.name for each in signal.Signals}


def made_result(case: Case, status: str, message: str, *, there: Mapping[str, Any] | None = None) -> Result:
    """A result without samples, of now and here, or of the environment where it was measured."""
    try:
        where = there or environment(case)
    except SpecError:   # a product that this version does not have: an old job
        where = {"machine": machine()}
    made = {"environment": where, "measured_at": utc_now(), "id": uuid.uuid4().hex}
    return Result(case, status, message, **made)


def exit_outcome(returncode: int, last_line: str) -> tuple[str, str]:
    """Status and sentence for a process that ended by itself: `returncode` as of `subprocess`, and the last
    line of its stderr."""
    if returncode == -signal.SIGKILL:   # ours never come here
        return "out of memory", (
            "the measuring process was killed by the operating system, most likely for lack of memory"
        )
    if returncode < 0:
        name = _SIGNALS.get(-returncode, "unknown")
        return "failed", f"the measuring process was killed by signal {-returncode} ({name})"
    said = f": {last_line}" if last_line else ""
    return "failed", f"the measuring process ended with exit code {returncode}{said}"
