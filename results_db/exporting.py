"""What of a history goes into a file: its results, and only where it is asked for, what was not measured here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from backend.spec import Note, SpecError, check_choice
from results_db.exchange import FORMATS, write_tables
from results_db.flat import to_table
from results_db.recorded import shipped
from results_db.rows import json_rows

WHAT = ("results", "results and recorded", "published")


class Source(Protocol):
    """What the store can give."""

    def each_table(self, **filters: Any) -> Iterator[pa.Table]: ...

    def notes(self, ids: Sequence[str] | None = None) -> dict[str, tuple[Note, ...]]: ...

    def published(self) -> pd.DataFrame: ...


def export(source: Source, file: BinaryIO, format: str, what: str, filters: Mapping[str, Any]) -> None:
    """Writes one of WHAT as `jsonl`, `csv` or `parquet`; of results those that pass the filters. Raises SpecError for
    another format or content."""
    check_choice("what to export", what, WHAT)
    check_choice("format", format, dict.fromkeys(FORMATS.values()))
    if filters and what != "results":
        raise SpecError(f"filters must be of results alone, got {', '.join(filters)} for {what}")
    if what == "published":
        _write_published(source.published(), file, format)
    else:
        tables = source.each_table(**filters) if what == "results" else _with_recorded(source)
        write_tables(tables, file, format, source.notes())


def _with_recorded(source: Source) -> Iterator[pa.Table]:
    own: set[str] = set()
    for table in source.each_table():
        own.update(table["id"].to_pylist())
        yield table
    yield to_table(result for result in shipped().each_result() if result.id not in own)


def _write_published(frame: pd.DataFrame, file: BinaryIO, format: str) -> None:
    rows = [dict(zip(frame.columns, row, strict=True)) for row in json_rows(frame)]
    if format == "jsonl":
        file.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    elif format == "csv":
        flat = [row | {"caveats": json.dumps(row["caveats"], ensure_ascii=False)} for row in rows]
        file.write(pd.DataFrame(flat, columns=frame.columns).to_csv(index=False).encode())
    else:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file, compression="zstd")
