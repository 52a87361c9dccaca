"""Made-up results that differ in one thing at a time, and an empty store."""

import itertools
import random
import shutil
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from backend.spec import SPREAD, Case, Problem, Result
from results_db import Store

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.duckdb"


@pytest.fixture(scope="session")
def empty_history(tmp_path_factory):
    """A file with the schema and nothing in it; a copy opens faster than a new one is made."""
    path = tmp_path_factory.mktemp("empty") / "history.duckdb"
    Store(path).close()
    return path


@pytest.fixture
def store(path, empty_history):
    shutil.copy(empty_history, path)
    with Store(path) as store:
        yield store


@pytest.fixture
def make_environment():
    def make(*, machine="CPU A, 4 cores", device="CPU A", jax="0.10.2", source="abc", load=0.25):
        return {
            "machine": {"name": machine, "memory_bytes": 8 * 2**30}, "device": device,
            "versions": {"python": "3.11.7", "jax": jax}, "source": source, "live": {"load": load},
        }

    return make


@pytest.fixture
def make_case():
    def make(l_max=2, *, product="gaunt_grid", channels=8, batch=1000, **rest):
        spread = {name: rest.pop(name) for name in SPREAD if name in rest}
        problem = Problem.of("mimo", l_max, channels=channels, batch=batch, **spread)
        return Case(problem, product, "separable", "jax", **rest)

    return make


@pytest.fixture
def make_result(make_case, make_environment):
    """Results a minute apart, in the order they are made."""
    minutes = itertools.count()

    def make(case=None, *, environment=None, status="ok", message="", metrics=None, samples=(1e-3, 2e-3), at=None):
        at = START + timedelta(minutes=next(minutes)) if at is None else at
        return Result(
            case or make_case(), status, message, samples, (0.1, 0.2, 0.3),
            {"throughput_time": 1.5e-3, "interactable": 10.0} if metrics is None else metrics,
            make_environment() if environment is None else environment, at.isoformat(), uuid.uuid4().hex)

    return make


@pytest.fixture
def varied_results(make_result, make_case, make_environment):
    """Results that are hard to carry: every bit of a float, quotes, line ends, no samples, its own metric, a spread."""
    rng = random.Random(0)
    floats = tuple(rng.lognormvariate(-7, 3) for _ in range(200))
    return [
        make_result(samples=floats, metrics={"throughput_time": 0.1 + 0.2, "flops": 5e-324, "latency": 1.7e308}),
        make_result(make_case(3), status="unsupported", message='says "no", in\ntwo lines; Gaunt ⊗ 日本',
                    samples=(), metrics={}),
        make_result(make_case(4), metrics={"joules": 0.3, "a, \"b\"": -0.0}),
        make_result(make_case(5, batch=10**9, channels=4096), environment=make_environment(machine="ψ, 1 core")),
        make_result(make_case(1), environment={}, status="failed", message="'"),
        make_result(make_case(3, mixing="uvu", weights="per_sample", scope="layer", inner=4, neighbours=16)),
    ]
