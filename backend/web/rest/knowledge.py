"""What products compute: expressivity lines and certificates."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse, Response

from backend.catalogue import entry
from backend.execution.certifying import Question
from backend.spec import PARITIES, SETTINGS, Case, SpecError, check_choice
from backend.web.rest.operation import JSON, Asked, Operation, Parameter, json_of
from backend.web.rest.schemas import TEXT, a_list, an_object, ref
from pages.components.services import services
from results_db import NotFound
from results_db.rows import json_rows

_CHANNELS_LIMIT = 16   # of a family whose degrees of freedom are counted
_FILTERS = (
    Parameter("product", "only of this product", many=True), Parameter("variant", "only of this variant", many=True),
    Parameter("setting", "only of this setting", choices=SETTINGS, many=True),
    Parameter("parity", "only of this parity", choices=PARITIES, many=True),
    Parameter("l_max", "only of this largest degree", "integer", many=True),
    Parameter("channels", "only of so many channels", "integer", many=True),
)
_NUMBERS = (Parameter("inner", "channels between the linear layers", "integer", 1, low=1, high=_CHANNELS_LIMIT),
            Parameter("outer", "channels around them", "integer", 1, low=1, high=_CHANNELS_LIMIT))


def _expressivity(asked: Asked) -> Response:
    filters = {each.name: asked.values[each.name] for each in _FILTERS if asked.values[each.name] is not None}
    frame = services().store.expressivity(**filters)
    return JSONResponse({"lines": [dict(zip(frame.columns, row, strict=True)) for row in json_rows(frame)]})


def _certificate(asked: Asked) -> Response:
    try:
        case = json.loads(asked.values["case"])
    except (ValueError, RecursionError):
        raise SpecError("case must be a JSON object, as GET /cases gives it") from None
    question = _question(case, asked.values["inner"], asked.values["outer"])
    here = services()
    if found := here.store.certificate(**question.asked()):
        return JSONResponse(found | {"added_at": found["added_at"].isoformat()})
    if here.certifier.running(question) is not None:
        return JSONResponse({"state": "certifying"}, 202)
    if reason := here.certifier.failure(question):
        raise SpecError(f"the certificate could not be made: {reason}")
    raise NotFound("this version has not certified that; POST it to have it certified")


def _certify(asked: Asked) -> Response:
    must = "an object with case, as GET /cases gives it, and, if you like, inner and outer"
    said = asked.json(must, "case")
    if set(said) - {"case", "inner", "outer"}:
        raise SpecError(f"the body must be {must}")
    here = services()
    question = _question(said["case"], said.get("inner", 1), said.get("outer", 1))
    if question.case.device not in here.devices():
        raise SpecError(f"device must be one that {here.where} has, got {question.case.device!r}")
    here.certifier.start(question, here.store.add_certificate)
    return JSONResponse({"state": "certifying"}, 202)


def _question(case: Any, inner: Any, outer: Any) -> Question:
    for parameter, value in zip(_NUMBERS, (inner, outer), strict=True):
        parameter.read([str(value)])
    made = Case.from_json(case)
    known = entry(made.product)
    check_choice(f"variant of {made.product}", made.variant, known.variants)
    return Question(made, int(inner), int(outer))


_STATE = json_of("It is being made, in a process of its own.", an_object({"state": TEXT}))
OPERATIONS = (
    Operation("GET", "/expressivity", "The newest line of each product and problem: paths, degrees of freedom",
              _expressivity, {200: json_of("The lines.", an_object({"lines": a_list(ref("Expressivity"))}))}, _FILTERS),
    Operation("GET", "/certificate", "What a product computes, as this version has certified it", _certificate,
              {200: json_of("The newest certificate.", ref("Certificate")), 202: _STATE},
              (Parameter("case", "a case as JSON", required=True), *_NUMBERS)),
    Operation("POST", "/certificate", "Certify a product on the problem and in the mode of a case", _certify,
              {202: _STATE}, body={JSON: an_object({"case": ref("Case")}, {
                  "inner": {"type": "integer"}, "outer": {"type": "integer"}})}, changes=True),
)
