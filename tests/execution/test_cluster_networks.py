"""Workers behind network links of their own, one of which is cut in mid-run. Needs root and `ip` (Linux)."""

import os
import shutil
import subprocess
import sys

import pytest
from fakes import gone

pytest.importorskip("distributed", reason="the extra requirements-cluster.txt is not installed")

from real_cluster import Cluster, Run, until, watched

from backend.cluster.executor import ClusterExecutor

INSIDE = "IN_A_NETWORK_OF_ITS_OWN"   # set where this file runs again: a browser of another test, say, loses its page
                                     # when the machine's own network changes
NAME = f"tpx{os.getpid() % 100_000}"           # of the bridge, at most 15 letters with what is appended
NET = f"10.{77 + os.getpid() // 250 % 100}.{os.getpid() % 250}"


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=True)


@pytest.fixture
def networks():
    """Two network namespaces, each joined to this machine by a link; no other way leads in or out."""
    try:
        ip("link", "set", "lo", "up")
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


@pytest.mark.skipif(INSIDE in os.environ, reason="it is running")
def test_it_holds_in_a_network_of_its_own():
    if shutil.which("ip") is None or shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need root, iproute2 and unshare")
    again = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(["unshare", "--net", *again], env=os.environ | {INSIDE: "1"}, capture_output=True, text=True)
    if "this system gives no network" in done.stdout + done.stderr or "unshare failed" in done.stderr:
        pytest.skip("this system gives no network namespaces")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.skipif(INSIDE not in os.environ, reason="it runs in a network of its own, by the test above")
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
