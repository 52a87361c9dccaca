"""Results as files: JSON lines, CSV and Parquet, written and read back without loss. JSON lines may be limits too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from backend.spec import SPREAD, Limits, Result, SpecError, check_choice
from results_db.errors import Refused, StoreError
from results_db.flat import SCHEMA, flatten, from_json, parse_time, to_json, to_table, unflatten

FORMATS = {".jsonl": "jsonl", ".json": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_ROWS_AT_ONCE = 2000
_LISTS = tuple(name for name in SCHEMA.names if SCHEMA.field(name).type == pa.list_(pa.float64()))
_INTEGERS = tuple(name for name in SCHEMA.names if SCHEMA.field(name).type == pa.int64())


@dataclass(frozen=True)
class Line:
    """One line of a file (its number counts from 1; a row's for Parquet): a result, or the limits of a device, or the
    reason why neither."""

    number: int
    result: Result | None
    reason: str = ""
    limits: Limits | None = None


def format_of(path: Path) -> str:
    """The format that the suffix names. Raises SpecError, listing the known suffixes."""
    check_choice(f"suffix of {path.name}", path.suffix, FORMATS)
    return FORMATS[path.suffix]


def read_lines(file: BinaryIO, format: str) -> Iterator[Line]:
    """Each line of the file. Raises StoreError where the file as a whole cannot be read."""
    check_choice("format", format, _READERS)
    yield from _READERS[format](file)


def write_results(results: Iterable[Result], file: BinaryIO, format: str) -> None:
    """Writes every result; reading the file gives equal ones."""
    check_choice("format", format, _WRITERS)
    _WRITERS[format](results, file)


def write_tables(tables: Iterable[pa.Table], file: BinaryIO) -> None:
    """Writes tables of SCHEMA as Parquet: what `write_results` makes of the same results, without making them."""
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)


def _parse(number: int, make: Callable[[], Result | Limits]) -> Line:
    """The line with what it holds, checked to be one that the store takes."""
    try:
        result = make()
        if isinstance(result, Limits):
            parse_time("measured_at", result.measured_at)
            return Line(number, None, limits=result)
        flatten(result)
    except (SpecError, Refused) as error:
        return Line(number, None, str(error))
    except (TypeError, ValueError, OverflowError) as error:
        return Line(number, None, f"a result must have the fields of its kind: {error}")
    return Line(number, result)


def _read_jsonl(file: BinaryIO) -> Iterator[Line]:
    for number, text in enumerate(file, start=1):
        if text.strip():
            yield _parse(number, lambda text=text: _from_line(from_json("the line", text)))


def _from_line(data: Any) -> Result | Limits:
    """Limits say what they are; anything else must be a result."""
    is_limits = isinstance(data, Mapping) and data.get("type") == "limits"
    return Limits.from_json(data) if is_limits else Result.from_json(data)


def _write_jsonl(results: Iterable[Result], file: BinaryIO) -> None:
    for result in results:
        file.write(to_json("result", result.to_json()).encode() + b"\n")


def _read_csv(file: BinaryIO) -> Iterator[Line]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.DictReader(text, restval="", strict=True)
    csv.field_size_limit(1 << 30)   # a row with every sample is longer than the usual limit
    try:
        for row in reader:
            yield _parse(reader.line_num, lambda row=row: unflatten(_from_text(row)))
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


def _write_csv(results: Iterable[Result], file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, SCHEMA.names)
    writer.writeheader()
    for result in results:
        row = flatten(result) | {"measured_at": result.measured_at}
        row |= {name: json.dumps(row[name]) for name in _LISTS}
        writer.writerow(row | {"other_metrics": json.dumps(dict(row["other_metrics"]))})
    text.detach()


def _read_parquet(file: BinaryIO) -> Iterator[Line]:
    number = 0
    try:
        for batch in pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield _parse(number, lambda row=row: unflatten(row))
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"the file must be Parquet: {error}") from error


def _write_parquet(results: Iterable[Result], file: BinaryIO) -> None:
    write_tables(map(to_table, _chunks(iter(results))), file)


def _chunks(results: Iterator[Result]) -> Iterator[list[Result]]:
    while chunk := list(islice(results, _ROWS_AT_ONCE)):
        yield chunk


_READERS = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}
_WRITERS = {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}
