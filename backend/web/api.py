"""The REST interface that the command line uses beside a running server: results in, history out, one query."""

from __future__ import annotations

import hmac
import io
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from pages.components.services import services
from results_db import StoreError
from results_db.exchange import read_lines
from results_db.exporting import WHAT
from results_db.flat import from_json
from results_db.importing import import_lines
from results_db.published import Point
from results_db.rows import json_rows

_MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_LARGEST_BODY = 512 * 2**20
_CHUNK = 2**20
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(token: str) -> list[Route]:
    """The routes; each wants `Authorization: Bearer <token>` and refuses a request from another site."""
    return [
        Route("/api/v1/results", _guarded(_add_results, token), methods=["POST"]),
        Route("/api/v1/published", _guarded(_add_published, token), methods=["POST"]),
        Route("/api/v1/results/{id}", _guarded(_result, token), methods=["GET"]),
        Route("/api/v1/export", _guarded(_export, token), methods=["GET"]),
        Route("/api/v1/query", _guarded(_query, token), methods=["POST"]),
        Route("/api/{rest:path}", _nothing_here, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def _nothing_here(request: Request) -> Response:
    """Streamlit answers every other address with its page, which no program can read."""
    known = ("POST /api/v1/results, GET /api/v1/results/ID, POST /api/v1/published, GET /api/v1/export, "
             "POST /api/v1/query")
    return JSONResponse(
        {"error": f"a request must be one of {known}, got {request.method} {request.url.path}"}, status_code=404)


async def _add_results(request: Request) -> Response:
    body = await _body(request)
    imported = await run_in_threadpool(
        lambda: import_lines(read_lines(io.BytesIO(body), "jsonl"), services().store))
    rejected = [{"line": line.number, "reason": line.reason} for line in imported.rejected]
    return JSONResponse({"added": imported.added, "rejected": rejected})


async def _add_published(request: Request) -> Response:
    points = [Point.from_json(from_json("the line", line)) for line in (await _body(request)).splitlines()]
    return JSONResponse({"added": await run_in_threadpool(services().store.add_published, points)})


async def _result(request: Request) -> Response:
    result = await run_in_threadpool(services().store.result, request.path_params["id"])
    return JSONResponse(result.to_json())


async def _export(request: Request) -> Response:
    format, what = request.query_params.get("format", "jsonl"), request.query_params.get("what", "results")
    for name, value, known in (("format", format, _MEDIA_TYPES), ("what", what, WHAT)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    file = await run_in_threadpool(_exported, format, what)
    return StreamingResponse(_chunks(file), media_type=_MEDIA_TYPES[format])


def _exported(format: str, what: str) -> BinaryIO:
    file = tempfile.SpooledTemporaryFile(max_size=64 * 2**20)   # noqa: SIM115 (the response closes it)
    services().store.export(file, format, what)
    file.seek(0)
    return file


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def _query(request: Request) -> Response:
    try:
        asked: Any = json.loads(await _body(request))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        asked = None
    sql = asked.get("sql") if isinstance(asked, dict) else None
    if not isinstance(sql, str):
        raise ValueError('the body must be {"sql": "SELECT ..."}')
    frame = await run_in_threadpool(services().store.query, sql)
    return JSONResponse({"columns": list(frame.columns), "rows": json_rows(frame)})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise ValueError(f"a body must have at most {_LARGEST_BODY:,} bytes; send it in parts")
    return bytes(body)


def _guarded(endpoint: Endpoint, token: str) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if _from_another_site(request):
            return JSONResponse({"error": "a request from another site is refused"}, status_code=403)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            return JSONResponse(
                {"error": "the header Authorization must be Bearer and the server's token"}, status_code=401)
        try:
            return await endpoint(request)
        except (StoreError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return guarded


def _from_another_site(request: Request) -> bool:
    """A browser says where a request comes from; the command line says nothing."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
