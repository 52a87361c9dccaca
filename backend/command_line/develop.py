"""`python -m backend develop`: at every save of a plug-in, its certificate, and its time against its last version."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from backend import units
from backend.catalogue import available, catalogue, label, make_case
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import add_problem_axes, integer, integers, problems
from backend.command_line.signals import cancelled_by_signals
from backend.command_line.versions import Versions, versions
from backend.execution.answers import NoAnswer
from backend.execution.certifying import Question, certificate
from backend.execution.device_lock import device_lock
from backend.execution.events import Cancelled, Expressivity, Finished
from backend.execution.local import LocalExecutor
from backend.execution.side_by_side import Turns, replies
from backend.spec import DEVICES, DTYPES, FRAMEWORKS, Case, Problem, SpecError
from backend.statistics import OF_A_VERDICT, Ratio, median, paired_ratio, undisturbed

_LOOK = 0.3         # seconds between two looks at the file
_PATIENCE = 120.0   # seconds that a product may take to compile, or a round to be measured
_SURVEY = {"samples": 10, "min_sample_time": 0.002, "max_time": 0.5, "case_timeout": _PATIENCE}


def add_to(commands) -> None:
    parser = commands.add_parser(
        "develop", help="certify and time a plug-in at every save", description=__doc__,
        epilog="Times are taken in turns in one fresh process. The best known product is the fastest that reaches "
               "every path that the plug-in reaches. With --once: exit code 1 if the certificate does not hold.")
    parser.add_argument("file", metavar="FILE", help="a plug-in, such as a copy of docs/plugin_template.py")
    parser.add_argument("--framework", choices=FRAMEWORKS, help="(default: the plug-in's first)")
    add_problem_axes(parser, l_max="3", channels="8")
    parser.add_argument("--batch", default="1000", metavar="B", help="(default 1000)")
    parser.add_argument("--dtype", default="float32", choices=DTYPES, help="(default float32)")
    parser.add_argument("--device", default="cpu", choices=DEVICES, help="(default cpu)")
    parser.add_argument("--turns", default="15", metavar="N", help="of each product (default 15)")
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
    cancelled, code = cancelled_by_signals(), DONE
    with versions(path) as history:
        loop = _Loop(asked, found[0], cancelled)
        while not cancelled.is_set():
            if history.changed():
                code = DONE if loop.look(history) else FAILED
                if asked.once:
                    return code
            cancelled.wait(_LOOK)
    return code if asked.once else DONE


class _Loop:
    """What is known from one save to the next: which paths the products of the catalogue reach, and how fast."""

    def __init__(self, asked: argparse.Namespace, problem: Problem, cancelled: threading.Event) -> None:
        self._asked, self._problem, self._cancelled = asked, problem, cancelled
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
        best = self._best(case, reached) if reached else ""
        others = {history.last_key: "its last version"} if history.last_key else {}
        if best:
            others[best] = f"{label(best, catalogue()[best].default_variant)}, the best known for these paths"
        times, left_out = self._take_turns([case, *(self._case(key, case.framework) for key in others)])
        if case.product not in times:
            print(f"    not timed: {left_out[case.product]}", flush=True)
            return
        mine = times[case.product]
        print(f"    {units.time(median(mine))} per call; {case.framework}, {case.device}, {case.dtype}, "
              f"{self._problem.channels} channels, batch {self._problem.batch:,}", flush=True)
        for key, name in others.items():
            said = _ratio(paired_ratio([(mine, times[key])]), name) if key in times else (
                f"no ratio to {name}: {left_out[key]}")
            print(f"    {said}", flush=True)

    def _take_turns(self, cases: list[Case]) -> tuple[dict[str, list[float]], dict[str, str]]:
        """By product its times, round by round, or why it has none."""
        turns = Turns(rounds=self._turns)
        with device_lock(cases[0].device, on_wait=lambda text: print(f"    {text}", flush=True),
                         cancelled=self._cancelled):
            reply, = replies([cases], turns, patience=_PATIENCE, cancelled=self._cancelled)
        names = {case.key: case.product for case in cases}
        return ({names[key]: undisturbed(taken, reply["contested"]) for key, taken in reply["samples"].items()},
                {names[key]: reason for key, reason in reply["left_out"].items()})

    def _best(self, case: Case, reached: Iterable) -> str:
        """The fastest product of the catalogue that reaches these paths; all are measured once."""
        if self._known is None:
            self._known = self._survey(case)
        fitting = {key: time for key, (paths, time) in self._known.items() if paths >= set(reached)}
        return min(fitting, key=fitting.get, default="")

    def _survey(self, case: Case) -> dict[str, tuple[set, float]]:
        own = {case.product, f"{case.product}_last"}
        cases = [self._case(key, case.framework) for key, known in catalogue().items()
                 if key not in own and case.framework in known.frameworks and not available(known, case.framework)]
        paths: dict[str, set] = {}
        times: dict[str, float] = {}

        def on_event(event) -> None:
            match event:
                case Expressivity(line):
                    paths[line["product"]] = {tuple(path[:3]) for path in line["paths"]}
                case Finished(result) if result.status == "ok":
                    times[result.case.product] = result.metrics["throughput_time"]

        with LocalExecutor() as executor:
            executor.run_cases(cases, options=_SURVEY, on_event=on_event, cancelled=self._cancelled)
        if self._cancelled.is_set():
            raise Cancelled
        return {key: (paths.get(key, set()), time) for key, time in times.items()}


def _verdict(found: Mapping) -> str:
    name = f"{found['product']}, L {found['l_max']}:"
    if found["passed"] is None:
        return f"{name} UNSUPPORTED  {found['message']}"
    if not found["passed"]:
        return "\n".join([f"{name} DOES NOT HOLD", *(f"  - {sentence}" for sentence in found["failures"])])
    return (f"{name} HOLDS  {found['interactable']} of {found['cg_paths']} paths, {found['degrees_of_freedom']} "
            f"degrees of freedom, {found['oracle_error_ulp']:.2g} ulp")


def _ratio(found: Ratio, name: str) -> str:
    """Of the time of ours, the first, over the other's."""
    than = "than" if found.verdict in ("faster", "slower") else "from"
    return (f"{1 / found.ratio:.3g}x ({1 / found.high:.3g} to {1 / found.low:.3g}, {OF_A_VERDICT:.0%}, one process) "
            f"the time of {name}: {found.verdict} {than} it")
