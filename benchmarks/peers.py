"""Our products beside the libraries that compute the same function: `python benchmarks/peers.py`.

Each problem is measured in fresh processes; in each, all contestants take turns, and a ratio is that of two
neighbours in time: the peer's time over ours, so above 1 ours is faster. With `--keep FILE` a run goes on where the
last one stopped.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.catalogue import label
from backend.command_line.arguments import integers, words
from backend.environment import machine, version
from backend.execution.side_by_side import Turns, replies
from backend.spec import SpecError, check_choice
from backend.statistics import undisturbed
from backend.sweeps.functions import FUNCTIONS
from benchmarks.contests import Contest, contests
from benchmarks.kept import Kept
from benchmarks.ratios import Pair, report

_PACKAGES = ("numpy", "jax", "torch", "e3nn", "e3nn-jax", "cuequivariance", "e3j", "e3x", "nequip-allegro", "s2fft",
             "torch-harmonics")


def main() -> None:
    asked = _parse()
    try:
        every = _contests(asked)
        kept = Kept(asked.keep)
    except (SpecError, ValueError, KeyError) as error:
        sys.exit(f"{error}")
    if not asked.report:
        _measure(asked, every, kept)
    print(_text(asked, every, kept))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", default="all", metavar="F", help=f"all or one of: {'; '.join(FUNCTIONS)}")
    parser.add_argument("--l-max", default="1-4", metavar="L,...")
    parser.add_argument("--batch", default="1000", metavar="B,...", help="such as 1,1000,100000")
    parser.add_argument("--channels", default="1,32", metavar="C,...", help="such as 1,32,128")
    parser.add_argument("--modes", default="jax:jit,torch:eager", metavar="F:C,...",
                        help="framework and compilation; torch:compiled takes minutes to compile")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--direction", default="forward")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=3, help="fresh ones for each function, mode and L")
    parser.add_argument("--rounds", type=int, default=10, help="samples of each contestant in each process")
    parser.add_argument("--min-sample-time", type=float, default=0.005, help="seconds of work in a sample")
    parser.add_argument("--max-time", type=float, default=30.0,
                        help="seconds of all samples of a problem in a process; three rounds are always taken")
    parser.add_argument("--patience", type=float, default=120.0,
                        help="seconds for one contestant to compile, or for one problem to be measured")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="of what is measured, as JSON lines: what it has is "
                        "not measured again")
    parser.add_argument("--report", action="store_true", help="measure nothing; report what the file has")
    parser.add_argument("--write", type=Path, metavar="FILE", help="such as benchmarks/README.md (default: nothing)")
    parser.add_argument("--note", default="", metavar="TEXT", help="what a reader of the table should know besides")
    asked = parser.parse_args()
    if asked.report and asked.keep is None:
        parser.error("--report needs --keep FILE")
    return asked


def _contests(asked: argparse.Namespace) -> list[Contest]:
    check_choice("functions", asked.functions, ("all", *FUNCTIONS))
    sizes = {"batch": integers("batch", asked.batch), "channels": integers("channels", asked.channels)}
    rest = {"dtype": asked.dtype, "direction": asked.direction, "threads": asked.threads}
    return list(contests(FUNCTIONS if asked.functions == "all" else [asked.functions], words("modes", asked.modes),
                         integers("l_max", asked.l_max), sizes, rest))


def _measure(asked: argparse.Namespace, every: Sequence[Contest], kept: Kept) -> None:
    """Measures what is not kept yet; the report is written after every group, so that nothing is lost."""
    for process in range(asked.processes):
        turns = Turns(asked.rounds, asked.min_sample_time, asked.max_time, seed=process)
        for _, group in groupby(every, key=lambda each: each.group):
            waiting = [contest for contest in group if kept.get(contest, process) is None]
            cases = [contest.cases for contest in waiting]
            for contest, reply in zip(waiting, replies(cases, turns, patience=asked.patience), strict=True):
                kept.add(contest, process, reply)
                print(f"process {process + 1} of {asked.processes}: {contest}", file=sys.stderr, flush=True)
            if waiting and asked.write:
                _text(asked, every, kept)


def _text(asked: argparse.Namespace, every: Sequence[Contest], kept: Kept) -> str:
    found = [(contest, [reply for process in range(asked.processes) if (reply := kept.get(contest, process))])
             for contest in every]
    days = sorted({reply["date"] for _, both in found for reply in both})
    missing = sum(not both for _, both in found)
    text = report(_pairs(found), _heading(asked, days, missing, len(every)))
    if asked.write:
        asked.write.write_text(text)
    return text


def _pairs(found: Sequence[tuple[Contest, list[dict]]]) -> Iterator[Pair]:
    for contest, both in found:
        for ours, theirs in contest.pairs if both else ():
            times = [[undisturbed(reply["samples"].get(case.key, ()), reply["contested"]) for case in (ours, theirs)]
                     for reply in both]
            reasons = {f"{label(case.product, case.variant)}, {contest.mode}: {reply['left_out'][case.key]}"
                       for reply in both for case in (ours, theirs) if case.key in reply["left_out"]}
            floor = min((reply["floor"] for reply in both if reply["floor"]), default=0.0)
            yield Pair(contest.function, contest.mode, ours, theirs, times, sorted(reasons), floor)


def _heading(asked: argparse.Namespace, days: Sequence[str], missing: int, every: int) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    threads = "1 thread" if asked.threads == 1 else f"{asked.threads} threads"
    when = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "never"
    processes = "one process" if asked.processes == 1 else f"up to {asked.processes} processes"
    rest = f" Not measured yet: {missing} of {every} problems." if missing else ""
    return (f"{machine()['name']}, {threads}, {asked.dtype}, {asked.direction}, {when}; load {os.getloadavg()[0]:.1f} "
            f"at the end; {processes} of up to {asked.rounds} rounds. Python "
            f"{sys.version.split()[0]}, {versions}.{rest} {asked.note}".rstrip())


if __name__ == "__main__":
    main()
