"""The server as a process: health, headers, the REST interface, how it starts and ends."""

import json
import signal
import stat
import subprocess
import sys
import uuid

import pytest
from running_server import ROOT, free_port, launch, running_server

from backend.environment import environment
from backend.spec import Case, Problem, Result
from results_db import open_store


def a_result(batch=1):
    case = Case(Problem.of("mimo", 1, batch=batch), "matrix", "", "numpy", compilation="eager")
    return Result(case, "ok", "", (1e-3, 2e-3), (2e-3,), {"throughput_time": 1e-3}, environment(case),
                  "2026-01-01T00:00:00+00:00", uuid.uuid4().hex)


def line(result):
    return json.dumps(result.to_json())


def test_health_headers_and_address(server):
    status, headers, text = server.ask("/healthz")
    assert (status, json.loads(text)["status"]) == (200, "ok")
    for path in ("/", "/healthz", "/history"):
        status, headers, _ = server.ask(path)
        assert status == 200
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "SAMEORIGIN"
    status, headers, _ = server.ask("/", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert "modulepreload" in headers["Link"]
    for script in headers["Link"].split(", "):
        assert server.ask(script[1:script.index(">")])[0] == 200
    assert stat.S_IMODE(server.address_file.stat().st_mode) == 0o600
    assert json.loads(server.address_file.read_text())["pid"] == server.process.pid


def test_it_answers_to_its_own_name_only(server):
    assert server.ask("/", Host="rebound.example")[0] == 400
    assert server.ask("/", Host="localhost")[0] == 200


def test_results_go_in_and_come_out(server):
    known = {"Authorization": f"Bearer {server.token}"}
    good = a_result()
    status, _, text = server.ask("/api/v1/results", body=f"{line(good)}\n{line(a_result(2))[:80]}\n", **known)
    answer = json.loads(text)
    assert (status, answer["added"]) == (200, 1)
    assert [each["line"] for each in answer["rejected"]] == [2] and answer["rejected"][0]["reason"]
    status, _, text = server.ask("/api/v1/export?format=jsonl", **known)
    assert [json.loads(each) for each in text.splitlines()] == [good.to_json()]
    assert server.ask("/api/v1/export?format=parquet", **known)[2][:4] == b"PAR1"
    assert server.ask("/api/v1/export?format=xml", **known)[0] == 400
    status, _, text = server.ask(f"/api/v1/results/{good.id[:8]}", **known)
    assert (status, json.loads(text)) == (200, good.to_json())
    assert server.ask("/api/v1/results/none", **known)[0] == 400
    query = json.dumps({"sql": "SELECT product, throughput_time FROM results"})
    status, _, text = server.ask("/api/v1/query", body=query, **known)
    assert json.loads(text) == {"columns": ["product", "throughput_time"], "rows": [["matrix", 1e-3]]}
    for bad in ("DROP TABLE measurements", "SELECT 1; SELECT 2"):
        status, _, text = server.ask("/api/v1/query", body=json.dumps({"sql": bad}), **known)
        assert status == 400 and "must be" in json.loads(text)["error"]
    for broken in ("{", "[1]", "[" * 100_000, b"\xff"):
        status, _, text = server.ask("/api/v1/query", body=broken, **known)
        assert status == 400 and "the body must be" in json.loads(text)["error"]
    for body, path in ((None, "results"), (None, "nothing"), ("{}", "export")):
        status, _, text = server.ask(f"/api/v1/{path}", body=body, **known)
        assert status == 404 and "POST /api/v1/query" in json.loads(text)["error"]


@pytest.mark.parametrize("path", ["/api/v1/results", "/api/v1/results/abcd", "/api/v1/query", "/api/v1/export"])
def test_strangers_and_other_sites_are_refused(server, path):
    body = None if path.endswith(("export", "abcd")) else "{}"
    known = {"Authorization": f"Bearer {server.token}"}
    assert server.ask(path, body=body)[0] == 401
    assert server.ask(path, body=body, Authorization="Bearer guessed")[0] == 401
    assert server.ask(path, body=body, Origin="http://elsewhere.example", **known)[0] == 403
    assert server.ask(path, body=body, Sec_Fetch_Site="cross-site", **known)[0] == 403
    assert server.ask(path, body=body, Origin=server.url, **known)[0] in (200, 400)


def test_it_ends_on_a_signal_and_takes_its_file_along(server):
    file = server.address_file
    assert file.exists()
    server.stop()
    assert not file.exists()
    with open_store(server.history).store as store:
        assert store.results().empty


def test_an_interrupt_ends_it_like_any_signal(server):
    assert server.stop(signal.SIGINT) == 0
    assert "KeyboardInterrupt" not in server.process.stdout.read()


def test_nothing_acknowledged_is_lost_when_it_is_killed(server):
    known = {"Authorization": f"Bearer {server.token}"}
    results = [a_result(batch) for batch in range(1, 6)]
    for result in results:
        assert server.ask("/api/v1/results", body=line(result), **known)[0] == 200
    server.stop(signal.SIGKILL)
    with running_server(server.history) as again:
        known = {"Authorization": f"Bearer {again.token}"}
        text = again.ask("/api/v1/export?format=jsonl", **known)[2]
        assert {json.loads(each)["id"] for each in text.splitlines()} == {result.id for result in results}


def test_what_cannot_start_says_why_in_one_sentence(server, tmp_path):
    taken = int(server.url.rsplit(":", 1)[1])
    for history, port, said in (
        (tmp_path / "other.duckdb", taken, "PORT must be free"),
        (server.history, free_port(), "is open in process"),
        (tmp_path / "other.duckdb", "many", "PORT must be a number"),
    ):
        process = launch(history, port)
        printed, _ = process.communicate(timeout=30)
        assert process.returncode not in (0, None)
        assert said in printed and len(printed.strip().splitlines()) == 1, printed


def test_a_corrupt_history_is_set_aside_and_said(tmp_path):
    history = tmp_path / "history.duckdb"
    history.write_bytes(b"this is no database" * 500)
    with running_server(history) as server:
        assert server.ask("/healthz")[0] == 200
        assert len(list(tmp_path.glob("history.duckdb*"))) >= 2


def test_the_server_and_its_pages_load_no_array_framework(tmp_path):
    script = """
import sys
import backend.server
from streamlit.testing.v1 import AppTest
for page in ("", "runs", "history", "method"):
    test = AppTest.from_file(sys.argv[1], default_timeout=30).run()
    if page:
        test.switch_page(f"pages/{page}.py").run()
    assert not test.exception, test.exception
heavy = {"jax", "jaxlib", "torch", "e3nn", "e3nn_jax", "scipy", "sympy"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "app.py")], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={"HISTORY": str(tmp_path / "history.duckdb"), "PATH": "/usr/bin:/bin"})
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
