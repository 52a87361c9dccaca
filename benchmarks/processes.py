"""Fresh processes that measure contests; one that dies or hangs costs the contestant that it was at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from threading import Thread
from typing import Any

from backend.execution.process_environment import process_environment
from benchmarks.contests import Contest

_START = 60.0   # seconds that a process may take before its first step
_SCRIPT = Path(__file__).with_name("side_by_side.py")


def replies(waiting: Sequence[Contest], job: dict[str, Any], *, patience: float) -> Iterator[tuple[Contest, dict]]:
    """(contest, what a process measured) for each of a group; `job` is what the process is told besides.

    A contestant at which the process dies, or is at one step for more than `patience` seconds, is left out and the
    reply says so; another process goes on. A reply holds `samples` (seconds per call by case key), `left_out`
    (sentences by case key), `floor` and `effective`.
    """
    waiting, left_out = list(waiting), {}
    while waiting:
        at = ""
        with TemporaryFile() as log:
            process = _start(waiting, job | {"left_out": left_out}, log)
            for said in _said(process, patience):
                if "samples" in said:
                    yield waiting.pop(0), said
                at = said.get("at", "")
            ending = _ending(process, log, patience)
        if waiting:
            keys = [case.key for case in waiting[0].cases]
            left_out |= dict.fromkeys([at] if at in keys else keys, ending)


def _start(waiting: Sequence[Contest], job: dict[str, Any], log) -> subprocess.Popen:
    first, threads = waiting[0], waiting[0].cases[0].threads
    process = subprocess.Popen(
        [sys.executable, str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        env=process_environment((first.framework, "cpu", threads), os.environ))
    told = job | {"framework": first.framework, "threads": threads,
                  "contests": [[case.to_json() for case in each.cases] for each in waiting]}
    with process.stdin as stream:
        json.dump(told, stream)
    return process


def _said(process: subprocess.Popen, patience: float) -> Iterator[dict[str, Any]]:
    """Each line of the process; at its end, or when it is silent for too long, nothing more, and it is dead."""
    lines: Queue = Queue()
    reader = Thread(target=lambda: [*map(lines.put, process.stdout), lines.put(None)], daemon=True)
    reader.start()
    try:
        line = lines.get(timeout=_START + patience)
        while line is not None:
            yield json.loads(line)
            line = lines.get(timeout=patience)
    except Empty:
        process.kill()
    finally:
        reader.join()
        process.stdout.close()


def _ending(process: subprocess.Popen, log, patience: float) -> str:
    code = process.wait()
    if code == -9:
        return f"it took more than {patience:.0f} s for one step, or more memory than there is, and was ended"
    log.seek(0)
    last = (log.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1][:300]
    return f"the process ended with {code}: {last}"
