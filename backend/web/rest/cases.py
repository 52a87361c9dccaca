"""Cases: which there are of some axes, and what the history knows of each."""

from __future__ import annotations

import math
from itertools import product as cartesian
from typing import Any

from starlette.responses import JSONResponse, Response

from backend.catalogue import make_case, select
from backend.environment import environment, identity
from backend.spec import (
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    L_MAX_LIMIT,
    MIXINGS,
    PARITIES,
    SCOPES,
    SETTINGS,
    WEIGHTS,
    Case,
    Problem,
    SpecError,
    unique,
)
from backend.web.rest.operation import Asked, Operation, Parameter, json_of
from backend.web.rest.schemas import TEXT, a_list, an_object, ref
from pages.components.services import services
from results_db.verdict import KINDS

_MOST = 2000
_PROBLEM = (
    Parameter("setting", "what is multiplied", default="mimo", choices=SETTINGS),
    Parameter("parity", "both: every path; natural: outputs of parity (-1)^l", default="both", choices=PARITIES),
    Parameter("mixing", "how channels meet", default="uuu", choices=MIXINGS),
    Parameter("weights", "none, shared by all rows, or one for each", default="none", choices=WEIGHTS),
    Parameter("scope", "op, or layer with linear layers around it", default="op", choices=SCOPES),
    Parameter("inner", "channels inside a layer", "integer", 0),
    Parameter("neighbours", "edges that a node of a message sums over", "integer", 0),
)
_SEVERAL = (
    Parameter("framework", "frameworks", default=["jax"], choices=FRAMEWORKS, many=True),
    Parameter("l_max", "the largest degree", "integer", [1, 2, 3], high=L_MAX_LIMIT, many=True),
    Parameter("channels", "copies of each irrep", "integer", [8], low=1, many=True),
    Parameter("batch", "rows", "integer", [1000], low=1, many=True),
)
_MODE = (
    Parameter("device", "cpu or cuda", default="cpu", choices=DEVICES),
    Parameter("dtype", "float32 or float64", default="float32", choices=DTYPES),
    Parameter("direction", "forward, or with gradients", default="forward", choices=DIRECTIONS),
    Parameter("layout", "of memory; what each product prefers where it is not given"),
    Parameter("compilation", "jit, eager, ...; the framework's first where it is not given"),
    Parameter("threads", "of the CPU", "integer", 1, low=1),
)


def _cases(asked: Asked) -> Response:
    found = _made(asked.values)
    here = services()
    place = {device: here.place(device) for device in {case.device for case in found}}
    identities = {case.key: identity(environment(case)) | dict(place[case.device]) for case in found}
    verdicts = here.store.lookup_many(found, identities)
    return JSONResponse({"cases": [_said(case, verdicts[case.key]) for case in found]})


def _said(case: Case, verdict: Any) -> dict[str, Any]:
    return {"case": case.to_json(), "known": verdict.kind, "sentence": verdict.sentence,
            "result": verdict.result_id or None, "measured_at": verdict.measured_at or None}


def _made(values: dict[str, Any]) -> tuple[Case, ...]:
    products = select(values["product"])
    axes = [values[each.name] for each in _SEVERAL]
    if (many := len(products) * math.prod(map(len, axes))) > _MOST:
        raise SpecError(f"at most {_MOST:,} cases may be asked for at once, got {many:,}")
    rest = {each.name: values[each.name] for each in _PROBLEM if each.name != "setting"}
    mode = {each.name: values[each.name] for each in _MODE}
    made = (make_case(product, variant, framework, Problem.of(
                values["setting"], l_max, channels=channels, batch=batch, **rest), **mode)
            for framework, l_max, channels, batch in cartesian(*axes) for product, variant in products)
    return unique(case for case in made if case is not None)


OPERATIONS = (
    Operation("GET", "/cases", "The cases of some axes, and what the history knows of each", _cases, {200: json_of(
        "Every combination that exists; `known` is how the history answers it, here and now.", an_object({
            "cases": a_list(an_object({"case": ref("Case"), "known": {"enum": list(KINDS)}, "sentence": TEXT,
                                       "result": {"type": ["string", "null"]},
                                       "measured_at": {"type": ["string", "null"]}}))}))},
        (Parameter("product", "keys, KEY:VARIANT, KEY:all, apart by commas; all: every everyday product",
                   default="all"), *_SEVERAL, *_PROBLEM, *_MODE)),
)
