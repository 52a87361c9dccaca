"""A signal that comes at a bad moment ends a command all the same."""

import subprocess
import sys

CODE = """import os, signal, threading
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
from backend.command_line.signals import cancelled_by_signals
cancelled = cancelled_by_signals()
with cancelled._cond:   # as for a moment whenever it is asked or waited for
    signal.raise_signal(signal.{name})
print(cancelled.wait(30))"""


def printed(code):
    return subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60, check=True).stdout


def test_a_signal_that_comes_while_the_event_is_held_is_no_deadlock():
    for name in ("SIGINT", "SIGTERM"):
        assert printed(CODE.format(name=name)) == "True\n"


def test_what_is_ignored_stays_so():
    code = CODE.replace("SIG_DFL", "SIG_IGN").replace("wait(30)", "is_set()").format(name="SIGTERM")
    assert printed(code) == "False\n"
