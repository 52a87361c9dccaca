"""Results with their notes as files: JSON lines, CSV and Parquet, written and read back without loss. JSON lines may be
limits too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from backend.spec import SPREAD, Limits, Note, Result, SpecError, check_choice
from results_db.errors import Refused, StoreError
from results_db.flat import SCHEMA, flatten, from_json, parse_time, to_json, to_table, unflatten
from results_db.json_lines import json_lines

FORMATS = {".jsonl": "jsonl", ".json": "jsonl", ".csv": "csv", ".parquet": "parquet"}
NOTES = "notes"   # the column of tables: a JSON list; only where there are some
_ROWS_AT_ONCE = 2000
_LISTS = tuple(name for name in SCHEMA.names if SCHEMA.field(name).type == pa.list_(pa.float64()))
_INTEGERS = tuple(name for name in SCHEMA.names if SCHEMA.field(name).type == pa.int64())

Notes = Mapping[str, Sequence[Note]]   # by id of the result


@dataclass(frozen=True)
class Line:
    """One line of a file (its number counts from 1; a row's for Parquet): a result, the limits of a device, notes (in
    tables those on the result of the row), or the reason why none of them."""

    number: int
    result: Result | None
    reason: str = ""
    limits: Limits | None = None
    notes: tuple[Note, ...] = ()


def format_of(path: Path) -> str:
    """The format that the suffix names. Raises SpecError, listing the known suffixes."""
    check_choice(f"suffix of {path.name}", path.suffix, FORMATS)
    return FORMATS[path.suffix]


def read_lines(file: BinaryIO, format: str) -> Iterator[Line]:
    """Each line of the file. Raises StoreError where the file as a whole cannot be read."""
    check_choice("format", format, _READERS)
    yield from _READERS[format](file)


def write_results(results: Iterable[Result], file: BinaryIO, format: str, notes: Notes | None = None) -> None:
    """Writes every result, and its notes, which are given by the results' ids; reading the file gives equal ones."""
    write_tables(map(to_table, _chunks(iter(results))), file, format, notes)


def write_tables(tables: Iterable[pa.Table], file: BinaryIO, format: str, notes: Notes | None = None) -> None:
    """Writes the results that are the rows of tables of SCHEMA, as they stand there."""
    check_choice("format", format, _WRITERS)
    _WRITERS[format](tables, file, notes or {})


def _parse(number: int, make: Callable[[], Result | Limits | Note], notes: str | None = None) -> Line:
    """The line with what it holds, checked to be one that the store takes."""
    try:
        result = make()
        if isinstance(result, Note):
            parse_time("at", result.at)
            return Line(number, None, notes=(result,))
        if isinstance(result, Limits):
            parse_time("measured_at", result.measured_at)
            return Line(number, None, limits=result)
        flatten(result)
        said = _notes_of(result, from_json(NOTES, notes)) if notes else ()
    except (SpecError, Refused) as error:
        return Line(number, None, str(error))
    except (TypeError, ValueError, OverflowError) as error:
        return Line(number, None, f"a result must have the fields of its kind: {error}")
    return Line(number, result, notes=said)


def _notes_of(result: Result, listed: Any) -> tuple[Note, ...]:
    if not isinstance(listed, list):
        raise Refused(f"{NOTES} must be a list, got {listed!r:.80}")
    notes = tuple(Note.from_json(each) for each in listed)
    for note in notes:
        parse_time("at", note.at)
        if note.result != result.id:
            raise Refused(f"a note must be on the result of its row, {result.id}, got {note.result}")
    return notes


def _listed(notes: Iterable[Note]) -> str:
    return to_json(NOTES, [note.to_json() for note in notes])


def _read_jsonl(file: BinaryIO) -> Iterator[Line]:
    for number, text in enumerate(file, start=1):
        if text.strip():
            yield _parse(number, lambda text=text: _from_line(from_json("the line", text)))


def _from_line(data: Any) -> Result | Limits | Note:
    """Limits and notes say what they are; anything else must be a result."""
    kinds = {"limits": Limits, "note": Note}
    kind = data.get("type") if isinstance(data, Mapping) else None
    return kinds.get(kind if isinstance(kind, str) else None, Result).from_json(data)


def _write_jsonl(tables: Iterable[pa.Table], file: BinaryIO, notes: Notes) -> None:
    for table in tables:
        for id, line in json_lines(table):
            said = (to_json("note", note.to_json()) for note in notes.get(id, ()))
            file.writelines(f"{each}\n".encode() for each in (line, *said))


def _rows(tables: Iterable[pa.Table]) -> Iterator[dict[str, Any]]:
    for table in tables:
        yield from table.to_pylist()


def _read_csv(file: BinaryIO) -> Iterator[Line]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.DictReader(text, restval="", strict=True)
    csv.field_size_limit(1 << 30)   # a row with every sample is longer than the usual limit
    try:
        for row in reader:
            notes = row.pop(NOTES, None)
            yield _parse(reader.line_num, lambda row=row: unflatten(_from_text(row)), notes)
    except csv.Error as error:
        yield Line(reader.line_num, None, f"the row must be valid CSV: {error}")
    text.detach()


def _from_text(row: dict[str, str]) -> dict[str, Any]:
    if None in row:
        raise Refused(f"a row must have as many cells as the header, got {len(row[None])} more")
    typed: dict[str, Any] = {}
    for name, text in row.items():
        if name in _LISTS or name == "other_metrics":
            typed[name] = from_json(name, text) if text else None
        elif name in _INTEGERS:
            typed[name] = int(text) if text or name not in SPREAD else None
        elif name in SCHEMA.names and SCHEMA.field(name).type != pa.float64():
            typed[name] = text
        else:
            typed[name] = float(text) if text else None
    return typed


def _write_csv(tables: Iterable[pa.Table], file: BinaryIO, notes: Notes) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, [*SCHEMA.names, *[NOTES] * bool(notes)])
    writer.writeheader()
    for row in _rows(tables):
        row |= {name: json.dumps(row[name]) for name in _LISTS}
        row |= {NOTES: _listed(notes[row["id"]])} if row["id"] in notes else {}
        row |= {"measured_at": row["measured_at"].isoformat(), "other_metrics": json.dumps(dict(row["other_metrics"]))}
        writer.writerow(row)
    text.detach()


def _read_parquet(file: BinaryIO) -> Iterator[Line]:
    number = 0
    try:
        for batch in pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                notes = row.pop(NOTES, None)
                yield _parse(number, lambda row=row: unflatten(row), notes)
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"the file must be Parquet: {error}") from error


def _write_parquet(tables: Iterable[pa.Table], file: BinaryIO, notes: Notes) -> None:
    schema = SCHEMA.append(pa.field(NOTES, pa.string())) if notes else SCHEMA
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in tables:
            if notes:
                said = [_listed(notes[id]) if id in notes else None for id in table["id"].to_pylist()]
                table = table.append_column(NOTES, pa.array(said, pa.string()))
            writer.write_table(table)


def _chunks(results: Iterator[Result]) -> Iterator[list[Result]]:
    while chunk := list(islice(results, _ROWS_AT_ONCE)):
        yield chunk


_READERS = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}
_WRITERS = {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}
