"""The OpenAPI document of a table of operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend.web.rest.operation import JSON, Operation, Parameter
from backend.web.rest.schemas import SCHEMAS, ref

_ABOUT = ("The history of measurements, the queue, and what products compute. Reading is open to whoever reaches the "
          "server, by default this machine alone; what changes something needs the token of the server, which stands "
          "in the file beside the history whose name ends in .server.json, or in TOKEN. A request from a page of "
          "another site is refused.")
_ERRORS = {400: "What was asked cannot be; the sentence says why.", 401: "The token is missing or wrong.",
           403: "The request comes from a page of another site.", 404: "There is no such thing.",
           413: "The body is too large.", 503: "The server is busy or closing."}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """As OpenAPI 3.1 describes it."""
    paths: dict[str, Any] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tensor Product Explorer", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(each: Operation) -> dict[str, Any]:
    returns = {str(status): {"description": said.description}
               | ({"content": {kind: {"schema": schema} for kind, schema in said.content.items()}} if said.content
                  else {}) for status, said in each.returns.items()}
    errors = {str(status): {"description": said, "content": {JSON: {"schema": ref("Error")}}}
              for status, said in _ERRORS.items() if status != 401 or each.changes}
    made: dict[str, Any] = {"operationId": each.name, "summary": each.summary, "responses": errors | returns}
    if each.description:
        made["description"] = each.description
    if each.parameters:
        made["parameters"] = [_parameter(each.path, parameter) for parameter in each.parameters]
    if each.body:
        content = {kind: {"schema": schema} for kind, schema in each.body.items()}
        made["requestBody"] = {"required": True, "content": content}
    if each.changes:
        made["security"] = [{"token": []}]
    return made


def _parameter(path: str, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.type}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.type == "integer":
        schema |= {"minimum": parameter.low, "maximum": parameter.high}
    if parameter.many:
        schema = {"type": "array", "items": schema}
    if parameter.default is not None:
        schema["default"] = parameter.default
    in_path = f"{{{parameter.name}}}" in path
    return {"name": parameter.name, "in": "path" if in_path else "query", "required": in_path or parameter.required,
            "description": parameter.description, "schema": schema}
