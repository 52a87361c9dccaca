"""A real server in a process of its own, on a free port, with a history of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Server:
    """A running server: its address, its process and what it printed."""

    def __init__(self, history, port, process):
        self.history, self.url, self.process = history, f"http://127.0.0.1:{port}", process

    @property
    def address_file(self):
        return self.history.with_name(self.history.name + ".server.json")

    @property
    def token(self):
        return json.loads(self.address_file.read_text())["token"]

    def ask(self, path, *, body=None, **headers):
        """(status, headers, text) of a request, whatever the status."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data, names), timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def stop(self, signum=signal.SIGTERM):
        self.process.send_signal(signum)
        return self.process.wait(timeout=20)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def launch(history, port):
    environment = os.environ | {"HISTORY": str(history), "PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "-m", "backend.server"], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@contextmanager
def running_server(history):
    """A server that is healthy; it is ended when the block ends."""
    port = free_port()
    server = Server(history, port, launch(history, port))
    try:
        for _ in range(1000):
            assert server.process.poll() is None, server.process.stdout.read()
            try:
                if server.ask("/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.02)   # until it listens there is nothing to wait on
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        print(server.process.communicate()[0], f"The server ended with {server.process.returncode}.")
