"""Fills a history with synthetic results and prints what its operations take: `python benchmarks/store.py`."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.environment import identity
from backend.spec import Case, Problem, Result
from results_db import Store

_START = datetime(2026, 1, 1, tzinfo=UTC)
_SAMPLES = 30
_AT_ONCE = 20_000


def environments() -> list[dict[str, Any]]:
    """Twenty: four machines with five versions of the framework."""
    return [
        {
            "machine": {"name": f"CPU model {name}, 16 cores"},
            "device": f"CPU model {name}",
            "versions": {"python": "3.11.7", "numpy": "2.4.6", "jax": f"0.10.{patch}"},
            "source": f"{patch:012x}",
        }
        for name, patch in product("ABCD", range(5))
    ]


def cases() -> list[Case]:
    """A thousand and more: products, degrees, channels, batches and directions."""
    return [
        Case(Problem.of("mimo", l_max, channels=channels, batch=batch), f"product_{number}", "default", "jax",
             direction=direction)
        for number, l_max, channels, batch, direction in product(
            range(12), range(1, 9), (1, 8, 64), (100, 1000, 10_000), ("forward", "forward_backward"))
    ]


def synthetic(
    rng: random.Random, known_cases: Sequence[Case] | None = None,
    environments_of: Callable[[Case], Sequence[dict[str, Any]]] | None = None,
) -> Iterator[Result]:
    """Endless results of random cases in random environments, a second apart; of `cases` in any of `environments`
    unless others are given."""
    known_cases, usual, number = known_cases or cases(), environments(), 0
    while True:
        number += 1
        middle = rng.lognormvariate(-7, 2)
        samples = tuple(middle * rng.gauss(1, 0.05) for _ in range(_SAMPLES))
        status = rng.choices(("ok", "failed"), (0.98, 0.02))[0]
        case = rng.choice(known_cases)
        freedom = float(len(case.product) * (case.problem.l_max + 1) ** 2)
        yield Result(
            case, status, "", samples, samples[:10],
            {"throughput_time": middle, "interactable": freedom / 2, "degrees_of_freedom": freedom, "flops": 1e6},
            rng.choice(environments_of(case) if environments_of else usual) | {"live": {"load": rng.random()}},
            (_START + timedelta(seconds=number)).isoformat(), uuid.UUID(int=rng.getrandbits(128)).hex)


def fill(store: Store, results: Iterator[Result], rows: int) -> None:
    """Adds that many of the results, many at once."""
    for done in range(0, rows, _AT_ONCE):
        store.add_many(islice(results, min(_AT_ONCE, rows - done)))


def timed(name: str, call: Callable[[], Any], *, times: int = 5) -> None:
    """Prints the median time of the call, and how many rows it gave where it gave a frame."""
    taken, value = [], None
    for _ in range(times):
        start = time.perf_counter()
        value = call()
        taken.append(time.perf_counter() - start)
    size = f"{len(value):>10,} rows" if hasattr(value, "__len__") else ""
    print(f"{name:<44}{statistics.median(taken) * 1e3:>10.1f} ms {size}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to put the file (default: a temporary folder)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        path = Path(folder) / "history.duckdb"
        results = synthetic(random.Random(0))
        start = time.perf_counter()
        with Store(path) as store:
            fill(store, results, asked.rows)
        taken = time.perf_counter() - start
        print(f"filled {asked.rows:,} rows in {taken:.0f} s, file {path.stat().st_size / 1e6:.0f} MB")
        timed("open and close", lambda: Store(path).close())
        with Store(path) as store:
            measure(store, results)


def measure(store: Store, results: Iterator[Result]) -> None:
    """Prints the times of what pages and the queue do."""
    known = cases()
    here = identity(environments()[-1])
    sweep = [case for case in known if case.problem.channels == 8 and case.problem.batch == 1000]
    identities = {case.key: here for case in known}
    some = next(results)
    store.add(some)
    timed("results(latest=True)", lambda: store.results(latest=True))
    timed("results(latest=True, one setting)", lambda: store.results(
        latest=True, status="ok", channels=8, batch=1000, direction="forward"))
    timed("results(latest=True, one setting, machine)", lambda: store.results(
        latest=True, status="ok", channels=8, batch=1000, direction="forward", machine=here["machine"]))
    timed("results(limit=200)", lambda: store.results(limit=200))
    timed("result(id)", lambda: store.result(some.id))
    timed("lookup of 1 case", lambda: store.lookup(known[0], here))
    timed(f"lookup of {len(sweep)} cases", lambda: store.lookup_many(sweep, identities))
    timed("add one", lambda: store.add(next(results)), times=20)
    timed("add one hundred", lambda: store.add_many(islice(results, 100)))
    timed("query: median by product and L", lambda: store.query(
        "SELECT product, l_max, median(throughput_time) FROM results GROUP BY ALL"))


if __name__ == "__main__":
    main()
