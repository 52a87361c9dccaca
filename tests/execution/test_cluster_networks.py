"""Workers behind network links of their own, one of which is cut in mid-run. Needs root and `ip` (Linux)."""

import os
import shutil
import subprocess

import pytest
from fakes import gone

pytest.importorskip("distributed", reason="the extra requirements-cluster.txt is not installed")

from real_cluster import Cluster, Run, until, watched

from backend.cluster.executor import ClusterExecutor

NAME = f"tpx{os.getpid() % 100_000}"           # of the bridge, at most 15 letters with what is appended
NET = f"10.{77 + os.getpid() // 250 % 100}.{os.getpid() % 250}"


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=True)


@pytest.fixture
def networks():
    """Two network namespaces, each joined to this machine by a link; no other way leads in or out."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need root and iproute2")
    try:
        ip("link", "add", NAME, "type", "bridge")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this system gives no network bridge: {error.stderr.strip()}")
    spaces = [f"{NAME}{letter}" for letter in "ab"]
    try:
        ip("addr", "add", f"{NET}.1/24", "dev", NAME)
        ip("link", "set", NAME, "up")
        for number, space in enumerate(spaces, 2):
            ip("netns", "add", space)
            ip("link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space)
            ip("link", "set", space, "master", NAME, "up")
            ip("-n", space, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")
            ip("-n", space, "link", "set", "lo", "up")
        yield spaces
    finally:
        for space in spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True)
        subprocess.run(["ip", "link", "del", NAME], capture_output=True)


def test_a_cut_link_costs_the_case_behind_it_and_the_rest_is_measured(networks, tmp_path, monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP", "11s")   # the least that dask takes
    cluster = Cluster(tmp_path / "cluster", host=f"{NET}.1")
    try:
        for machine, space in zip(("alpha", "beta"), networks, strict=True):
            cluster.start(machine, wait=False, before=("ip", "netns", "exec", space))
        until(lambda: cluster.machines == {"alpha", "beta"})
        assert {each.host for each in cluster.connection.workers()} == {f"{NET}.2", f"{NET}.3"}
        cases = [watched(100, "held"), watched(101, "held"), *(watched(batch) for batch in range(102, 105))]
        running = Run(ClusterExecutor(cluster.address), cases)
        running.started(*cases[:2])
        until(lambda: all(cluster.measured(case) for case in cases[:2]))
        ip("link", "set", networks[1], "down")
        until(lambda: running.results)
        (result,) = running.results
        (pid,) = cluster.measured(result.case)
        until(lambda: gone(pid))   # the worker that is cut off ends what it measures, by itself
        cluster.let_go(*cases)
        found = running.ended()
    finally:
        cluster.close()
    assert (result.status, result.message) == (
        "interrupted", f"the worker on beta ({NET}.3) was lost while this was measured")
    assert {case: each.status for case, each in found.items() if case != result.case} == dict.fromkeys(
        [case for case in cases if case != result.case], "ok")
    assert all(len(cluster.measured(case)) == 1 for case in cases)
