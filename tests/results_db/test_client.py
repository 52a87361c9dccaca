"""With a server running the commands go through it: found by its file, ignored when it is dead or silent."""

import io
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from results_db import Store, StoreError, StoreLocked
from results_db.__main__ import main
from results_db.client import announcement, find_server, open_history
from results_db.exchange import read_lines
from results_db.importing import import_lines
from results_db.rows import json_rows

TOKEN = "a token"


class Handler(BaseHTTPRequestHandler):
    """The interface of the app's server over a store, in the plainest way."""

    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(b"{}", self.server.health)
        file = io.BytesIO()
        self.server.store.export(file, parse_qs(urlsplit(self.path).query)["format"][0])
        return self.answer(file.getvalue())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.answer(b'{"error": "the token must be right"}', 401)
        if self.path == "/api/v1/results":
            done = import_lines(read_lines(io.BytesIO(body), "jsonl"), self.server.store)
            rejected = [{"line": line.number, "reason": line.reason} for line in done.rejected]
            return self.answer(json.dumps({"added": done.added, "rejected": rejected}).encode())
        try:
            frame = self.server.store.query(json.loads(body)["sql"])
        except StoreError as error:
            return self.answer(json.dumps({"error": str(error)}).encode(), 400)
        return self.answer(json.dumps({"columns": list(frame.columns), "rows": json_rows(frame)}).encode())

    def answer(self, body, code=200):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        return


@contextmanager
def serving(store, *, health=200):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.store, server.health = store, health
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def announce(path, url, *, pid=None, token=TOKEN):
    announcement(path).write_text(json.dumps({"url": url, "token": token, "pid": pid or os.getpid()}))


@pytest.fixture
def served(store, path):
    with serving(store) as url:
        announce(path, url)
        yield store


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_every_command_goes_through_the_server(served, path, tmp_path, varied_results, name, capsys):
    served.add_many(varied_results[:2])
    file = str(tmp_path / name)
    assert main(["export", file, "--history", str(path)]) == 0
    with Store(tmp_path / "other.duckdb") as other:
        other.add_many(varied_results)
        with open(file, "wb") as stream:
            other.export(stream, name.partition(".")[2])
    assert main(["import", file, "--history", str(path)]) == 0
    assert "4 added, 2 there already, 0 rejected" in capsys.readouterr().out
    assert list(served.each_result()) == varied_results
    assert main(["query", "--json", "SELECT count(*) AS n FROM results", "--history", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"n": 6}


def test_the_sentence_of_the_server_arrives(served, path, capsys):
    assert main(["query", "SELECT missing FROM results", "--history", str(path)]) == 1
    assert "missing" in capsys.readouterr().err
    announce(path, find_server(path).url, token="a wrong one")
    assert main(["query", "SELECT 1", "--history", str(path)]) == 1
    assert "the token must be right" in capsys.readouterr().err


def test_a_rejected_line_is_not_swallowed(served, path, make_result, monkeypatch):
    monkeypatch.setattr(served, "add_many", lambda results: 0)
    client = find_server(path)
    monkeypatch.setattr(type(make_result()), "to_json", lambda self: {"status": "ok"})
    with pytest.raises(StoreError, match="line 1: a result must be"):
        client.add_many([make_result()])


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("said", [
    lambda url: json.dumps({"url": url, "token": TOKEN, "pid": ended_process()}),
    lambda url: json.dumps({"url": "http://127.0.0.1:1", "token": TOKEN, "pid": os.getpid()}),
    lambda url: json.dumps({"url": "no url", "token": TOKEN, "pid": os.getpid()}),
    lambda url: json.dumps({"url": url}),
    lambda url: "[]",
    lambda url: "{",
], ids=["dead", "silent", "no url", "half", "list", "cut"])
def test_a_server_that_is_gone_is_ignored(tmp_path, store, said, make_result):
    path = tmp_path / "other.duckdb"
    with serving(store) as url:
        announcement(path).write_text(said(url))
        assert find_server(path) is None
        with open_history(path, warn=pytest.fail) as history:
            assert history.add_many([make_result()]) == 1


def test_a_server_that_is_not_warm_yet_is_there(store, path):
    with serving(store, health=503) as url:
        announce(path, url)
        assert find_server(path) is not None


def test_an_answer_that_is_cut_is_one_sentence(served, path, monkeypatch):
    monkeypatch.setattr("json.dumps", lambda *_, **__: '{"columns": [')
    with pytest.raises(StoreError, match="does not answer as it should"):
        find_server(path).query("SELECT 1")


def test_a_proxy_never_stands_between(served, path):
    code = """import sys, pathlib
from results_db.client import find_server
print(find_server(pathlib.Path(sys.argv[1])))"""
    asked = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True,
                           env={"http_proxy": "http://127.0.0.1:1"})
    assert asked.stdout.startswith("ServerClient("), asked.stderr


def test_a_locked_file_without_a_server_is_one_sentence(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(flush=True); "
         "sys.stdin.read()", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        holder.stdout.readline()
        with pytest.raises(StoreLocked, match="is open in process"), open_history(path, warn=pytest.fail):
            pass
    finally:
        holder.communicate()
