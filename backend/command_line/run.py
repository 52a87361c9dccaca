"""`python -m backend run`: measures cases and prints one result a line as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from backend.catalogue import select
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import words
from backend.command_line.cases import add_case_axes, cases
from backend.command_line.foresight import too_slow
from backend.command_line.storing import Storing
from backend.command_line.where import add_where, check_where, executor
from backend.spec import Case, Result, SpecError, check_integer
from backend.sweeps import THOROUGHNESS, passes


def add_to(commands) -> None:
    parser = commands.add_parser(
        "run", help="measure cases", description=__doc__,
        epilog="Every combination of the lists is a case. Results go to the standard output, one a line, progress to "
               "the standard error. Exit code 1 if some case failed; unsupported is an answer.")
    parser.add_argument("--product", default="all", metavar="P,...",
                        help="keys from `list`, or KEY:VARIANT, KEY:all, all (default all)")
    add_case_axes(parser)
    how = parser.add_argument_group("how to measure")
    how.add_argument("--preset", default="default", choices=THOROUGHNESS, help=(
        "samples until the median is known to ±2 %% (quick: 5 %%, thorough: 1 %%), 30 of 5 ms at least, for 2 s at "
        "most (default)"))
    how.add_argument("--processes", type=int, default=1, metavar="N", help=(
        "measure every case in N fresh processes, each in an order of its own, so that what differs between processes "
        "and a slow minute show (default 1, cases in the order given)"))
    how.add_argument("--order-seed", type=int, default=0, metavar="N", help="of these orders (default 0)")
    how.add_argument("--timeout", type=float, default=120.0, metavar="S",
                     help="seconds that a case may take (default 120)")
    how.add_argument("--skip-slow", action="store_true", help=(
        "leave out what the history predicts to take longer than --timeout, its whole 90 %% interval; without this it "
        "is measured, and what is predicted to take longer is said"))
    how.add_argument("--flush-cache", action="store_true", help=(
        "empty the device's last cache before every call, which is then timed by itself; kept apart from other results "
        "(default: not flushed, so a call may find its inputs there)"))
    how.add_argument("--store", action="store_true", help="keep the results in the history")
    add_where(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    named = words("product", asked.product)
    found = cases(asked, select(asked.product), keep_impossible="all" not in named)
    if not asked.timeout > 0:
        raise SpecError(f"timeout must be seconds above 0, got {asked.timeout}")
    if not found:
        print("error: no case is left: none of these products exists in these frameworks", file=sys.stderr)
        return WRONG
    check_integer("processes", asked.processes, 1, 1000)
    check_where(asked)
    options = THOROUGHNESS[asked.preset] | {"case_timeout": asked.timeout, "flush": asked.flush_cache}
    slow = set(too_slow(found, options, asked.timeout, surely=asked.skip_slow))
    if asked.skip_slow:
        found = tuple(case for case in found if case not in slow)
    several = [found] if asked.processes == 1 else passes(found, asked.processes, asked.order_seed)
    return _measure(several, options, asked)


def _measure(several: Sequence[Sequence[Case]], options: Mapping[str, Any], asked: argparse.Namespace) -> int:
    from backend.command_line.measuring import measure

    failed: list[Result] = []
    storing = Storing() if asked.store else None

    def on_result(result: Result) -> None:
        if storing:   # first: the reader of the output may be gone
            storing.add(result)
        print(json.dumps(result.to_json()), flush=True)
        if result.status not in ("ok", "unsupported"):
            failed.append(result)

    try:
        whole = measure(several, options, make_executor=lambda: executor(asked), on_result=on_result)
    finally:
        lost = storing.close() if storing else False
    return DONE if whole and not failed and not lost else FAILED
