"""The workers of a cluster on the page Runs: there, measuring, idle, lost; and what the other pages say of them."""

from dataclasses import dataclass, replace

import pytest
from drawn import words

from backend.cluster.description import Seat, Worker, sources, versions
from backend.environment import machine
from pages.components.question.selection import Question
from pages.components.runs.cluster_table import rows
from pages.components.services import Services, provide

ALPHA = Worker("tcp://10.0.0.2:4000", "1", "alpha", {"cpu": "a CPU"}, hardware="a CPU, 8 cores", sources=sources(),
               versions=versions())
BETA = replace(ALPHA, address="tcp://10.0.0.3:4000", instance="2", machine="beta", devices={"cuda": "a GPU"},
               driver="1.2", sources="other", versions=versions() | {"jax": "0.0.1"})


def test_a_row_says_where_a_worker_is_and_what_it_is_at():
    case = Question().cases()[0]
    seats = (Seat(replace(ALPHA, measuring=case.key)), Seat(BETA, lost_at=0.0), Seat(replace(BETA, measuring="x")))
    shown = rows(seats, {case.key: "CG dense at L 1"})
    assert shown["Machine"].tolist() == ["alpha", "beta", "beta"]
    assert shown["Address"].tolist() == ["10.0.0.2", "10.0.0.3", "10.0.0.3"]
    assert shown["Devices"].tolist() == ["CPU: a CPU", "CUDA: a GPU", "CUDA: a GPU"]
    assert shown["State"].tolist()[::2] == ["measuring CG dense at L 1", "measuring for somebody else"]
    assert shown["State"][1].startswith("lost, ") and shown["State"][1].endswith(" days ago")
    assert shown["Measures with"].tolist() == [
        "the same sources and versions as here", *["other sources, jax 0.0.1"] * 2]


def test_what_counts_as_measured_there():
    assert ALPHA.identity("cpu") == {"machine": "a CPU, 8 cores", "device": "a CPU"}
    assert BETA.identity("cuda") == {"machine": "a CPU, 8 cores", "device": "a GPU", "driver": "1.2"}


@dataclass
class Known:
    """What a roster knows, without a scheduler."""

    seats: tuple[Seat, ...] = ()
    error: str = ""
    address: str = "tcp://10.0.0.1:8786"

    def devices(self):
        return {device: own for seat in self.seats for device, own in seat.worker.devices.items()}

    def place(self, device):
        return {"machine": machine()["name"], "device": machine()["name"]} if device == "cpu" else {}

    def close(self):
        pass


@pytest.fixture
def cluster(here):
    known = Known()
    provide(Services(here.store, here.queue, cluster=known))
    return known


def test_runs_shows_the_machines(app, cluster):
    assert "Start one on each machine: `python -m backend cluster worker tcp://10.0.0.1:8786`" in words(app("runs"))
    cluster.seats = (Seat(ALPHA), Seat(BETA, lost_at=0.0))
    page = app("runs")
    assert "Cluster at tcp://10.0.0.1:8786 · 1 worker · 0 measuring" in words(page)
    assert page.dataframe[0].value["Machine"].tolist() == ["alpha", "beta"]
    cluster.error = "no scheduler answers at tcp://10.0.0.1:8786"
    assert "No scheduler answers at tcp://10.0.0.1:8786." in words(app("runs"))


def test_without_a_cluster_there_are_no_machines(app, here):
    assert "Machines" not in words(app("runs"))


def test_a_device_of_the_cluster_can_be_measured(app, cluster):
    cluster.seats = (Seat(ALPHA),)
    assert "The cluster has no CUDA device" in words(app())
    cluster.seats = (Seat(ALPHA), Seat(BETA))
    page = app()
    assert "no CUDA device" not in words(page)
    page.sidebar.selectbox(key="device").select("cuda").run()
    assert "a GPU" in words(page) and "nothing can be measured" not in words(page)
