"""Jobs: listed, read, put into the queue, cancelled."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from backend.catalogue import entry
from backend.execution.jobs import PRIORITIES, STATES, Job
from backend.spec import Case, SpecError, check_choice
from backend.web.rest.operation import JSON, Asked, Operation, Parameter, json_of
from backend.web.rest.schemas import TEXT, a_list, an_object, ref
from pages.components.services import services

_MOST = 10_000   # cases of a job
_BODY = 'an object with cases, a list of cases as GET /cases gives them, and, if you like, priority and requested_by'
_PLAIN = ("id", "created_at", "state", "device", "priority", "done", "failed", "message", "requested_by", "started_at",
          "finished_at")


def _list(asked: Asked) -> Response:
    found = services().store.jobs(states=asked.values["state"], limit=asked.values["limit"])
    return JSONResponse({"jobs": [_short(job) for job in found]})


def _one(asked: Asked) -> Response:
    return JSONResponse(_whole(services().store.job(asked.values["id"])))


def _create(asked: Asked) -> Response:
    said = asked.json(_BODY, "cases")
    if unknown := set(said) - {"cases", "priority", "requested_by"}:
        raise SpecError(f"the body must be {_BODY}, got {', '.join(sorted(unknown))}")
    if not isinstance(said["cases"], list) or not 0 < len(said["cases"]) <= _MOST:
        raise SpecError(f"cases must be a list of 1 to {_MOST:,} cases")
    by = said.get("requested_by", "")
    if not isinstance(by, str) or len(by) > 80:
        raise SpecError(f"requested_by must be text of at most 80 characters, got {by!r:.80}")
    submission = services().queue.submit(
        [_case(each) for each in said["cases"]], requested_by=by or f"REST at {asked.client}",
        priority=said.get("priority", "normal"))
    return JSONResponse({"job": _whole(submission.job), "shared": [case.key for case in submission.shared]}, 201)


def _case(said: Any) -> Case:
    """The case, of a product that there is, for a device that can be measured on."""
    case = Case.from_json(said)
    check_choice(f"variant of {case.product}", case.variant, entry(case.product).variants)
    known = services().devices()
    if case.device not in known:
        raise SpecError(f"device must be one that {services().where} has ({', '.join(known)}), got {case.device!r}")
    return case


def _cancel(asked: Asked) -> Response:
    job = services().store.job(asked.values["id"])
    cancelled = services().queue.cancel(job.id)
    return JSONResponse({"cancelled": cancelled, "job": _short(services().store.job(job.id))})


def _short(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in _PLAIN} | {
        "total": len(job.cases), "measuring": list(job.measuring)}


def _whole(job: Job) -> dict[str, Any]:
    return _short(job) | {"cases": [case.to_json() for case in job.cases], "log_tail": job.log_tail}


_ID = Parameter("id", "the job's id")
OPERATIONS = (
    Operation("GET", "/jobs", "Jobs, newest first, without their cases", _list,
              {200: json_of("The jobs.", an_object({"jobs": a_list(ref("Job"))}))},
              (Parameter("state", "only jobs in this state", choices=STATES, many=True),
               Parameter("limit", "how many", "integer", 50, low=1, high=1000))),
    Operation("POST", "/jobs", "Measure cases: those that are not waiting already are put into the queue", _create,
              {201: json_of("The job that measures them; `shared` are keys that another job measures already.",
                            an_object({"job": ref("Job"), "shared": a_list(TEXT)}))},
              body={JSON: an_object({"cases": a_list(ref("Case"))},
                                    {"priority": {"enum": list(PRIORITIES)}, "requested_by": TEXT})}, changes=True),
    Operation("GET", "/jobs/{id}", "One job with its cases", _one, {200: json_of("The job.", ref("Job"))}, (_ID,)),
    Operation("POST", "/jobs/{id}/cancel", "Cancel a job: what it measures is killed, its results so far stay", _cancel,
              {200: json_of("Whether it was active until now.", an_object(
                  {"cancelled": {"type": "boolean"}, "job": ref("Job")}))}, (_ID,), changes=True),
)
