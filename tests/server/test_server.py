"""The server as a process: health, headers, the REST interface, how it starts and ends."""

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import brotli
import streamlit
from running_server import ROOT, free_port, launch, running_server
from sent_results import a_result, line

from results_db import open_store

_SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"


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


def test_scripts_come_compressed_and_may_be_kept(server):
    name = sorted(_SCRIPTS.glob("PlotlyChart.*.js"))[0].name
    _, headers, body = server.ask(f"/static/js/{name}", Accept_Encoding="gzip, deflate, br, zstd")
    assert headers["Content-Encoding"] == "br" and len(body) < 1_300_000
    assert brotli.decompress(body) == (_SCRIPTS / name).read_bytes()
    assert "immutable" in headers["Cache-Control"] and "javascript" in headers["Content-Type"]
    assert headers["Vary"] == "Accept-Encoding" and headers["X-Content-Type-Options"] == "nosniff"
    assert server.ask(f"/static/js/{name}", Accept_Encoding="gzip")[1]["Content-Encoding"] == "gzip"
    assert server.ask(f"/static/js/{name}", Accept_Encoding="identity")[1]["Content-Encoding"] is None


def test_it_answers_to_its_own_name_only(server):
    assert server.ask("/", Host="rebound.example")[0] == 400
    assert server.ask("/", Host="localhost")[0] == 200


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
for page in ("", "runs", "history", "data", "method"):
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
