"""`python -m backend develop`: at every save of a plug-in, its certificate, and its time against its last version."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from backend.catalogue import available, catalogue, label, make_case
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import add_problem_axes, integer, integers, problems
from backend.command_line.interleaved import Ratio, ratio, take_turns, times
from backend.command_line.versions import Versions, versions
from backend.execution.answers import NoAnswer
from backend.execution.certifying import Question, certificate
from backend.execution.events import Cancelled
from backend.execution.local import LocalExecutor
from backend.spec import DEVICES, DTYPES, FRAMEWORKS, Case, Problem, Result, SpecError

_LOOK = 0.3   # seconds between two looks at the file


def add_to(commands) -> None:
    parser = commands.add_parser(
        "develop", help="certify and time a plug-in at every save", description=__doc__,
        epilog="Times are taken in turns in one process. The best known product is the fastest that reaches every path "
               "that the plug-in reaches. With --once: exit code 1 if the certificate does not hold.")
    parser.add_argument("file", metavar="FILE", help="a plug-in, such as a copy of docs/plugin_template.py")
    parser.add_argument("--framework", choices=FRAMEWORKS, help="(default: the plug-in's first)")
    add_problem_axes(parser, l_max="3", channels="8")
    parser.add_argument("--batch", default="1000", metavar="B", help="(default 1000)")
    parser.add_argument("--dtype", default="float32", choices=DTYPES, help="(default float32)")
    parser.add_argument("--device", default="cpu", choices=DEVICES, help="(default cpu)")
    parser.add_argument("--turns", default="5", metavar="N", help="of each product (default 5)")
    parser.add_argument("--once", action="store_true", help="do it once and end")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    path = Path(asked.file)
    if not path.is_file():
        print(f"error: FILE must be a file, got {asked.file!r}", file=sys.stderr)
        return WRONG
    found = problems(asked, integers("batch", asked.batch))
    if len(found) != 1:
        raise SpecError(f"the problem must be one, got {len(found)}: name one setting, L, parity, channels and batch")
    cancelled = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: cancelled.set())
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    code = DONE
    with versions(path) as history, LocalExecutor() as executor:
        loop = _Loop(asked, found[0], executor, cancelled)
        while not cancelled.is_set():
            if history.changed():
                code = DONE if loop.look(history) else FAILED
                if asked.once:
                    return code
            cancelled.wait(_LOOK)
    return code if asked.once else DONE


class _Loop:
    """What is known from one save to the next: which paths the products of the catalogue reach, and how fast."""

    def __init__(
        self, asked: argparse.Namespace, problem: Problem, executor: LocalExecutor, cancelled: threading.Event
    ) -> None:
        self._asked, self._problem, self._executor, self._cancelled = asked, problem, executor, cancelled
        self._turns = integer("turns", asked.turns)
        self._known: dict[str, tuple[set, float]] | None = None   # product -> its paths, its time

    def look(self, history: Versions) -> bool:
        """Certifies and times the file as it is, and says so; whether the certificate holds."""
        try:
            history.take()
            self._spread_as(history.key)
            case = self._case(history.key)
            holds, reached = self._certify(case)
            self._time(history, case, reached)
        except SpecError as error:
            print(f"{history.key or 'the file'}: {error}", flush=True)
            return False
        except Cancelled:
            return False
        return holds

    def _spread_as(self, key: str) -> None:
        """A plug-in that mixes channels is timed, and others beside it, in the first of its ways."""
        problem = replace(self._problem.plain, **catalogue()[key].usual_spread)
        if problem != self._problem:
            self._problem, self._known = problem, None

    def _case(self, key: str, framework: str = "") -> Case:
        framework = framework or self._asked.framework or catalogue()[key].frameworks[0]
        return make_case(key, "", framework, self._problem, keep_impossible=True, dtype=self._asked.dtype,
                         device=self._asked.device)

    def _certify(self, case: Case) -> tuple[bool, set]:
        one = replace(case, problem=replace(case.problem, batch=1, channels=1))
        try:
            found = certificate(Question(one), cancelled=self._cancelled)
        except NoAnswer as reason:
            print(f"{case.product}: no certificate: {reason}", flush=True)
            return False, set()
        print(_verdict(found), flush=True)
        return found["passed"] is not False, {tuple(path[:3]) for path in found["paths"]}

    def _time(self, history: Versions, case: Case, reached: set) -> None:
        others = [self._best(case, reached)] if reached else []
        last = [history.last_key] if history.last_key else []
        cases = [case, *(self._case(key, case.framework) for key in [*last, *filter(None, others)])]
        results = self._take(cases, self._turns)
        mine = results.get(case.product, [])
        if not times(mine):
            print(f"    not timed: {mine[0].message if mine else 'cancelled'}", flush=True)
            return
        print(f"    {_seconds(median(times(mine)))} per call; {case.framework}, {case.device}, {case.dtype}, "
              f"{self._problem.channels} channels, batch {self._problem.batch:,}", flush=True)
        for key, name in ((history.last_key, "its last version"), (next(iter(others), ""), "")):
            if key and (found := ratio(mine, results.get(key, []))):
                best = name or f"{label(key, catalogue()[key].default_variant)}, the best known for these paths"
                print(f"    {_ratio(found)} {best}", flush=True)

    def _best(self, case: Case, reached: Iterable) -> str:
        """The fastest product of the catalogue that reaches these paths; all are timed once."""
        if self._known is None:
            own = {case.product, f"{case.product}_last"}
            cases = [self._case(key, case.framework) for key, known in catalogue().items()
                     if key not in own and case.framework in known.frameworks and not available(known, case.framework)]
            paths: dict[str, set] = {}
            results = self._take(cases, 1, lambda line: paths.setdefault(
                line["product"], {tuple(path[:3]) for path in line["paths"]}))
            self._known = {key: (paths.get(key, set()), median(times(found)))
                           for key, found in results.items() if times(found)}
        fitting = {key: time for key, (paths, time) in self._known.items() if paths >= set(reached)}
        return min(fitting, key=fitting.get, default="")

    def _take(self, cases: Sequence[Case], turns: int, on_expressivity=lambda line: None) -> dict[str, list[Result]]:
        found = take_turns(cases, self._executor, turns=turns, cancelled=self._cancelled,
                           on_expressivity=on_expressivity)
        if self._cancelled.is_set():
            raise Cancelled
        return found


def _verdict(found: Mapping) -> str:
    name = f"{found['product']}, L {found['l_max']}:"
    if found["passed"] is None:
        return f"{name} UNSUPPORTED  {found['message']}"
    if not found["passed"]:
        return "\n".join([f"{name} DOES NOT HOLD", *(f"  - {sentence}" for sentence in found["failures"])])
    return (f"{name} HOLDS  {found['interactable']} of {found['cg_paths']} paths, {found['degrees_of_freedom']} "
            f"degrees of freedom, {found['oracle_error_ulp']:.2g} ulp")


def _seconds(value: float) -> str:
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def _ratio(found: Ratio) -> str:
    return f"{found.middle:.3g}x ({found.low:.3g} to {found.high:.3g}) the time of"
