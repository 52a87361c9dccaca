"""Fresh processes in which cases take turns; one that dies or hangs costs the case that it was at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from typing import Any

from backend.execution.events import Cancelled
from backend.execution.process_environment import process_environment
from backend.spec import Case

_POLL = 0.2     # seconds between two looks at whether it was cancelled
_START = 60.0   # seconds that a process may take before its first step
_COMMAND = [sys.executable, "-m", "backend.bench.side_by_side"]
_ROOT = Path(__file__).parents[2]
Contest = Sequence[Case]   # on one problem, in one framework and mode


@dataclass(frozen=True)
class Turns:
    """How cases take turns. Times in seconds."""

    rounds: int = 10                 # samples of each case that no other process disturbed
    min_sample_time: float = 0.005   # work in a sample
    max_time: float = 30.0           # of all samples of a contest; some rounds are always taken
    seed: int = 0                    # of the order within a round


def replies(
    contests: Sequence[Contest], turns: Turns, *, patience: float, cancelled: threading.Event | None = None
) -> Iterator[dict[str, Any]]:
    """What a process measured of each contest, in order.

    A case at which the process dies, or is at one step for more than `patience` seconds, is left out and the reply
    says so; another process goes on, and does not try the same on larger sizes. A reply holds `samples` (seconds per
    call by case key), `left_out` (sentences by case key), `contested` (numbers of rounds), `floor` and `effective`.
    Raises Cancelled once `cancelled` is set; the process is then dead.
    """
    waiting, left_out = list(contests), {}
    while waiting:
        at = ""
        with TemporaryFile() as log:
            process = _start(waiting, asdict(turns) | {"left_out": left_out}, log)
            for said in _said(process, patience, cancelled or threading.Event()):
                if "samples" in said:
                    waiting.pop(0)
                    yield said
                at = said.get("at", "")
            ending = _ending(process, log, patience)
        if waiting:
            ended = [case for case in waiting[0] if case.key == at] or waiting[0]
            if all(case.key in left_out for case in ended):   # it ends without measuring any: no other would do better
                yield _nothing(waiting.pop(0), left_out, ending)
                continue
            left_out |= {case.key: ending for case in ended}
            left_out |= {case.key: f"at {_sizes(small)} {ending}" for contest in waiting[1:] for case in contest
                         for small in ended if case.key not in left_out and _same_but_larger(case, small)}


def _nothing(contest: Contest, left_out: dict[str, str], ending: str) -> dict[str, Any]:
    """The reply of a contest that no process can measure."""
    return {"samples": {}, "contested": [], "left_out": {case.key: left_out.get(case.key, ending) for case in contest},
            "floor": 0.0, "effective": {}}


def _same_but_larger(case: Case, small: Case) -> bool:
    sizes = {name: getattr(small.problem, name) for name in ("batch", "channels", "inner")}
    return (replace(case, problem=replace(case.problem, **sizes)) == small
            and all(getattr(case.problem, name) >= size for name, size in sizes.items()))


def _sizes(case: Case) -> str:
    return f"batch {case.problem.batch:,} and channels {case.problem.channels}"


def _start(waiting: Sequence[Contest], job: dict[str, Any], log) -> subprocess.Popen:
    first = waiting[0][0]
    process = subprocess.Popen(
        _COMMAND, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        env=process_environment((first.framework, first.device, first.threads), os.environ))
    told = job | {"framework": first.framework, "threads": first.threads,
                  "contests": [[case.to_json() for case in each] for each in waiting]}
    with process.stdin as stream:
        json.dump(told, stream)
    return process


def _said(process: subprocess.Popen, patience: float, cancelled: threading.Event) -> Iterator[dict[str, Any]]:
    """Each line of the process; at its end, or when it is silent for too long, nothing more, and it is dead."""
    lines: Queue = Queue()
    reader = threading.Thread(target=lambda: [*map(lines.put, process.stdout), lines.put(None)], daemon=True)
    reader.start()
    until = time.monotonic() + _START + patience
    try:
        while time.monotonic() < until:
            if cancelled.is_set():
                raise Cancelled
            try:
                line = lines.get(timeout=_POLL)
            except Empty:
                continue
            if line is None:
                process.wait(timeout=_START)
                return
            yield json.loads(line)
            until = time.monotonic() + patience
    except subprocess.TimeoutExpired:
        return
    finally:
        process.kill()   # at its own end it is dead already
        reader.join()
        process.stdout.close()


def _ending(process: subprocess.Popen, log, patience: float) -> str:
    code = process.wait()
    if code == -9:
        return f"it took more than {patience:.0f} s for one step, or more memory than there is, and was ended"
    log.seek(0)
    last = (log.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1][:300]
    return f"the process ended with {code}: {last}"
