"""Histories of a clock whose law is known: frames as `Store.results()` gives them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from backend.spec import Case, Problem

DEGREES, CHANNELS, BATCHES = (1, 2, 3, 4, 5), (1, 8, 64), (1, 10, 100, 1000, 10_000)
IDENTITY = json.dumps({"machine": "a machine", "device": "a machine", "source": "1"})


def case(l_max: int, channels: int, batch: int, **rest) -> Case:
    problem = Problem.of("mimo", l_max, channels=channels, batch=batch)
    return replace(Case(problem, "matrix", "", "jax"), **rest)


def grid(**rest) -> list[Case]:
    return [case(l_max, channels, batch, **rest) for l_max in DEGREES for channels in CHANNELS for batch in BATCHES]


def flops(case: Case) -> float:
    return 50.0 * (case.problem.l_max + 1) ** 5 * case.problem.channels * case.problem.batch


def moved(case: Case) -> float:
    return 12.0 * (case.problem.l_max + 1) ** 2 * case.problem.channels * case.problem.batch + 4000.0


def seconds(case: Case) -> float:
    """Launches, bytes and FLOP, and a cache that is left at 1 MB: bytes then cost four times as much."""
    size = moved(case)
    return 1e-5 + 2e-11 * size * (1 + 3 / (1 + (1e6 / size) ** 2)) + 3e-11 * flops(case)


def history(cases: Iterable[Case], *, noise: float = 0.0, outliers: float = 0.0, seed: int = 0,
            clock: Callable[[Case], float] = seconds, identity: str = IDENTITY) -> pd.DataFrame:
    """A result of each case: log-normal noise, and of a part of them three times the time."""
    random = np.random.default_rng(seed)
    rows = []
    for number, each in enumerate(cases):
        time = clock(each) * np.exp(noise * random.standard_normal()) * (3.0 if random.random() < outliers else 1.0)
        rows.append(each.to_json() | {
            "id": f"{number:032x}", "status": "ok", "identity": identity, "conditions": "quiet", "process": f"{number}",
            "measured_at": pd.Timestamp("2026-11-20", tz="UTC") + pd.Timedelta(seconds=number),
            "throughput_time": time, "latency": 2 * time, "flops": flops(each), "bytes": moved(each),
            "interactable": 6.0 * each.problem.l_max, "peak_memory": 2 * moved(each) + 1000.0,
            "build_time": 0.01, "compile_time": 0.2, "first_call_time": 2 * time,
        })
    return pd.DataFrame(rows)
