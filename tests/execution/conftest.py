"""Executors of the fake worker, and queues on them; every test must leave no process."""

import psutil
import pytest
from fakes import Starts
from memory_store import MemoryStore

from backend.execution.events import never
from backend.execution.local import LocalExecutor
from backend.execution.queue import JobQueue


@pytest.fixture
def starts(tmp_path) -> Starts:
    return Starts(tmp_path / "starts")


@pytest.fixture
def make_executor(tmp_path, starts):
    """Executors of the fake worker with these flags, closed at the end, which must leave no process."""
    made: list[LocalExecutor] = []

    def make(*flags: str, **settings) -> LocalExecutor:
        made.append(LocalExecutor(command=starts.command(*flags), lock_folder=tmp_path, **settings))
        return made[-1]

    yield make
    for executor in made:
        executor.close()
    assert not [pid for pid in starts.pids if psutil.pid_exists(pid)]   # not even as a zombie


@pytest.fixture
def executor(make_executor) -> LocalExecutor:
    return make_executor()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def queue(store, make_executor):
    with JobQueue(store, make_executor) as queue:
        yield queue


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, alpha and beta, for a file of tests."""
    from real_cluster import Cluster  # dask, where it is installed

    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start("alpha", "beta")
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def run(cluster):
    """Starts a run; one that a failing test leaves is cancelled."""
    from real_cluster import Run

    from backend.cluster.executor import ClusterExecutor

    runs = []

    def start(*cases, patience=20.0, machine="", pause=never):
        runs.append(Run(ClusterExecutor(cluster.address, machine=machine, patience=patience), list(cases), pause))
        return runs[-1]

    yield start
    for each in runs:
        each.cancelled.set()
        each.ended()
