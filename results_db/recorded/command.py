"""`python -m results_db record NAME --title TITLE`: the newest results of one machine as a set that ships."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from backend.spec import Result, SpecError
from results_db.client import open_history
from results_db.exchange import FORMATS, Line, read_lines
from results_db.recorded.reading import FOLDER
from results_db.recorded.writing import newest_of_one_machine, write_set

ABOUT = """Write the newest results of one machine as a recorded set: a small Parquet file in results_db/recorded/
with its title, machine, dates and a hash of its content. Recorded sets ship with the program; the
pages draw them with marks of their own, and the cache never takes them for results of this machine.
Times and refusals are kept, of each case one result a process; failures are not."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="small letters, digits, hyphens: the name of the file")
    command.add_argument("--title", required=True, metavar="TITLE", help="what was measured, in a few words")
    command.add_argument("--from", dest="source", type=Path, metavar="FILE", help=(
        "a .duckdb history or an export (.jsonl, .csv, .parquet), as from another machine; else the history"))
    command.add_argument("--machine", default="", help="which machine's, where the results are of several")
    command.add_argument("--folder", type=Path, default=FOLDER, metavar="FOLDER", help="where to write it")


def run(history: Path, asked: argparse.Namespace) -> int:
    """0, after the set was written. Raises SpecError where the results make no set."""
    source = asked.source or history
    if not source.is_file():
        raise SpecError(f"what to record must exist, got {source}")
    said = write_set(newest_of_one_machine(_results(source), asked.machine), asked.folder, asked.name, asked.title)
    path = asked.folder / f"{asked.name}.parquet"
    print(f"{path}: {said.results} results of {said.machine}, {said.date}, {path.stat().st_size / 1000:,.0f} kB")
    return 0


def _results(source: Path) -> list[Result]:
    if source.suffix in FORMATS:
        with source.open("rb") as file:
            return list(_good(read_lines(file, FORMATS[source.suffix]), source))
    with tempfile.TemporaryFile() as file:
        with open_history(source, warn=lambda sentence: print(sentence, file=sys.stderr)) as opened:
            opened.export(file, "jsonl")
        file.seek(0)
        return list(_good(read_lines(file, "jsonl"), source))


def _good(lines: Iterator[Line], source: Path) -> Iterator[Result]:
    for line in lines:
        if line.result is None and not line.notes:   # notes are no measurement
            raise SpecError(f"{source}, line {line.number}: {line.reason}")
        if line.result is not None:
            yield line.result
