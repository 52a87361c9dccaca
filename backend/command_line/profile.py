"""`python -m backend profile FILE`: adds what a GPU's counters say (Nsight Compute) to results that `run` wrote."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from backend.command_line import DONE, FAILED
from backend.spec import Result, SpecError


def add_to(commands) -> None:
    parser = commands.add_parser(
        "profile", help="count FLOP and bytes of calls on a GPU", description=__doc__,
        epilog="Needs the GPU and Nsight Compute (ncu, with CUDA's toolkit). Prints every result of the file again, "
               "one a line; those on cuda with counter_flops, counter_tensor_flops, counter_bytes (memory read and "
               "written), counter_time (the sum over kernels) and counter_launches of one call, in SI units; the "
               "paper's GFLOP and GB are these over 1024^3. Exit code 1 where a call could not be counted.")
    parser.add_argument("file", metavar="FILE", help="JSON lines that `run` printed, or - for the standard input")
    parser.add_argument("--timeout", type=float, default=600.0, metavar="S", help="of a call (default 600)")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    from backend.execution.device_lock import device_lock
    from backend.execution.nsight import NAME, ProfilerError, profile

    if not asked.timeout > 0:
        raise SpecError(f"timeout must be seconds above 0, got {asked.timeout}")
    code, never = DONE, threading.Event()
    for result in _results(asked.file):
        case = result.case
        if (case.device, result.status) == ("cuda", "ok"):
            try:
                with device_lock("cuda", on_wait=lambda text: print(text, file=sys.stderr), cancelled=never):
                    counted = profile(case, timeout=asked.timeout)
            except ProfilerError as error:
                print(f"error: {case.product}, L {case.problem.l_max}: {error}", file=sys.stderr)
                code = FAILED
            else:
                live = {**result.environment.get("live", {}), "counters": NAME}
                result = replace(result, metrics={**result.metrics, **counted},
                                 environment={**result.environment, "live": live})
        print(json.dumps(result.to_json()), flush=True)
    return code


def _results(name: str) -> Iterator[Result]:
    """The results of the file, line by line. Raises SpecError where it is not there or a line is none."""
    if name != "-" and not Path(name).is_file():
        raise SpecError(f"a file of results must exist, got {name}")
    for number, line in enumerate(sys.stdin if name == "-" else Path(name).read_text().splitlines(), 1):
        if line.strip():
            try:
                yield Result.from_json(json.loads(line))
            except ValueError as error:
                raise SpecError(f"line {number} must be a result as `run` prints it: {error}") from None
