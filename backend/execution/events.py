"""What an executor reports while it measures, and `Executor`: what can measure cases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from backend.spec import Case, Result


@dataclass(frozen=True)
class Started:
    """This case is being measured from now on."""

    case: Case


@dataclass(frozen=True)
class Expressivity:
    """The expressivity of a product on a problem, as `python -m backend expressivity --json` prints it."""

    line: Mapping[str, Any]


@dataclass(frozen=True)
class Finished:
    """What came of a case."""

    result: Result


@dataclass(frozen=True)
class Log:
    """What a measuring process wrote to stderr since the last such event; only the end of very much text."""

    text: str


@dataclass(frozen=True)
class Waiting:
    """Why nothing is measured yet, in a sentence."""

    message: str


Event = Started | Expressivity | Finished | Log | Waiting


def never() -> bool:
    """No: whoever measures goes on to the end."""
    return False


class Cancelled(Exception):
    """What was waited for is not wanted any more."""


class Interrupted(Exception):
    """Measuring cannot go on, and it is no fault of the cases; the message says why and what to do."""


class Executor(Protocol):
    """Measures cases somewhere. An exception of `on_event` ends the measuring and is raised again."""

    def run_cases(
        self,
        cases: Iterable[Case],
        *,
        options: Mapping[str, Any],
        on_event: Callable[[Event], None],
        cancelled: threading.Event,
        pause: Callable[[], bool] = never,
    ) -> None:
        """Returns when every case has had its `Finished`, or soon after `cancelled` is set: the case that was
        being measured is then finished as `cancelled`, later ones are not reported. `pause` is asked between
        two cases: once it says yes, no further one is begun, and it returns when what has begun is finished."""

    def close_idle(self) -> None:
        """Ends processes that have not been used for some minutes."""

    def close(self) -> None:
        """Ends every process."""
