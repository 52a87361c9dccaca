"""A scheduler and workers in processes of their own: real measuring, one at a time on a device, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from fakes import gone
from memory_store import MemoryStore
from running_server import free_port

pytest.importorskip("distributed", reason="the extra requirements-cluster.txt is not installed")

from real_cluster import QUICK, ROOT, SECONDS, Cluster, Run, free, held, numbers, until, watched

from backend.catalogue import make_case
from backend.cluster.bench import measure
from backend.cluster.connection import Connection
from backend.cluster.executor import ClusterExecutor
from backend.execution.events import Expressivity, Finished, Interrupted, Log, Started, Waiting
from backend.execution.process_environment import KEPT_MEMORY
from backend.execution.queue import JobQueue
from backend.spec import Problem


def test_cases_are_measured_on_both_and_come_home_one_by_one(cluster, run):
    real = make_case("clebsch_gordan_dense", "", "numpy", Problem.of("mimo", 1, batch=next(numbers)))
    cases = [real, *free(5)]
    running = run(*cases)
    found = running.ended()
    assert {case: result.status for case, result in found.items()} == dict.fromkeys(cases, "ok")
    assert {result.environment["worker"] for result in found.values()} == {"alpha", "beta"}
    assert all(result.samples and result.environment["versions"]["numpy"] for result in found.values())
    events = [event for event in running.events if isinstance(event, Started | Finished)]
    assert next(i for i, event in enumerate(events) if isinstance(event, Finished)) < max(
        i for i, event in enumerate(events) if isinstance(event, Started))
    for case in cases:
        assert events.index(Started(case)) < events.index(Finished(found[case]))
    lines = [event.line for event in running.events if isinstance(event, Expressivity)]
    assert {line["degrees_of_freedom"] for line in lines if line["product"] == real.product} == {6}


def test_on_a_machine_alone(cluster, run):
    found = run(*free(3), machine="beta").ended()
    assert [result.environment["worker"] for result in found.values()] == ["beta"] * 3


def test_a_device_measures_one_case_at_a_time_whoever_asks(cluster, run):
    """Two workers of one machine and two who ask: no call of a process falls among those of another."""
    (cluster.folder / "second").symlink_to(cluster.folder / "gamma")   # one temporary folder: the same lock
    cases = free(4)
    with cluster.extra("gamma"):
        cluster.launch("second", "worker", cluster.address, "--machine", "gamma")
        try:
            until(lambda: [each.machine for each in cluster.connection.workers()].count("gamma") == 2)
            for running in [run(*cases[::2], machine="gamma"), run(*cases[1::2], machine="gamma")]:
                assert {result.status for result in running.ended().values()} == {"ok"}
        finally:
            cluster.kill("second")
    assert len({pid for case in cases for pid in cluster.measured(case)}) >= 2
    batches = {case.problem.batch for case in cases}
    calls = sorted((float(at), int(batch)) for path in cluster.watched.glob("calls-*")
                   for batch, at in map(str.split, path.read_text().splitlines()) if int(batch) in batches)
    turns = [batch for number, (_, batch) in enumerate(calls) if number == 0 or calls[number - 1][1] != batch]
    assert sorted(turns) == sorted(batches)   # each measured through before the next began


def test_a_process_measures_only_what_was_sent_to_it(cluster):
    """dask runs a task again on whichever process has the address by then; it is refused, and measures nothing."""
    (case,), (alpha, _) = free(1), sorted(cluster.connection.workers(), key=lambda each: each.machine)

    def asked(instance):
        return cluster.connection.client().submit(
            measure, instance, "session", case.to_json(), QUICK, workers=[alpha.address], resources={"cpu": 1},
            retries=0, pure=False).result(timeout=SECONDS)

    assert asked("the process that was there before") == {} and not cluster.measured(case)
    assert asked(alpha.instance)["result"]["status"] == "ok" and len(cluster.measured(case)) == 1


def test_what_a_process_refuses_goes_elsewhere_and_is_measured_once(cluster, run, monkeypatch):
    """The first look at the workers is one of before both were started again at the same addresses."""
    looks, real = [], Connection.workers

    def workers(connection):
        looks.append(real(connection))
        return [replace(each, instance="before") for each in looks[0]] if len(looks) == 1 else looks[-1]

    monkeypatch.setattr(Connection, "workers", workers)
    cases = free(3)
    assert {case: result.status for case, result in run(*cases).ended().items()} == dict.fromkeys(cases, "ok")
    assert len(looks) > 1 and [len(cluster.measured(case)) for case in cases] == [1, 1, 1]


def test_cancel_kills_what_measures_at_once(cluster, run):
    cases = held(3)
    running = run(*cases)
    running.started(*cases[:2])
    until(lambda: all(cluster.measured(case) for case in cases[:2]))
    pids = [pid for case in cases[:2] for pid in cluster.measured(case)]
    for pid in pids:   # dask sets one of these otherwise for its workers, and what they start
        assert KEPT_MEMORY.items() <= psutil.Process(pid).environ().items()
    since = time.monotonic()
    running.cancelled.set()
    found = running.ended()
    until(lambda: all(gone(pid) for pid in pids))
    assert time.monotonic() - since < 5.0   # half a second where cores are free
    assert [(found[case].status, found[case].message) for case in cases[:2]] == [
        ("cancelled", "cancelled while it was being measured")] * 2
    assert {result.environment["worker"] for result in found.values()} == {"alpha", "beta"}
    assert not cluster.measured(cases[2])
    assert {result.status for result in run(*free(2)).ended().values()} == {"ok"}   # both can be used again


@pytest.mark.parametrize("end", ["kill -9 of its group", "kill -9 of what the nanny watches", "SIGTERM"])
def test_a_worker_lost_in_mid_run_costs_the_case_that_it_measured(cluster, run, end):
    """dask itself would run the case again: after a kill, after an orderly end, on the worker that the nanny starts."""
    cases, rest = held(3), free(4)
    with cluster.extra("delta"):
        running = run(*cases, *rest)
        running.started(*cases)
        until(lambda: all(cluster.measured(case) for case in cases))
        (lost,) = [case for case in cases if cluster.measured(case)[0] in children(cluster, "delta")]
        if end == "SIGTERM":
            cluster.processes["delta"].terminate()
        elif "group" in end:
            os.killpg(cluster.processes["delta"].pid, signal.SIGKILL)
        else:
            os.kill(cluster.worker_pid("delta"), signal.SIGKILL)
        until(lambda: gone(cluster.measured(lost)[0]))
        cluster.let_go(*cases)
        found = running.ended()
    assert found[lost].status == "interrupted"
    assert found[lost].message == "the worker on delta (127.0.0.1) was lost while this was measured"
    assert found[lost].environment["worker"] == "delta" and found[lost].environment["versions"]["numpy"]
    assert {case: result.status for case, result in found.items() if case != lost} == dict.fromkeys(
        [case for case in (*cases, *rest) if case != lost], "ok")
    assert all(len(cluster.measured(case)) == 1 for case in (*cases, *rest))


def children(cluster, machine):
    return [child.pid for child in psutil.Process(cluster.processes[machine].pid).children(recursive=True)]


ASKER = """
import sys, threading
sys.path[:0] = [sys.argv[1]]
from real_cluster import ClusterExecutor, QUICK, watched
ClusterExecutor(sys.argv[2]).run_cases([watched(int(sys.argv[3]), "held")], options=QUICK, on_event=print,
                                       cancelled=threading.Event())
