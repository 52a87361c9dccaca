"""`python -m backend limits`: what this device can do at best, measured once and kept.

Bytes read and written per second in each cache and in memory, FLOP per second of matrix products, the time of an empty
call. Every result then has a floor that no call can be below, and its distance from it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from math import inf

from backend import units
from backend.command_line import DONE, FAILED
from backend.command_line.arguments import integer, words
from backend.command_line.signals import cancelled_by_signals
from backend.spec import DEVICES, FRAMEWORKS, THREADS_LIMIT, Limits, SpecError, check_choice, check_integer, levels


def add_to(commands) -> None:
    parser = commands.add_parser(
        "limits", help="what this device can do at best", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Shows what is kept in the history, and measures what is not. Where DuckDB is not installed nothing is "
               "kept:\nbring the lines of --json to the history by `python -m results_db import`.")
    parser.add_argument("--device", default="cpu", choices=DEVICES, help="(default cpu)")
    parser.add_argument("--threads", default="1", metavar="N", help="CPU threads; a GPU has one answer (default 1)")
    parser.add_argument("--framework", metavar="F,...", help=(
        f"{', '.join(FRAMEWORKS)} (default: all that are installed; of all the best counts)"))
    parser.add_argument("--again", action="store_true", help="measure although they are kept")
    parser.add_argument("--seconds", type=float, default=0.05, metavar="S", help=(
        "of trying for each number: the best counts (default 0.05)"))
    parser.add_argument("--json", action="store_true", help="a JSON line for each framework")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    from backend.environment import devices, machine
    from backend.execution.answers import NoAnswer
    from backend.execution.events import Cancelled
    from backend.execution.measuring_limits import Asked, measured

    frameworks = words("framework", asked.framework) if asked.framework else ()
    for each in frameworks:
        check_choice("framework", each, FRAMEWORKS)
    threads = integer("threads", asked.threads)
    check_integer("threads", threads, 1, THREADS_LIMIT)
    if not 0 < asked.seconds < inf:
        raise SpecError(f"seconds must be a number above 0, got {asked.seconds}")
    if asked.device not in devices():
        raise SpecError(f"device must be one that this machine has ({', '.join(devices())}), got {asked.device!r}")
    wanted, cancelled = Asked.of(asked.device, threads, frameworks), cancelled_by_signals()
    here = {"machine": machine()["name"], "device": asked.device, "device_name": devices()[asked.device],
            "threads": wanted.threads}
    found = {} if asked.again else {each.framework: each for each in _kept(here)}
    missing = replace(wanted, frameworks=tuple(each for each in wanted.frameworks if each not in found))
    for framework in wanted.frameworks:
        if framework in found:
            _show(found[framework], as_json=asked.json)
    try:
        for each in measured(missing, cancelled=cancelled, trying=asked.seconds,
                             on_wait=lambda text: print(text, file=sys.stderr)):
            _show(each, as_json=asked.json)
            _keep(each)
    except NoAnswer as reason:
        print(f"error: {reason}", file=sys.stderr)
        return FAILED
    except Cancelled:
        return FAILED
    return DONE


@contextmanager
def _history() -> Iterator:
    """The history, or None where nothing here could read it."""
    if find_spec("duckdb") is None:
        yield None
        return
    from results_db import StoreError, history_path
    from results_db.client import open_history

    try:
        with open_history(history_path(), warn=lambda sentence: print(sentence, file=sys.stderr)) as history:
            yield history
    except StoreError as error:
        raise SpecError(f"the limits could not be read or kept: {error}") from None


def _kept(here: dict) -> Sequence[Limits]:
    with _history() as history:
        return history.limits(**here) if history else ()


def _keep(limits: Limits) -> None:
    with _history() as history:
        if history:
            history.add_limits(limits)
        else:
            print("DuckDB is not installed, so nothing is kept here: take the line of --json to the history by "
                  "`python -m results_db import`", file=sys.stderr)


def _show(limits: Limits, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(limits.to_json()), flush=True)
        return
    sizes = [each["bytes"] for each in limits.bandwidth]
    rates = [max(each["copy"], each["read"]) for each in limits.bandwidth]
    parts = {
        "moves": {name: units.quantity(rate, "B/s") for name, rate in levels(sizes, rates, limits.caches).items()},
        "computes": {name: units.quantity(rate, "FLOP/s") for name, rate in limits.rates.items()},
        "calls": {name: units.time(seconds) for name, seconds in limits.launch.items()},
    }
    print(f"{limits.framework} on {limits.device_name}, {units.plural(limits.threads, 'thread')}, "
          f"{limits.measured_at[:16].replace('T', ' ')}")
    for verb, said in parts.items():
        print(f"    {verb:<10}{', '.join(f'{name} {text}' for name, text in said.items())}", flush=True)
