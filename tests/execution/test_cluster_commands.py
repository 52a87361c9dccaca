"""A cluster from outside: by the command line, by who looks who is there, and by the server."""

import json
import os
import subprocess
import sys

import pytest
from running_server import free_port

pytest.importorskip("distributed", reason="the extra requirements-cluster.txt is not installed")

from real_cluster import ROOT, until

from backend.__main__ import main
from backend.cluster.roster import Roster
from backend.environment import devices


def test_the_command_line_measures_there(cluster, tmp_path):
    arguments = ("run", "--framework", "numpy", "--preset", "quick", "--batch", "10", "--l-max", "1", "--product",
                 "matrix", "--cluster", cluster.address, "--on", "beta")
    done = subprocess.run([sys.executable, "-m", "backend", *arguments], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | {"HISTORY": str(tmp_path / "history.duckdb")}, timeout=120)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (line["status"], line["environment"]["worker"], done.returncode) == ("ok", "beta", 0)


def test_the_command_line_lists_the_workers(cluster, capsys):
    assert main(["cluster", "list", cluster.address, "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["machine"], list(each["devices"]), each["differences"]) for each in listed] == [
        ("alpha", ["cpu"], []), ("beta", ["cpu"], [])]


@pytest.mark.parametrize(("arguments", "words"), [
    (("run", "--on", "beta"), "--on names a machine of a cluster"),
    (("run", "--cluster", "tcp://127.0.0.1:1", "--patience", "-1"), "patience must be seconds from 0"),
    (("cluster", "list", "nonsense"), "a cluster must be an address such as tcp://host:8786"),
    (("cluster", "list", "tls://127.0.0.1:1"), "tls://127.0.0.1:1 needs certificates"),
    (("cluster", "worker", "nonsense"), "a cluster must be an address such as tcp://host:8786"),
    (("cluster", "worker", "tcp://no.such.host.invalid:1"), "a cluster must be at a host that this machine knows"),
    (("cluster", "worker", "tcp://127.0.0.1:1", "--device", "tpu"), "device must be one of cpu, cuda, got 'tpu'"),
])
def test_wrong_arguments_are_a_sentence(arguments, words, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1


def test_a_roster_knows_who_is_there_and_who_is_missed(cluster):
    roster = Roster(cluster.address)
    try:
        assert roster.devices() == {"cpu": devices()["cpu"]}
        assert roster.place("cpu") == {"machine": devices()["cpu"], "device": devices()["cpu"]}
        with cluster.extra("eta"):
            until(lambda: [seat.worker.machine for seat in roster.seats] == ["alpha", "beta", "eta"])
        until(lambda: [seat.lost_at is None for seat in roster.seats] == [True, True, False])
        with cluster.extra("eta"):   # it takes the place again
            until(lambda: [seat.lost_at for seat in roster.seats] == [None] * 3)
    finally:
        roster.close()
    assert roster.error == ""


def test_a_server_whose_cluster_is_no_address_does_not_start(tmp_path):
    setting = {"CLUSTER": "nonsense", "PORT": str(free_port()), "HISTORY": str(tmp_path / "history.duckdb")}
    done = subprocess.run([sys.executable, "-m", "backend.server"], cwd=ROOT, env=os.environ | setting, text=True,
                          capture_output=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.startswith("CLUSTER must be the address of a dask scheduler: a cluster must be an address")
