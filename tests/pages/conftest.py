"""A history and a queue of its own for each test of the pages; what measures is held until the test lets go."""

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from made_results import made
from streamlit.testing.v1 import AppTest

from backend.catalogue import catalogue
from backend.execution.events import Finished, Started
from backend.execution.queue import JobQueue
from backend.spec import Problem
from pages.components.question.selection import Question
from pages.components.rows.predictor import Predictor
from pages.components.services import Services, provide
from results_db import Store
from results_db.recorded import Recorded, write_set

APP = Path(__file__).parents[2] / "app.py"


@dataclass
class HeldExecutor:
    """Starts each case, then waits for `go` before its result comes."""

    go: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)

    def run_cases(self, cases, *, options, on_event, cancelled, pause):
        for case in cases:
            on_event(Started(case))
            self.started.set()
            while not self.go.wait(0.01):
                if cancelled.is_set():
                    on_event(Finished(made(case, status="cancelled", message="cancelled")))
                    return
            on_event(Finished(made(case)))

    def close_idle(self):
        pass

    def close(self):
        self.go.set()


@pytest.fixture
def recorded(tmp_path):
    """A set of another machine: the default question's everyday products, twice as slow as what `made` gives here."""
    elsewhere = {"name": "CPU Z, 64 cores", "memory_bytes": 1, "system": "Linux"}
    cases = [case for case in Question().cases() if case.variant == catalogue()[case.product].default_variant]
    results = []
    for each in map(made, cases):
        times = {name: 2 * value for name, value in each.metrics.items() if name.startswith(("throughput", "latency"))}
        results.append(replace(each, metrics=each.metrics | times,
                               environment=each.environment | {"machine": elsewhere}))
    folder = tmp_path / "recorded"
    folder.mkdir()
    write_set(results, folder, "cpu-z", "A made-up set")
    return Recorded(folder)


@pytest.fixture
def executor():
    return HeldExecutor()


@pytest.fixture(scope="session")
def nothing_recorded(tmp_path_factory):
    return Recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def here(tmp_path, executor, nothing_recorded):
    store = Store(tmp_path / "history.duckdb")
    predictor = Predictor(store, wait=60.0, quiet=0.0)   # a test looks at a page once: it waits for what is predicted
    services = Services(store, JobQueue(store, lambda: executor), recorded=nothing_recorded, predictor=predictor)
    provide(services)
    yield services
    provide(None)
    services.close()


@pytest.fixture
def filled(here):
    """Every kind of row: measured, of another version, unsupported, failed, missing."""
    cases = [case for case in Question().cases() if case.variant == catalogue()[case.product].default_variant]
    by_product = {(case.product, case.problem.l_max): case for case in cases}
    results = [made(case, minutes=at) for at, case in enumerate(cases) if case.product in ("matrix", "e3nn_jax")]
    results += [made(case, jax="0.0.1") for case in cases if case.product == "clebsch_gordan_dense"]
    for l_max in (1, 3):
        results.append(made(by_product["gaunt_grid", l_max], status="unsupported", message="odd L has no even path"))
    results.append(made(by_product["clebsch_gordan_collapsed", 2], status="failed", message="it broke"))
    odd = Problem("mimo", 3, 1, 3, channels=2, batch=10)
    results.append(made(type(cases[0])(odd, "matrix", "", "numpy", compilation="eager"), minutes=99))
    here.store.add_many(results)
    return here


@pytest.fixture
def app():
    def open_page(page: str = "", **address: str) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=30)
        for name, value in address.items():
            test.query_params[name] = value
        test.run()
        return test.switch_page(f"pages/{page}.py").run() if page else test
    return open_page


@pytest.fixture
def opened(request):
    """The PAGE of the test's file alone: of the whole app the first page would take the address."""
    def open_page(**address: str) -> AppTest:
        test = AppTest.from_file(request.module.PAGE, default_timeout=30)
        for name, value in address.items():
            test.query_params[name] = value
        return test.run()
    return open_page
