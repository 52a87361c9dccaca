"""`python -m results_db import-published FILE...`: the paper's own data into a table of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backend.spec import SpecError
from results_db.client import open_history
from results_db.published.kinds import DEVICES, KINDS
from results_db.published.reading import read_points

ABOUT = """Add the figures that "The Price of Freedom" (arXiv:2506.13523) published with its code: its CSV files of
wall times, FLOP and Nsight profiles. They go into the table `published`, in SI units, each with its
device, what was counted, the paper's normaliser and the caveats that its measurement needs. They are
never taken for results: not by the cache, not by `export` unless asked, and on charts they have marks
of their own. A file may be imported twice. A file with a line that is not as it should be is refused
as a whole, with the line and the value."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", metavar="FILE", help="a .csv file of the paper's data")
    command.add_argument("--kind", default="", metavar="KIND", help=(
        f"{', '.join(KINDS)}; told by the columns, but flops and flops_perf, two counters, only by the file's name"))
    command.add_argument("--device", default="", metavar="DEVICE",
                         help=f"{', '.join(DEVICES)}; told by the file's name where it holds that word")


def run(history: Path, asked: argparse.Namespace) -> int:
    """0, after every file was added. Raises SpecError for the first that cannot be, before any is."""
    read = []
    for name in map(Path, asked.files):
        if not name.is_file():
            raise SpecError(f"a file to import must exist, got {name}")
        with name.open("rb") as file:
            read.append((name, read_points(file, name.name, kind=asked.kind, device=asked.device)))
    with open_history(history, warn=lambda sentence: print(sentence, file=sys.stderr)) as opened:
        for name, points in read:
            added = opened.add_published(points)
            first = points[0]
            print(f"{name}: {added} figures added, {len(points) - added} there already "
                  f"({first.file_kind}, {first.device})")
    return 0
