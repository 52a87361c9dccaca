"""One SELECT over a copy of the history, in a limited process."""

from __future__ import annotations

from starlette.responses import Response

from backend.web.rest.operation import JSON, Asked, Operation, json_of
from backend.web.rest.results import sent
from backend.web.rest.schemas import TEXT, a_list, an_object
from pages.components.services import services
from results_db.sandbox import OPEN, TRUSTED

_ABOUT = ("DuckDB's SQL, over a copy of the history as it is now. "
          f"At most {OPEN.seconds:g} s and {OPEN.rows:,} rows; "
          f"with the token {TRUSTED.seconds:g} s and {TRUSTED.rows:,} rows.")


def _query(asked: Asked) -> Response:
    must = '{"sql": "SELECT ..."}'
    sql = asked.json(must, "sql")["sql"]
    if not isinstance(sql, str):
        raise ValueError(f"the body must be {must}")
    return sent(services().console.write(sql, TRUSTED if asked.trusted else OPEN), JSON)


OPERATIONS = (
    Operation("POST", "/query", "The rows of one SELECT", _query, {200: json_of(
        "The rows; `truncated` says why they are not all, where they are not.", an_object({
            "columns": a_list(TEXT), "rows": a_list({"type": "array"}), "truncated": TEXT,
            "seconds": {"type": "number"}}))},
        body={JSON: an_object({"sql": TEXT})}, description=_ABOUT),
)
