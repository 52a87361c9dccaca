"""Notes on a result: read, added."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from backend.spec import AUTHOR_LIMIT, NOTE_LIMIT, Note, SpecError
from backend.web.rest.operation import JSON, Asked, Operation, Parameter, json_of
from backend.web.rest.schemas import a_list, an_object, ref
from pages.components.services import services

_BODY = "an object with text and, if you like, author"


def _read(asked: Asked) -> Response:
    store = services().store
    id = store.result(asked.values["id"]).id
    return JSONResponse({"notes": [_said(note) for note in store.notes([id]).get(id, ())]})


def _add(asked: Asked) -> Response:
    said = asked.json(_BODY, "text")
    if unknown := set(said) - {"text", "author"}:
        raise SpecError(f"the body must be {_BODY}, got {', '.join(sorted(unknown))}")
    store = services().store
    id = store.result(asked.values["id"]).id
    note = Note(id, datetime.now(UTC).isoformat(), said.get("author", ""), said["text"])
    store.add_notes([note])
    return JSONResponse(_said(note), 201)


def _said(note: Note) -> dict[str, str]:
    return {name: value for name, value in note.to_json().items() if name != "type"}


_ID = Parameter("id", "the result's id; the first digits will do if no other begins with them")
OPERATIONS = (
    Operation("GET", "/results/{id}/notes", "What was said of a result, oldest first", _read,
              {200: json_of("The notes, which are plain text.", an_object({"notes": a_list(ref("Note"))}))}, (_ID,)),
    Operation("POST", "/results/{id}/notes", "Say something of a result, for good", _add,
              {201: json_of("The note.", ref("Note"))}, (_ID,), changes=True,
              body={JSON: an_object({"text": {"type": "string", "maxLength": NOTE_LIMIT}},
                                    {"author": {"type": "string", "maxLength": AUTHOR_LIMIT}})}),
)
