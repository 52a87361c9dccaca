"""Measures cases in processes of this machine while a bar shows how far it is; signals end it in good order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from backend.command_line.signals import cancelled_by_signals
from backend.execution.events import Executor, Finished, Interrupted, Log, Started, Waiting
from backend.spec import Case, Result

ENDED = "the sweep was ended while this was measured"


def measure(
    passes: Sequence[Sequence[Case]], options: Mapping[str, Any], *,
    make_executor: Callable[[], AbstractContextManager[Executor]], on_result: Callable[[Result], None],
    on_start: Callable[[Case], None] = lambda case: None,
) -> bool:
    """Whether it came to the end: each pass in fresh processes. Once a signal has come, the case that was being
    measured is `cancelled`, and that is all."""
    cancelled = cancelled_by_signals()
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
