"""A history that fills every page: results of the first question here and elsewhere, limits, a certificate, a job."""

import json
import uuid
from dataclasses import replace

from made_results import made

from backend.catalogue import catalogue, make_case
from backend.environment import machine
from backend.execution.certifying import Question as Certified
from backend.expressivity.certificate import certify
from backend.spec import Limits, Problem
from pages.components.question.selection import Question
from results_db import Store

# Where a page's own first question has no answer yet, an address that has one.
ADDRESSES = {"certificate": "certificate?product=matrix&framework=numpy&l=2"}


def fill(path):
    """Writes the history to the path."""
    cases = [case for case in Question().cases() if case.variant == catalogue()[case.product].default_variant]
    results = [made(case, minutes=at) for at, case in enumerate(cases) if case.product != "gaunt_poisson"]
    results += [made(case, minutes=-1, jax="0.0.1") for case in cases if case.product == "gaunt_poisson"]
    results.append(made(cases[0], status="failed", message="it broke", minutes=-9))
    asked = Certified(make_case("matrix", "", "numpy", Problem.of("mimo", 2)))
    certificate = certify(asked.case, inner=asked.inner, outer=asked.outer).to_json()
    with Store(path) as store:
        store.add_many(_counted(result) for result in results)
        store.add_limits(_limits())
        store.add_certificate(json.loads(json.dumps(certificate | {"source": asked.asked()["source"]})))


def _counted(result):
    return replace(result, metrics=result.metrics | {"flops": 1e6, "bytes": 1e6}) if result.metrics else result


def _limits():
    here = machine()["name"]
    sizes = tuple({"bytes": size, "copy": rate, "read": rate} for size, rate in ((1e4, 2e11), (1e6, 1e11), (1e8, 2e10)))
    return Limits(
        machine=here, device="cpu", device_name=here, threads=1, framework="jax", bandwidth=sizes,
        rates={"float32 highest": 1e11, "float64 highest": 5e10}, launch={"jit": 5e-6},
        caches={"L1": 32_768, "L2": 1_048_576}, measured_at="2026-11-20T12:00:00+00:00", id=uuid.uuid4().hex)
