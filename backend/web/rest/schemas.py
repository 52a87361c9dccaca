"""Schemas of what is sent and answered, made of the types that the program itself has."""

from __future__ import annotations

from typing import Any

from backend.execution.jobs import PRIORITIES, STATES
from backend.spec import (
    COMPILATIONS,
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    MIXINGS,
    PARITIES,
    PRECISIONS,
    SCOPES,
    SETTINGS,
    STATUSES,
    WEIGHTS,
)
from backend.web.rest.operation import Schema

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
TIME: Schema = {"type": "string", "description": "ISO 8601, UTC"}
_NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
_CHOICES = {
    "framework": FRAMEWORKS, "device": DEVICES, "dtype": DTYPES, "precision": PRECISIONS, "direction": DIRECTIONS,
    "compilation": tuple(dict.fromkeys(name for each in COMPILATIONS.values() for name in each)), "layout": LAYOUTS,
    "setting": SETTINGS, "parity": PARITIES, "mixing": MIXINGS, "weights": WEIGHTS, "scope": SCOPES,
}
_INTEGERS = ("threads", "seed", "l1", "l2", "l_out", "channels", "batch", "inner", "neighbours", "l_max")


def an_object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, **rest: Any) -> Schema:
    """An object that has the required members and may have the optional ones."""
    return {"type": "object", "properties": required | (optional or {}), "required": list(required)} | rest


def a_list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def ref(name: str) -> Schema:
    """One of SCHEMAS by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Schema] = {
    "Error": an_object({"error": {"type": "string", "description": "A sentence: what is wrong, and the cure."}}),
    "Case": an_object(
        {"product": TEXT, "variant": TEXT, "framework": {"enum": list(FRAMEWORKS)}, "setting": {"enum": list(SETTINGS)},
         "l1": COUNT, "l2": COUNT, "l_out": COUNT},
        {name: {"enum": list(choices)} for name, choices in _CHOICES.items() if name not in ("framework", "setting")}
        | {name: COUNT for name in _INTEGERS if name not in ("l1", "l2", "l_out")}
        | {"key": {"type": "string", "description": "16 hexadecimal digits; it must fit the other fields"}},
        additionalProperties=False, description="A product on a problem, in a framework on a device, in one mode."),
    "Result": an_object({
        "id": ID, "case": ref("Case"), "status": {"enum": list(STATUSES)}, "message": TEXT, "samples": _NUMBERS,
        "latency_samples": _NUMBERS, "metrics": {"type": "object", "additionalProperties": {"type": "number"}},
        "environment": {"type": "object"}, "measured_at": TIME}, description="A measurement with its samples (s)."),
    "ResultRow": an_object({"id": ID, "measured_at": TIME, "key": TEXT, "product": TEXT,
                            "status": {"enum": list(STATUSES)}, "machine": TEXT, "n_samples": COUNT}, description=(
        "A measurement without its samples: the fields of its case, and every metric in SI units, or null.")),
    "Job": an_object({
        "id": ID, "created_at": TIME, "state": {"enum": list(STATES)}, "device": {"enum": list(DEVICES)},
        "priority": {"enum": list(PRIORITIES)}, "total": COUNT, "done": COUNT, "failed": COUNT, "message": TEXT,
        "requested_by": TEXT, "started_at": TEXT, "finished_at": TEXT, "measuring": a_list(TEXT)},
        {"cases": a_list(ref("Case")), "log_tail": TEXT}),
    "Expressivity": an_object({
        "product": TEXT, "variant": TEXT, "setting": {"enum": list(SETTINGS)}, "parity": {"enum": list(PARITIES)},
        "l_max": COUNT, "channels": COUNT, "interactable": COUNT, "degrees_of_freedom": {"type": ["integer", "null"]},
        "paths": {"type": "array", "items": {"type": "array"}, "description": "[l1, l2, l3, G] of each path"}}),
    "Note": an_object({"result": ID, "at": TIME, "author": TEXT, "text": TEXT}),
    "Certificate": an_object({"product": TEXT, "variant": TEXT, "framework": TEXT, "status": TEXT, "added_at": TIME}),
}
