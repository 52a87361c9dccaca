"""`python -m backend run`: measures cases and prints one result a line as JSON."""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import threading

from tqdm import tqdm

from backend.catalogue import select
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import words
from backend.command_line.cases import add_case_axes, cases
from backend.command_line.foresight import too_slow
from backend.command_line.storing import Storing
from backend.command_line.where import add_where, check_where, executor
from backend.spec import Case, SpecError, check_integer

PRESETS = {
    "default": {},
    "quick": {"samples": 10, "width": 0.05, "min_sample_time": 0.002, "max_time": 0.5},
    "thorough": {"samples": 100, "width": 0.01, "min_sample_time": 0.01, "max_time": 20.0},
}


def add_to(commands) -> None:
    parser = commands.add_parser(
        "run", help="measure cases", description=__doc__,
        epilog="Every combination of the lists is a case. Results go to the standard output, one a line, progress to "
               "the standard error. Exit code 1 if some case failed; unsupported is an answer.")
    parser.add_argument("--product", default="all", metavar="P,...",
                        help="keys from `list`, or KEY:VARIANT, KEY:all, all (default all)")
    add_case_axes(parser)
    how = parser.add_argument_group("how to measure")
    how.add_argument("--preset", default="default", choices=PRESETS, help=(
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
    options = PRESETS[asked.preset] | {"case_timeout": asked.timeout}
    slow = set(too_slow(found, options, asked.timeout, surely=asked.skip_slow))
    if asked.skip_slow:
        found = tuple(case for case in found if case not in slow)
    return _measure(_passes(found, asked.processes, asked.order_seed), options, asked)


def _passes(found: tuple[Case, ...], processes: int, seed: int) -> list[tuple[Case, ...]]:
    """The cases once for each process, at random where there are several."""
    if processes == 1:
        return [found]
    order = random.Random(seed)
    return [tuple(order.sample(found, len(found))) for _ in range(processes)]


def _measure(passes: list[tuple[Case, ...]], options: dict, asked: argparse.Namespace) -> int:
    from backend.execution.events import Finished, Interrupted, Log, Started, Waiting

    cancelled, failed = threading.Event(), []
    storing = Storing() if asked.store else None
    signal.signal(signal.SIGINT, lambda *_: cancelled.set())
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    with tqdm(total=sum(map(len, passes)), file=sys.stderr, unit="case", disable=None) as bar:
        def on_event(event) -> None:
            if isinstance(event, Started):
                bar.set_postfix_str(f"{event.case.product} L {event.case.problem.l_max}")
            elif isinstance(event, Waiting | Log):
                text = event.message if isinstance(event, Waiting) else event.text
                bar.write(text.rstrip(), file=sys.stderr)
            elif isinstance(event, Finished):
                if storing:   # first: the reader of the output may be gone
                    storing.add(event.result)
                print(json.dumps(event.result.to_json()), flush=True)
                if event.result.status not in ("ok", "unsupported"):
                    failed.append(event.result)
                bar.update()

        try:
            for each in passes:   # an executor's processes end with it
                with executor(asked) as there:
                    there.run_cases(each, options=options, on_event=on_event, cancelled=cancelled)
        except Interrupted as error:
            print(f"error: {error}", file=sys.stderr)
            return FAILED
        finally:
            lost = storing.close() if storing else False
    return FAILED if failed or lost or cancelled.is_set() else DONE
