"""A sweep whose results are in the history as soon as they are there, and which says where it was interrupted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pandas as pd

from backend.command_line import DONE, FAILED
from backend.command_line.journal import Interrupted, Journal
from backend.command_line.known import history_so_far
from backend.command_line.measuring import as_interrupted, measure
from backend.command_line.storing import Storing
from backend.command_line.tally import Tally
from backend.execution.events import Executor
from backend.execution.outcome import made_result
from backend.spec import Case, Result

KILLED = "the sweep was killed while this was measured"


class StoredSweep:
    """Holds the journal of the sweep. Raises SpecError while another process measures it."""

    def __init__(self, name: str, cases: Sequence[Case]) -> None:
        known = history_so_far(cases)
        self._journal = Journal(known.path, name)
        self._storing = Storing()
        self.measured: Mapping[str, int] = known.measured
        if cut := self._journal.interrupted:
            _say(cut.sentence)
            if cut.current and not _came(known.results, cut):
                self._storing.add(made_result(cut.current, "interrupted", KILLED))

    def __enter__(self) -> StoredSweep:
        return self

    def __exit__(self, *exception: object) -> None:
        self._journal.close()

    def measure(
        self, left: Sequence[Sequence[Case]], options: Mapping[str, Any], *,
        make_executor: Callable[[], AbstractContextManager[Executor]], tally: Tally, echo: bool,
    ) -> int:
        """The exit code. Prints each result too where it is to `echo`."""
        def on_result(result: Result) -> None:
            result = as_interrupted(result)
            self._storing.add(result)   # before anything else: what is counted is kept
            self._journal.finish()
            if echo:
                print(json.dumps(result.to_json()), flush=True)
            tally.add(result)

        self._journal.start(sum(map(len, left)))
        try:
            whole = measure(left, options, make_executor=make_executor, on_result=on_result,
                            on_start=self._journal.begin)
        finally:
            lost = self._storing.close()
        _say(tally.text(whole=whole))
        if whole:
            self._journal.end()
        return DONE if whole and not tally.failed and not lost else FAILED


def _came(results: pd.DataFrame, cut: Interrupted) -> bool:
    """Whether the case has a result all the same: the process was killed between that and the next line."""
    rows = results[results["key"] == cut.current.key]
    return bool((rows["measured_at"] >= pd.Timestamp(cut.since)).any())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
