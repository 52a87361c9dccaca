"""`python -m results_db diff ID ID`: what differs between two results, and the ratio of their times."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from backend.difference import Difference, differences, in_words, ratios
from backend.metrics import METRICS
from backend.spec import Result, SpecError
from backend.statistics import Ratio
from results_db.client import History, announcement, open_history
from results_db.errors import NotFound, StoreError
from results_db.recorded import shipped

ABOUT = """Say what differs between two results: what was asked, machine, device, versions, source, cores,
threads, allocator, conditions; and how many times as fast the first is as the second, with an interval
of 95 %. Each result is of one process: what differs between processes is not in that interval
(`python -m backend compare` measures both in several, in turn)."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("first", metavar="ID", help=(
        "of a result, or its first digits; a result's card shows it; recorded sets that ship count too"))
    command.add_argument("second", metavar="ID", help="of another")
    command.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(path: Path, asked: argparse.Namespace) -> int:
    """0, after printing. Raises StoreError where an id names no result, or several."""
    if not path.exists() and not announcement(path).exists():
        raise SpecError(f"the history must exist to be read, got {path}; measure or import something first")
    with open_history(path, warn=lambda sentence: print(sentence, file=sys.stderr)) as history:
        first, second = _found(history, asked.first), _found(history, asked.second)
    found, times = differences(first, second), ratios(first, second)
    if asked.json:
        print(json.dumps({"first": first.id, "second": second.id, "differences": [asdict(each) for each in found],
                          "ratios": {name: asdict(each) | {"verdict": each.verdict} for name, each in times.items()}}))
    else:
        print("\n".join(_lines(first, second, found, times)))
    return 0


def _found(history: History, id: str) -> Result:
    """The result of the history, or of a recorded set that ships."""
    try:
        return history.result(id)
    except StoreError:
        try:
            return shipped().result(id)
        except NotFound:
            pass
        raise


def _lines(
    first: Result, second: Result, found: Sequence[Difference], times: Mapping[str, Ratio]
) -> Iterator[str]:
    for name, each in (("first", first), ("second", second)):
        case = each.case
        yield (f"{name}: {each.id}, {case.product} {case.variant}, {case.problem.setting} L {case.problem.l_max}, "
               f"{case.framework} on {case.device}, {each.status}, {each.measured_at}")
    for name, ratio in times.items():
        yield f"{METRICS[name].label.lower()}: the first is {in_words(ratio)}"
    if times:
        yield "each is of one process: what differs between processes is not in these intervals"
    if not found:
        yield "nothing differs"
        return
    wide = max(len(f"{each.kind}: {each.name}") for each in found)
    for each in found:
        named = f"{each.kind}: {each.name}"
        yield f"{named:{wide}}  {each.first}  ->  {each.second}"
