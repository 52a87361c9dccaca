"""Serves the operations: refuses other sites, asks for the token where something changes, says errors as sentences."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.execution.queue import QueueClosed
from backend.spec import SpecError
from backend.web.rest.operation import Asked, Operation
from backend.web.rest.table import OPERATIONS
from results_db import NotFound, StoreError, StoreLocked
from results_db.sandbox import Busy

BASE = "/api/v1"
_LARGEST, _LARGEST_OPEN = 512 * 2**20, 2**20   # bytes of a body that came with the token, or without
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Endpoint = Callable[[Request], Awaitable[Response]]


class _TooLarge(ValueError):
    """A body that is refused for its size."""


def routes(token: str) -> list[Route]:
    """A route for each operation; every other address below /api is answered with what there is."""
    made = [Route(BASE + each.path, _endpoint(each, token), methods=[each.method]) for each in OPERATIONS]
    return [*made, Route("/api/{rest:path}", _nothing_here, methods=_METHODS)]


def _endpoint(operation: Operation, token: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if _from_another_site(request):
            return _error(403, "a request from another site is refused")
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        trusted = hmac.compare_digest(given.encode(), token.encode())
        if (given or operation.changes) and not trusted:
            return _error(401, "the header Authorization must be Bearer and the server's token",
                          {"WWW-Authenticate": "Bearer"})
        try:
            body = await _body(request, _LARGEST if trusted else _LARGEST_OPEN) if operation.body else b""
            client = request.client.host if request.client else ""
            asked = Asked(_values(operation, request), body, trusted, client)
            return await run_in_threadpool(operation.answer, asked)
        except _TooLarge as error:
            return _error(413, str(error))
        except NotFound as error:
            return _error(404, str(error))
        except (Busy, StoreLocked, QueueClosed) as error:
            return _error(503, str(error), {"Retry-After": "5"})
        except (StoreError, ValueError) as error:
            return _error(400, str(error))

    return endpoint


def _values(operation: Operation, request: Request) -> dict[str, object]:
    """The value of every parameter. Raises SpecError for one that does not exist, listing those that do."""
    in_path = request.path_params
    known = {each.name: each for each in operation.parameters}
    if unknown := set(request.query_params) - (set(known) - set(in_path)):
        names = ", ".join(name for name in known if name not in in_path) or "none"
        raise SpecError(f"a parameter must be one of {names}, got {', '.join(sorted(unknown))!r:.80}")
    return {name: each.read([in_path[name]] if name in in_path else request.query_params.getlist(name))
            for name, each in known.items()}


async def _nothing_here(request: Request) -> Response:
    """Streamlit answers every other address with its page, which no program can read."""
    path = request.url.path.removeprefix(BASE)
    if allowed := [each.method for each in OPERATIONS if _fits(each.path, path)]:
        return _error(405, f"the method must be {' or '.join(allowed)}, got {request.method}",
                      {"Allow": ", ".join(allowed)})
    known = ", ".join(f"{each.method} {BASE}{each.path}" for each in OPERATIONS)
    return _error(404, f"a request must be one of {known}, got {request.method} {request.url.path}")


def _fits(pattern: str, path: str) -> bool:
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        part == word or part.startswith("{") for part, word in zip(parts, given, strict=True))


async def _body(request: Request, largest: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise _TooLarge(f"a body must have at most {largest:,} bytes; send it in parts")
    return bytes(body)


def _from_another_site(request: Request) -> bool:
    """A browser says where a request comes from; the command line says nothing."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _error(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)

