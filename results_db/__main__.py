"""The command line of the history: import, import-published, export, record, query, diff."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backend.spec import SpecError
from results_db import diff
from results_db.break_even import BREAK_EVEN, BREAK_EVEN_MEANS, in_full
from results_db.client import announcement, open_history
from results_db.console import check_read_only
from results_db.errors import StoreError
from results_db.exchange import format_of, read_lines
from results_db.importing import import_lines
from results_db.location import history_path
from results_db.published import command as published
from results_db.published import is_published
from results_db.recorded import command as recorded
from results_db.rows import json_rows

DONE, FAILED, WRONG = 0, 1, 2
_ABOUT = """Exchange and read the history of measurements.

The history is the file that --history names, else HISTORY in the environment, else
results_db/data/history.duckdb. While the app runs on it, these commands go through the app;
otherwise they open the file themselves.

Exit codes: 0 done, 1 something failed (what could be done is done), 2 wrong arguments."""
_IMPORT = """Add results from files: .jsonl or .json (a result a line, as `python -m backend run` prints
them, or limits, as `python -m backend limits --json` does), .csv, .parquet; `-` reads JSON lines
from the standard input. A result that is there already
is left as it is, so a file may be imported twice. A line that is no result is reported with file,
line and reason; the others are added."""
_EXPORT = """Write every result with its raw samples, metrics and environment, so that importing the file
gives the same history: .jsonl or .json, .csv, .parquet by the suffix; `-` writes JSON lines to the
standard output. Recorded sets and published figures are written only where they are asked for."""
_QUERY = """Print the rows of one SELECT (DuckDB's SQL). Tables: results (a row a result: case, status,
machine, every metric in SI units, samples, environment), roofs (a row a device: what the newest
limits say), limits, notes, expressivity, certificates, published, jobs; `DESCRIBE results` lists columns. For example:

  python -m results_db query "SELECT product, l_max, min(throughput_time) AS best
                              FROM results WHERE status = 'ok' GROUP BY ALL ORDER BY ALL" """


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code, after doing what the arguments ask."""
    asked = _parser().parse_args(arguments)
    path = asked.history or history_path()
    try:
        code = asked.run(path, asked)
        print(end="", flush=True)
        return code
    except SpecError as error:
        return _say(error, WRONG)
    except BrokenPipeError:   # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return FAILED
    except (StoreError, OSError) as error:
        return _say(error, FAILED)


def _import(path: Path, asked: argparse.Namespace) -> int:
    files = [(name, "jsonl" if name == "-" else format_of(Path(name))) for name in asked.files]
    if missing := [name for name in asked.files if name != "-" and not Path(name).is_file()]:
        raise SpecError(f"a file to import must exist, got {', '.join(missing)}")
    for name, format in files:
        if format == "csv" and is_published(_header(name)):
            raise SpecError(f"{name} is a file of the paper's, not of results: "
                            f"python -m results_db import-published {name}")
    code = DONE
    with open_history(path, warn=_warn) as history:
        for name, format in files:
            with _source(name) as file:
                try:
                    imported = import_lines(read_lines(file, format), history)
                except StoreError as error:
                    code = _say(f"{name}: {error}", FAILED)
                    continue
            for line in imported.rejected:
                code = _say(f"{name}, line {line.number}: {line.reason}", FAILED)
            print(f"{name}: {imported.added} added, {imported.known} there already, "
                  f"{len(imported.rejected)} rejected")
    return code


def _export(path: Path, asked: argparse.Namespace) -> int:
    format = "jsonl" if asked.file == "-" else format_of(Path(asked.file))
    _check_exists(path)
    with open_history(path, warn=_warn) as history, _destination(asked.file) as file:
        history.export(file, format, asked.what)
    return DONE


def _query(path: Path, asked: argparse.Namespace) -> int:
    try:
        check_read_only(sql := in_full(asked.sql))
    except StoreError as error:
        raise SpecError(str(error)) from None
    _check_exists(path)
    with open_history(path, warn=_warn) as history:
        frame = history.query(sql)
    if asked.json:
        for row in json_rows(frame):
            print(json.dumps(dict(zip(frame.columns, row, strict=True)), ensure_ascii=False))
    else:
        print(frame.to_string(index=False, max_colwidth=48) if len(frame) else "no rows")
    return DONE


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m results_db", description=_ABOUT, formatter_class=raw)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--history", type=Path, metavar="PATH", help="the history file to use")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., int], help: str, description: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, parents=[shared], help=help, description=description, formatter_class=raw
        )
        made.set_defaults(run=run)
        return made

    one = command("import", _import, "add results from files", _IMPORT)
    one.add_argument("files", nargs="+", metavar="FILE", help=".jsonl, .json, .csv, .parquet, or - for stdin")
    one = command("export", _export, "write every result to a file", _EXPORT)
    one.add_argument("file", metavar="FILE", help=".jsonl, .json, .csv, .parquet, or - for stdout")
    also = one.add_mutually_exclusive_group()
    also.add_argument("--recorded", dest="what", action="store_const", const="results and recorded",
                      help="the recorded sets that ship with the program as well")
    also.add_argument("--published", dest="what", action="store_const", const="published",
                      help="the published figures that were imported, instead of results")
    one.set_defaults(what="results")
    one = command("import-published", published.run, "add the paper's published figures", published.ABOUT)
    published.add_arguments(one)
    one = command("record", recorded.run, "write a recorded set that ships with the program", recorded.ABOUT)
    recorded.add_arguments(one)
    one = command("query", _query, "print the rows of a SELECT", _QUERY)
    one.add_argument("sql", metavar="SQL", help=f"one SELECT statement; {BREAK_EVEN}: {BREAK_EVEN_MEANS}")
    one.add_argument("--json", action="store_true", help="a JSON object a row instead of a table")
    one = command("diff", diff.run, "say what differs between two results", diff.ABOUT)
    diff.add_arguments(one)
    return parser


def _check_exists(path: Path) -> None:
    if not path.exists() and not announcement(path).exists():
        raise SpecError(f"the history must exist to be read, got {path}; measure or import something first")


def _header(name: str) -> list[str]:
    with _source(name) as file:
        return file.readline().decode("utf-8", "replace").strip().split(",")


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


@contextmanager
def _destination(name: str) -> Iterator[BinaryIO]:
    """The file to write; it takes its name only when it is complete."""
    if name == "-":
        yield sys.stdout.buffer
        return
    path = Path(name)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _say(error: object, code: int) -> int:
    print(f"error: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
