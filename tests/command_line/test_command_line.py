"""`python -m backend` as a shell runs it: output, exit codes, errors, help."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.catalogue import catalogue
from backend.command_line import COMMANDS
from backend.environment import source_hash
from backend.spec import Result
from results_db import Store

ROOT = Path(__file__).parents[2]


def backend(*arguments, history=None, check=None):
    environment = os.environ | ({"HISTORY": str(history)} if history else {})
    done = subprocess.run([sys.executable, "-m", "backend", *arguments], capture_output=True, text=True, cwd=ROOT,
                          env=environment, timeout=120)
    if check is not None:
        assert done.returncode == check, done.stderr
    return done


def run(*arguments, **options):
    return backend("run", "--framework", "numpy", "--preset", "quick", "--batch", "10", *arguments, **options)


@pytest.mark.parametrize("command", [(), ("list",), ("run",), ("expressivity",)])
def test_help_is_there(command):
    text = backend(*command, "--help", check=0).stdout
    assert "usage: python -m backend" in text
    if command == ("run",):
        for name in ("--product", "--framework", "--device", "--setting", "--l-max", "--channels", "--batch",
                     "--parity", "--layout", "--dtype", "--direction", "--compilation", "--threads", "--preset",
                     "--store"):
            assert name in text


def test_list_knows_every_product():
    lines = [json.loads(line) for line in backend("list", "--json", check=0).stdout.splitlines()]
    assert [line["product"] for line in lines] == list(catalogue())
    assert all(key in backend("list", check=0).stdout for key in catalogue())


def test_run_prints_a_result_a_line():
    done = run("--product", "matrix,gaunt_grid:separable", "--l-max", "1-2", "--channels", "1,2", check=0)
    results = [Result.from_json(json.loads(line)) for line in done.stdout.splitlines()]
    assert len(results) == 8
    chosen = {(each.case.product, each.case.variant) for each in results}
    assert chosen == {("matrix", "sums"), ("gaunt_grid", "separable")}
    assert all(each.status == "ok" and each.samples and each.environment["versions"]["numpy"] for each in results)
    case = json.loads(done.stdout.splitlines()[0])["case"]
    assert set(case) >= {"product", "variant", "framework", "device", "dtype", "precision", "direction", "compilation",
                         "layout", "threads", "setting", "parity", "l_max", "channels", "batch", "key"}


def test_all_leaves_out_what_cannot_exist_and_a_name_keeps_it():
    everything = run("--l-max", "1", check=0).stdout.splitlines()
    assert {json.loads(line)["case"]["product"] for line in everything} == {
        key for key, known in catalogue().items()
        if "numpy" in known.frameworks and "mimo" in known.settings and not known.mixings}
    named = json.loads(run("--product", "e3nn", "--l-max", "1", check=0).stdout)
    assert (named["status"], named["case"]["product"]) == ("unsupported", "e3nn")


def test_a_failed_case_exits_with_1_and_the_rest_is_there():
    done = run("--product", "matrix", "--l-max", "1", "--batch", "10,1000000000", "--channels", "4096", check=1)
    statuses = [json.loads(line)["status"] for line in done.stdout.splitlines()]
    assert statuses == ["ok", "out of memory"]


@pytest.mark.parametrize(("arguments", "words"), [
    (("--l-max", "99"), ("l_max", "0 to 12", "99")),
    (("--batch", "0"), ("batch", "0")),
    (("--channels", "0"), ("channels",)),
    (("--product", "nonsense"), ("nonsense", "clebsch_gordan_dense", "gaunt_grid")),
    (("--product", "gaunt_grid:nonsense"), ("variant", "separable")),
    (("--setting", "nonsense"), ("setting", "mimo")),
    (("--framework", "nonsense"), ("framework", "jax")),
    (("--dtype", "float16"), ("dtype", "float32")),
    (("--l-max", "3-1"), ("l_max", "3-1")),
    (("--l-max", "1.5"), ("l_max", "1.5")),
    (("--l1", "1"), ("--l1", "--l-out")),
    (("--product", ""), ("list of product", "''")),
    (("--batch", "1000000000000000"), ("batch", "1,000,000,000")),
    (("--seed", "1-3"), ("seed", "one integer", "1-3")),
    (("--l1", "1-2", "--l2", "1", "--l-out", "1"), ("l1", "one integer", "1-2")),
    (("--timeout", "-1"), ("timeout", "above 0")),
    (("--timeout", "nan"), ("timeout", "above 0")),
])
def test_wrong_arguments_exit_with_2_and_a_sentence(arguments, words):
    done = run(*arguments, check=2)
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert all(word in done.stderr for word in words)


def test_store_keeps_results(tmp_path):
    history = tmp_path / "history.duckdb"
    line = run("--product", "matrix", "--l-max", "1", "--store", history=history, check=0).stdout
    exported = subprocess.run([sys.executable, "-m", "results_db", "export", "-", "--history", str(history)],
                              capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert Result.from_json(json.loads(exported)) == Result.from_json(json.loads(line))


def test_what_cannot_be_kept_is_said_before_measuring_and_printed_all_the_same(tmp_path):
    done = run("--product", "matrix", "--l-max", "1", "--store", history=tmp_path, check=1)
    assert json.loads(done.stdout)["status"] == "ok"
    said = done.stderr.splitlines()
    assert "warning: the history must be a file" in said[0] and said[-1].startswith("error: 1 results are not in")


def test_a_result_is_kept_though_nobody_reads_the_output(tmp_path):
    history = tmp_path / "history.duckdb"
    command = [sys.executable, "-m", "backend", "run", "--framework", "numpy", "--preset", "quick", "--batch", "10",
               "--product", "matrix", "--l-max", "1", "--store"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
                               env=os.environ | {"HISTORY": str(history)})
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 1 and "Traceback" not in said
    with Store(history) as store:
        assert list(store.results()["status"]) == ["ok"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_quietly():
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("the tests were started to ignore this signal, as a shell does in the background")
    command = [sys.executable, "-m", "backend", "expressivity", "--product", "clebsch_gordan_dense", "--l-max", "3-12"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    process.stdout.readline()   # it works now
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "")


def test_expressivity_lines():
    done = backend("expressivity", "--product", "gaunt_grid,clebsch_gordan_dense", "--l1", "3", "--l2", "1",
                   "--l-out", "3", "--json", check=0)
    gaunt, full = (json.loads(line) for line in done.stdout.splitlines())
    asked = {"product": "gaunt_grid", "variant": "dense", "group": "O3", "setting": "mimo", "parity": "both",
             "l1": 3, "l2": 1, "l_out": 3}
    assert {name: gaunt[name] for name in asked} == asked
    assert len(full["paths"]) == full["interactable"] == full["degrees_of_freedom"] == 13
    assert gaunt["interactable"] == len([path for path in full["paths"] if sum(path[:3]) % 2 == 0])
    odd = [[*path[:3], "antisymmetric"] for path in full["paths"] if sum(path[:3]) % 2]
    assert sorted(gaunt["lost"]) == sorted(odd) and full["lost"] == [] and gaunt["type"] == "expressivity"
    assert gaunt["source"] == source_hash("gaunt_grid", "numpy")


def test_expressivity_reaches_nothing_where_unsupported():
    line = json.loads(backend("expressivity", "--product", "gaunt_grid", "--setting", "siso", "--l-max", "3", "--json",
                              check=0).stdout)
    assert (line["interactable"], line["degrees_of_freedom"], line["paths"]) == (0, 0, [])
    assert "antisymmetric" in line["message"]


def test_expressivity_of_a_library_runs_in_its_framework():
    line = json.loads(backend("expressivity", "--product", "e3nn", "--l-max", "1", "--json", check=0).stdout)
    assert line["interactable"] == line["degrees_of_freedom"] == 6


def test_a_command_loads_nothing_heavy_and_no_other_command():
    code = ("import sys; from backend.__main__ import main; main(['list']); "
            "print(sorted(set(sys.modules) & {'jax', 'torch', 'e3nn', 'duckdb', 'streamlit', 'numpy'}));"
            "print(sorted(name for name in sys.modules if name.startswith('backend.command_line.')))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-2:] == ["[]", "['backend.command_line.list']"]


def test_every_file_of_a_command_is_one():
    files = (ROOT / "backend" / "command_line").glob("*.py")
    assert {path.stem for path in files if "\ndef add_to(commands)" in path.read_text()} == set(COMMANDS)
