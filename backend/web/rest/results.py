"""Results: listed, read one by one, exported, added."""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
from starlette.responses import JSONResponse, Response, StreamingResponse

from backend.spec import STATUSES
from backend.web.rest.operation import JSON, Asked, Operation, Parameter, Returned, json_of
from backend.web.rest.schemas import COUNT, TEXT, a_list, an_object, ref
from backend.web.rest.streamed import Streamed
from pages.components.services import services
from results_db.exchange import read_lines
from results_db.exporting import WHAT
from results_db.flat import CASE_COLUMNS, from_json
from results_db.importing import import_lines
from results_db.published import Point
from results_db.rows import json_rows
from results_db.sandbox import Busy
from results_db.streaming import row_batches, write_rows

ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"
_FILES = {"jsonl": LINES, "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_CHUNK = 2**20
_MOST = 1000   # rows of a page as JSON
_AT_ONCE = 2   # exports: they take the time of who draws pages
_places = threading.BoundedSemaphore(_AT_ONCE)

FILTERS = (
    *(Parameter(name, f"only results of this {name.replace('_', ' ')}", many=True,
                type="integer" if kind == pa.int64() else "string") for name, kind in CASE_COLUMNS.items()),
    Parameter("id", "only the results of these ids", many=True),
    Parameter("status", "only results of this status", choices=STATUSES, many=True),
    Parameter("machine", "only results of this machine", many=True),
)


def _list(asked: Asked) -> Response:
    values = asked.values
    latest, limit, offset = values["latest"], values["limit"], values["offset"]
    if values["format"] == "arrow":
        return _arrow(latest, _filters(values))
    filters = _filters(values)
    total = services().store.count(latest=latest, **filters)
    frame = services().store.results(latest=latest, limit=limit, offset=offset, **filters)
    rows = [dict(zip(frame.columns, row, strict=True)) for row in json_rows(frame)]
    after = offset + len(rows)
    return JSONResponse({"total": total, "results": rows, "next_offset": after if after < total else None})


def _arrow(latest: bool, filters: Mapping[str, Any]) -> Response:
    """All of them, not a page: for a program that makes a frame of them."""
    file = tempfile.TemporaryFile()   # noqa: SIM115 (the response closes it)
    with services().store.cursor() as cursor:
        write_rows(row_batches(cursor, filters, latest=latest), file)
    return sent(file, ARROW)


def _one(asked: Asked) -> Response:
    return JSONResponse(services().store.result(asked.values["id"]).to_json())


def _add(asked: Asked) -> Response:
    imported = import_lines(read_lines(io.BytesIO(asked.body), "jsonl"), services().store)
    rejected = [{"line": line.number, "reason": line.reason} for line in imported.rejected]
    return JSONResponse({"added": imported.added, "known": imported.known, "rejected": rejected})


def _add_published(asked: Asked) -> Response:
    points = [Point.from_json(from_json("the line", line)) for line in asked.body.splitlines()]
    return JSONResponse({"added": services().store.add_published(points)})


def _export(asked: Asked) -> Response:
    format, what = asked.values["format"], asked.values["what"]
    if not _places.acquire(blocking=False):
        raise Busy(f"{_AT_ONCE} exports are being written, as many as may; ask again in a minute")
    filters = _filters(asked.values)
    store = services().store
    return Streamed(lambda file: store.export(file, format, what, **filters), kind=_FILES[format],
                    headers=_named(f"{what.replace(' ', '_')}.{format}"), at_end=_places.release)


def _backup(_: Asked) -> Response:
    return sent(services().console.snapshot().open("rb"), "application/octet-stream", "history.duckdb")


def sent(file: BinaryIO, kind: str, name: str = "") -> Response:
    """The file as a download, bit by bit."""
    headers = {"Content-Length": str(file.seek(0, io.SEEK_END))}
    headers |= _named(name) if name else {}
    file.seek(0)
    return StreamingResponse(_chunks(file), media_type=kind, headers=headers)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _filters(values: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: values[each.name] for each in FILTERS if values[each.name] is not None}


_ANY = {"type": "string", "format": "binary"}
OPERATIONS = (
    Operation("GET", "/results", "Results, newest first, without their samples", _list, {200: Returned(
        "A page of them; or all of them as an Arrow stream.", {JSON: an_object({
            "total": COUNT, "results": a_list(ref("ResultRow")), "next_offset": {"type": ["integer", "null"]}}),
            ARROW: _ANY})},
        (*FILTERS, Parameter("latest", "only the newest of each case on each environment", "boolean", False),
         Parameter("limit", "rows of a page", "integer", 100, low=1, high=_MOST),
         Parameter("offset", "rows before the page", "integer", 0),
         Parameter("format", "arrow gives all of them, no page", default="json", choices=("json", "arrow")))),
    Operation("POST", "/results", "Add results, or limits of devices, a line each", _add, {200: json_of(
        "What became of the lines; one that is there already is left as it is.", an_object({
            "added": COUNT, "known": COUNT,
            "rejected": a_list(an_object({"line": COUNT, "reason": TEXT}))}))},
        body={LINES: TEXT}, changes=True),
    Operation("GET", "/results/{id}", "One result with its samples", _one,
              {200: json_of("The result.", ref("Result"))},
              (Parameter("id", "its id; the first digits will do if no other begins with them"),)),
    Operation("GET", "/export", "Results with their samples as a file that can be imported again", _export,
              {200: Returned("The file.", dict.fromkeys(_FILES.values(), _ANY))},
              (*FILTERS, Parameter("format", "the form of the file", default="jsonl", choices=tuple(_FILES)),
               Parameter("what", "filters are for results alone", default="results", choices=WHAT))),
    Operation("GET", "/backup", "The whole history, jobs and certificates too, as a DuckDB file", _backup,
              {200: Returned("The file.", {"application/octet-stream": _ANY})}),
    Operation("POST", "/published", "Add published figures, a line each", _add_published,
              {200: json_of("How many were new.", an_object({"added": COUNT}))}, body={LINES: TEXT}, changes=True),
)
