"""Measures cases in processes of this machine while a bar shows how far it is; signals end it in good order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from backend.execution.events import Executor, Finished, Interrupted, Log, Started, Waiting
from backend.spec import Case, Result

ENDED = "the sweep was ended while this was measured"
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def measure(
    passes: Sequence[Sequence[Case]], options: Mapping[str, Any], *,
    make_executor: Callable[[], AbstractContextManager[Executor]], on_result: Callable[[Result], None],
    on_start: Callable[[Case], None] = lambda case: None,
) -> bool:
    """Whether it came to the end: each pass in fresh processes. Once a signal has come, the case that was being
    measured is `cancelled`, and that is all."""
    cancelled = _cancelled_by_signals()
    with tqdm(total=sum(map(len, passes)), file=sys.stderr, unit="case", disable=None) as bar:
        def on_event(event) -> None:
            if isinstance(event, Started):
                bar.set_postfix_str(f"{event.case.product} L {event.case.problem.l_max}")
                on_start(event.case)
            elif isinstance(event, Waiting | Log):
                text = event.message if isinstance(event, Waiting) else event.text
                bar.write(text.rstrip(), file=sys.stderr)
            elif isinstance(event, Finished):
                on_result(event.result)
                bar.update()

        try:
            for each in passes:   # an executor's processes end with it
                with make_executor() as executor:
                    executor.run_cases(each, options=options, on_event=on_event, cancelled=cancelled)
        except Interrupted as error:
            bar.write(f"error: {error}", file=sys.stderr)
            return False
    return not cancelled.is_set()


def as_interrupted(result: Result) -> Result:
    """What a signal cut off was interrupted: nobody chose to do without that case."""
    return replace(result, status="interrupted", message=ENDED) if result.status == "cancelled" else result


def _cancelled_by_signals() -> threading.Event:
    """Set by the first signal that would end the process; one that is ignored, as under nohup, stays so."""
    cancelled = threading.Event()
    for name in _ENDING:
        number = getattr(signal, name, None)   # there is no SIGHUP on Windows
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: cancelled.set())
    return cancelled
