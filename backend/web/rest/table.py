"""Every operation of the interface, in the order of its document."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.responses import JSONResponse, Response

from backend.web.rest import cases, jobs, knowledge, notes, query, results
from backend.web.rest.document import document
from backend.web.rest.operation import Asked, Operation, json_of


@cache
def _described() -> dict[str, Any]:
    return document(OPERATIONS)


def _document(_: Asked) -> Response:
    return JSONResponse(_described())


OPERATIONS = (
    Operation("GET", "/openapi.json", "This interface, described by OpenAPI", _document,
              {200: json_of("The document.", {"type": "object"})}),
    *results.OPERATIONS, *notes.OPERATIONS, *query.OPERATIONS, *cases.OPERATIONS, *jobs.OPERATIONS,
    *knowledge.OPERATIONS,
)
