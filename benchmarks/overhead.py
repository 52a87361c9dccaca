"""What measuring costs beside what is measured: `python benchmarks/overhead.py`. A sweep through the real executor,
its wall time over that of building, compiling, first calls and samples, and where the rest goes."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.catalogue import make_case
from backend.command_line.arguments import words
from backend.environment import machine
from backend.execution.device_lock import device_lock
from backend.execution.events import Event, Finished, Started
from backend.execution.local import LocalExecutor
from backend.spec import Case, Problem, Result
from backend.sweeps.options import PRESETS

PRODUCTS = ("clebsch_gordan_dense", "clebsch_gordan_sparse", "gaunt_grid", "gaunt_fourier", "matrix")
PAYLOAD = ("build", "compile", "first call", "samples")   # what was asked for; all else is the harness


def cases(framework: str) -> list[Case]:
    """The paper's sweep: five products, three settings, L 1-3, batch 1000."""
    return [make_case(product, "", framework, Problem.of(setting, l_max, batch=1000))
            for product in PRODUCTS for setting in ("siso", "simo", "mimo") for l_max in (1, 2, 3)]


def sweep(asked: list[Case], options: dict) -> tuple[float, list[tuple[float, Event]]]:
    """(wall time, (seconds since the beginning, event) of every event) of the cases in one executor."""
    seen: list[tuple[float, Event]] = []
    cancelled = threading.Event()
    with (device_lock("cpu", on_wait=lambda sentence: print(sentence, file=sys.stderr), cancelled=cancelled),
          tempfile.TemporaryDirectory() as folder, LocalExecutor(lock_folder=Path(folder)) as executor):
        begin = time.perf_counter()   # the lock is ours: to wait for it is no part of the sweep
        executor.run_cases(asked, options=options, cancelled=cancelled,
                           on_event=lambda event: seen.append((time.perf_counter() - begin, event)))
        return time.perf_counter() - begin, seen


def shares(wall: float, seen: list[tuple[float, Event]]) -> dict[str, float]:
    """Seconds by stage; what no stage of a case tells is `start of the process`, `expressivity and the like` (from
    the start of a case to its result, less its stages), `between cases`, `unsupported`."""
    found: Counter[str] = Counter()
    last, began = 0.0, 0.0
    for at, event in seen:
        if isinstance(event, Started):
            found["between cases" if last else "start of the process"] += at - last
            began = at
        elif isinstance(event, Finished):
            stages = _stages(event.result)
            found.update(stages)
            rest = at - began - sum(stages.values())
            found["expressivity and the like" if stages else event.result.status] += rest
            last = at
    found["end"] = wall - last
    return dict(found)


def _stages(result: Result) -> dict[str, float]:
    return result.environment.get("live", {}).get("seconds", {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framework", default="jax,torch", help="of jax, torch, numpy (default jax,torch)")
    parser.add_argument("--preset", default="default", choices=PRESETS, help="how long to measure (default default)")
    asked = parser.parse_args()
    print(f"{machine()['name']}, one thread, preset {asked.preset}, batch 1,000")
    for framework in words("framework", asked.framework):
        wall, seen = sweep(cases(framework), PRESETS[asked.preset])
        found = shares(wall, seen)
        payload = sum(found.get(name, 0.0) for name in PAYLOAD)
        done = Counter(event.result.status for _, event in seen if isinstance(event, Finished))
        print(f"\n{framework}: {wall:.1f} s wall, {payload:.1f} s building, compiling, calling and sampling: "
              f"{wall / payload:.2f} times as long ({', '.join(f'{n} {status}' for status, n in done.items())})")
        for name, seconds in sorted(found.items(), key=lambda each: -each[1]):
            print(f"  {seconds:7.2f} s  {seconds / wall:6.1%}  {name}{'' if name in PAYLOAD else ' *'}")
    print("\n* the harness")


if __name__ == "__main__":
    main()