"""


def test_nothing_is_measured_for_who_is_gone(cluster):
    (case,) = held()
    command = [sys.executable, "-c", ASKER, str(Path(__file__).parent), cluster.address, str(case.problem.batch)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as asker:
        until(lambda: cluster.measured(case))
        asker.kill()
    until(lambda: gone(cluster.measured(case)[0]))


def test_a_device_that_no_worker_has_is_a_sentence_and_the_rest_is_measured(cluster, run):
    (ours,), absent = free(1), watched(next(numbers), device="cuda")
    running = run(absent, ours, patience=0.2)
    found = running.ended()
    assert found[ours].status == "ok"
    assert found[absent].status == "failed"
    assert found[absent].message.startswith(
        f"no worker at {cluster.address} has cuda (workers: alpha (127.0.0.1): cpu, beta (127.0.0.1): cpu), and none "
        "came in 0.2 s: start one")
    assert [event.message for event in running.events if isinstance(event, Waiting)] == [
        f"no worker at {cluster.address} has cuda; waiting up to 0.2 s for one"]


def test_a_worker_that_comes_later_is_used(cluster, run):
    running = run(*free(1), machine="epsilon", patience=60.0)
    until(lambda: any(isinstance(event, Waiting) for event in running.events))
    with cluster.extra("epsilon"):
        (result,) = running.ended().values()
    assert (result.status, result.environment["worker"]) == ("ok", "epsilon")


def test_a_case_that_the_worker_does_not_know_is_its_sentence(cluster, run):
    ours, strange = free(2)
    object.__setattr__(strange, "direction", "sideways")   # as a newer version here would ask
    found = run(strange, ours).ended()
    assert found[strange].status == "failed"
    assert "could not measure this: SpecError: direction must be one of" in found[strange].message
    assert found[ours].status == "ok"


def test_a_worker_with_other_sources_says_so(cluster, run, tmp_path):
    subprocess.run(["cp", "-r", ROOT / "backend", tmp_path / "backend"], check=True)
    with open(tmp_path / "backend" / "bench" / "timing.py", "a") as file:
        file.write("# changed\n")
    with cluster.extra("zeta", root=tmp_path):
        (worker,) = [each for each in cluster.connection.workers() if each.machine == "zeta"]
        running = run(*free(1), machine="zeta")
        (result,) = running.ended().values()
    assert result.status == "ok" and worker.differences == ["other sources"]
    assert next(event.text for event in running.events if isinstance(event, Log)) == (
        "zeta (127.0.0.1) measures with other sources, unlike here; its results say which\n")


def test_a_lost_scheduler_interrupts_the_job_and_says_so(tmp_path):
    cluster, store = Cluster(tmp_path / "cluster"), MemoryStore()
    try:
        cluster.start("alpha")
        cases = [*held(), *free(1)]
        with JobQueue(store, lambda: ClusterExecutor(cluster.address)) as queue:
            job = queue.submit(cases).job
            until(lambda: queue.status().jobs[0].job.current and cluster.measured(cases[0]))
            cluster.kill("scheduler")
            until(lambda: not queue.status().active)
        (pid,) = cluster.measured(cases[0])
        until(lambda: gone(pid))
    finally:
        cluster.close()
    assert store.job(job.id).state == "interrupted"
    assert store.job(job.id).message.startswith(f"no scheduler answers at {cluster.address}: look whether it runs")
    assert [(each.case, each.status, each.message) for each in store.results] == [
        (cases[0], "interrupted", f"the scheduler at {cluster.address} was lost while this was measured")]
    assert not cluster.measured(cases[1])


def test_a_run_that_gives_way_ends_with_what_has_begun(cluster, run):
    cases = [*held(2), *free(2)]
    running = run(*cases, pause=lambda: True)   # it is asked before each case but the first
    running.started(cases[0])
    cluster.let_go(*cases[:2])
    assert {case: result.status for case, result in running.ended().items()} == {cases[0]: "ok"}
    assert not any(cluster.measured(case) for case in cases[1:])


def test_where_no_scheduler_answers_nothing_is_measured_and_the_run_says_so(monkeypatch):
    monkeypatch.setattr("backend.cluster.connection._PATIENCE", 0.2)
    running = Run(ClusterExecutor(f"tcp://127.0.0.1:{free_port()}"), free(1))
    assert running.ended() == {}
    assert isinstance(running.error, Interrupted) and "no scheduler answers at tcp://127.0.0.1" in str(running.error)
