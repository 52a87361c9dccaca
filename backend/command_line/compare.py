"""`python -m backend compare A B`: is one product faster than another? A ratio with its interval.

Both take turns in fresh processes, so that each ratio is of neighbours in time, and what a process draws anew (the
compiler's choices, addresses) is part of the interval.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tqdm import tqdm

from backend import units
from backend.catalogue import label, select
from backend.command_line import DONE, FAILED
from backend.command_line.cases import add_case_axes, cases
from backend.command_line.signals import cancelled_by_signals
from backend.execution.device_lock import device_lock
from backend.execution.events import Cancelled
from backend.execution.jobs import ProcessKey
from backend.execution.side_by_side import Turns, replies
from backend.spec import Case, SpecError, check_integer
from backend.statistics import OF_A_VERDICT, median, paired_ratio, undisturbed


@dataclass
class _Measured:
    """A comparison and what came of it: the times of both in each process that has both, round by round."""

    a: Case
    b: Case
    times: list[tuple[list[float], list[float]]] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)
    contested: int = 0

    def add(self, reply: dict[str, Any]) -> None:
        """What one process measured."""
        both = tuple(undisturbed(reply["samples"].get(case.key, []), reply["contested"]) for case in (self.a, self.b))
        self.times += [both] if all(both) else []
        self.contested += len(reply["contested"])
        self.reasons |= {f"{label(case.product, case.variant)}: {reply['left_out'][case.key]}": None
                         for case in (self.a, self.b) if case.key in reply["left_out"]}

    @property
    def said(self) -> list[str]:
        """What a reader should know, in sentences."""
        again = f"another process had the core in {self.contested} rounds, which were taken again"
        return [*self.reasons, *[again] * bool(self.contested)]


def add_to(commands) -> None:
    parser = commands.add_parser(
        "compare", help="is one product faster than another?", description=__doc__,
        epilog="The ratio is B's time over A's: above 1, A is faster. The verdict is of A, by the interval alone: "
               "faster, slower or not distinguishable. Every combination of the lists is a comparison. Exit code 1 if "
               "one could not be made.")
    parser.add_argument("a", metavar="A", help="a key from `list`, or KEY:VARIANT")
    parser.add_argument("b", metavar="B", help="the same; A itself to see what noise is")
    add_case_axes(parser)
    how = parser.add_argument_group("how to measure")
    how.add_argument("--processes", type=int, default=8, metavar="N", help="fresh ones (default 8)")
    how.add_argument("--rounds", type=int, default=15, metavar="N", help="of turns in each (default 15)")
    how.add_argument("--timeout", type=float, default=120.0, metavar="S",
                     help="seconds that a product may take to compile, or a round to be measured (default 120)")
    parser.add_argument("--json", action="store_true", help="each comparison as a line of JSON")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    check_integer("processes", asked.processes, 1, 1000)
    check_integer("rounds", asked.rounds, 1, 10_000)
    if not asked.timeout > 0:
        raise SpecError(f"timeout must be seconds above 0, got {asked.timeout}")
    pairs = list(_pairs(asked))
    cancelled, complete = cancelled_by_signals(), True
    with tqdm(total=len(pairs) * asked.processes, file=sys.stderr, unit="measurement", disable=None) as bar:
        for group in _by_process(pairs):
            measured = _measure(group, asked, cancelled, bar)
            if cancelled.is_set():
                return FAILED
            for each in measured:
                found = _comparison(each)
                print(json.dumps(found) if asked.json else _as_text(each.a, each.b, found), flush=True)
                complete &= found["verdict"] is not None
    return DONE if complete else FAILED


def _pairs(asked: argparse.Namespace) -> Iterator[tuple[Case, Case]]:
    """(A, B) for every combination of the axes. The same product twice has other random inputs."""
    one, other = _one("A", asked.a), _one("B", asked.b)
    both = (cases(asked, [each], keep_impossible=True) for each in (one, other))
    for a, b in zip(*both, strict=True):
        yield a, replace(b, seed=b.seed + 1) if a == b else b


def _one(name: str, text: str) -> tuple[str, str]:
    found = select(text)
    if len(found) != 1 or text.strip() == "all":
        raise SpecError(f"{name} must be one key, or KEY:VARIANT, got {text!r}")
    return found[0]


def _by_process(pairs: Iterable[tuple[Case, Case]]) -> list[list[_Measured]]:
    """The comparisons that one process can make, group by group."""
    groups: dict[ProcessKey, list[_Measured]] = {}
    for a, b in pairs:
        groups.setdefault((a.framework, a.device, a.threads), []).append(_Measured(a, b))
    return list(groups.values())


def _measure(
    group: Sequence[_Measured], asked: argparse.Namespace, cancelled: threading.Event, bar: tqdm
) -> Sequence[_Measured]:
    """Every comparison of the group in each of the processes, in an order of the process's own."""
    try:
        with device_lock(group[0].a.device, on_wait=lambda text: bar.write(text, file=sys.stderr),
                         cancelled=cancelled):
            for process in range(asked.processes):
                able = [each for each in group if not process or each.times]   # the rest would not be able again
                order = random.Random(process).sample(able, len(able))
                turns = Turns(rounds=asked.rounds, seed=process)
                bar.update(len(group) - len(able))
                for each, reply in zip(order, replies([(each.a, each.b) for each in order], turns,
                                                      patience=asked.timeout, cancelled=cancelled), strict=True):
                    each.add(reply)
                    bar.update()
    except Cancelled:
        pass   # the caller looks
    return group


def _comparison(measured: _Measured) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "comparison", "a": measured.a.to_json(), "b": measured.b.to_json(), "ratio": None, "low": None,
        "high": None, "verdict": None, "confidence": OF_A_VERDICT, "processes": 0, "time_a": None, "time_b": None,
        "samples": [{"a": one, "b": other} for one, other in measured.times], "message": "; ".join(measured.said)}
    if not measured.times:
        return found
    ratio = paired_ratio(measured.times)
    one, other = (median([median(both[side]) for both in measured.times]) for side in (0, 1))
    return found | {"ratio": ratio.ratio, "low": ratio.low, "high": ratio.high, "verdict": ratio.verdict,
                    "processes": ratio.processes, "time_a": one, "time_b": other}


def _as_text(a: Case, b: Case, found: dict[str, Any]) -> str:
    problem = a.problem
    names = [label(case.product, case.variant) for case in (a, b)]
    where = (f"{problem.setting}, L {problem.l_max}, {units.plural(problem.channels, 'channel')}, batch "
             f"{problem.batch:,}, {a.framework} {a.compilation}, {a.device}, {a.dtype}, {a.direction}")
    if found["verdict"] is None:
        return f"{where}: no comparison: {found['message'] or 'nothing was measured'}"
    processes = f"{found['processes']} processes" if found["processes"] > 1 else "one process"
    lines = [f"{where}:", f"  {names[0]} is {found['verdict']}" + (
        f" than {names[1]}" if found["verdict"] in ("faster", "slower") else f" from {names[1]}"),
        f"  B's time over A's: {found['ratio']:.3f} ({found['low']:.3f}-{found['high']:.3f}, "
        f"{found['confidence']:.0%}, {processes}); A {units.time(found['time_a'])}, B {units.time(found['time_b'])}"]
    return "\n".join(lines + [f"  {found['message']}"] * bool(found["message"]))
