"""The process in which cases take turns, so that each meets the same moods of the machine. JSON in, a JSON line out
for each step and each contest."""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter, process_time
from typing import Any

from backend.bench.cores import Cores
from backend.bench.prepared import check, prepare
from backend.bench.process import die_with_parent, give_memory_back
from backend.catalogue import entry
from backend.frameworks import framework_of
from backend.spec import Case
from backend.tensor_products import build

_LEAST_ROUNDS = 3
_OWN_SHARE = 0.95     # of the wall time of a sample on one thread; with less, another process had the core
_LARGEST_ERROR = {"float32": 1e-5, "float64": 1e-13}   # a product that computes something else is no contestant
_BY_DIRECTION = 1e-4   # of gradients by the direction of an edge, which the oracle knows by differences alone


@dataclass(frozen=True)
class Contestant:
    """A case ready to be called, with what its library says it runs."""

    case: Case
    call: Callable[[], Any]
    synchronize: Callable[[Any], None]
    effective: dict[str, str]


def main() -> None:
    die_with_parent()
    job = json.load(sys.stdin)
    reply = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)   # what libraries print goes to the log
    cores = Cores(job["threads"])
    if job["framework"] == "torch":
        import torch

        torch.set_num_threads(job["threads"])

    def say(**said: Any) -> None:
        reply.write(json.dumps(said) + "\n")

    with cores.claimed():
        for number, contest in enumerate(job["contests"]):
            cases = [Case.from_json(case) for case in contest]
            say(**_measure(job, cases, random.Random(1000 * job["seed"] + number), say))
            gc.unfreeze()
            gc.collect()
            give_memory_back()


def _measure(
    job: dict[str, Any], cases: Sequence[Case], order: random.Random, say: Callable[..., None]
) -> dict[str, Any]:
    """Samples of seconds per call by case key, one from each round; why others have none; the dispatch floor.
    Before each step that may take long it says at which case it is."""
    ready, left_out, placed = [], {}, {}
    for case in cases:
        if reason := job["left_out"].get(case.key):
            left_out[case.key] = reason
            continue
        say(at=case.key)
        try:
            ready.append(_prepare(case, placed))
        except Exception as error:   # one contestant less, and the table says why
            left_out[case.key] = f"{error}".strip().splitlines()[0][:300] or type(error).__name__
    for each in ready:   # compiling one may have thrown away what another had compiled
        say(at=each.case.key)
        each.synchronize(each.call())
    gc.collect()
    gc.freeze()          # so that the collection before every sample is quick
    calls = {}
    for each in ready:
        say(at=each.case.key)
        calls[each.case.key] = _calibrate(each, job["min_sample_time"])
    rounds, contested = _rounds(job, ready, calls, order, say) if ready else ([], [])
    return {"samples": {each.case.key: [taken[each.case.key] for taken in rounds] for each in ready},
            "contested": contested, "left_out": left_out, "floor": _floor(cases[0], job["min_sample_time"]),
            "effective": {each.case.key: each.effective for each in ready}}


def _rounds(
    job: dict[str, Any], ready: Sequence[Contestant], calls: dict[str, int], order: random.Random,
    say: Callable[..., None],
) -> tuple[list[dict[str, float]], list[int]]:
    """Seconds per call of every case, round by round, and the numbers of the rounds in which another process had the
    core for a while: each is followed by one more, up to as many as were asked for."""
    taken, contested, start = [], [], perf_counter()
    alone = job["threads"] == 1 and ready[0].case.device == "cpu"   # else a process waits for others of its own
    while len(taken) - len(contested) < job["rounds"] and len(taken) < 2 * job["rounds"]:
        if len(taken) >= _LEAST_ROUNDS and perf_counter() - start > job["max_time"]:
            break
        this, shares = {}, []
        for each in order.sample(ready, len(ready)):   # neighbours in time share the machine's moods
            if calls[each.case.key] == 1:   # it may take long
                say(at=each.case.key)
            this[each.case.key], share = _sample(each, calls[each.case.key])
            shares.append(share)
        if alone and min(shares) < _OWN_SHARE:
            contested.append(len(taken))
        taken.append(this)
        say(at="")
    return taken, contested


def _sample(contestant: Contestant, calls: int) -> tuple[float, float]:
    """Seconds per call of a block of calls with one synchronisation at its end, and the share of them that this
    process had a core. Short ones are called once before, so that what the neighbour left in the caches does not
    count."""
    if calls > 1:
        contestant.synchronize(contestant.call())
    gc.collect()
    gc.disable()
    start, own = perf_counter(), process_time()
    for _ in range(calls):
        output = contestant.call()
    contestant.synchronize(output)
    taken, own = perf_counter() - start, process_time() - own
    gc.enable()
    return taken / calls, own / taken


def _calibrate(contestant: Contestant, least: float) -> int:
    """How many calls take that many seconds."""
    calls = 1
    while (seconds := _sample(contestant, calls)[0] * calls) < least:
        calls = max(calls + 1, min(10 * calls, ceil(1.2 * calls * least / seconds)))
    return calls


def _prepare(case: Case, placed: dict[tuple, tuple]) -> Contestant:
    """Builds, compiles and checks. Raises where the product cannot, or is not the function that it should be."""
    framework = framework_of(case)
    operation = build(case, framework)
    ready = prepare(case, operation, placed=placed, function=_with_own_code(operation))
    call, arguments = ready.compiled.function, ready.arguments   # without what the checks alone need
    found, largest = check(ready, call(*arguments)), _LARGEST_ERROR[case.dtype]
    if not entry(case.product).approximate:
        _refuse_above(largest, found.output_error, "output must be that")
        _refuse_above(_BY_DIRECTION if operation.directional else largest, found.gradient_error,
                      "gradients must be those")
    return Contestant(case, lambda: call(*arguments), framework.synchronize, operation.effective)


def _refuse_above(largest: float, error: float, what: str) -> None:
    if not error < largest:   # nor where it is not a number
        raise ArithmeticError(f"its {what} of the float64 oracle, got an error of {error:.2g}")


def _with_own_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function behind a code object of its own: torch.compile keeps what it compiled by code object, and checks
    all that share one in turn at every call."""
    def call(*arguments):
        return function(*arguments)

    call.__code__ = call.__code__.replace()
    return call


def _floor(case: Case, least: float) -> float:
    """Seconds of a call that does next to nothing: what a call costs before any arithmetic."""
    import numpy as np

    framework = framework_of(case)
    x = framework.asarray(np.ones((1, 1, 1)))
    compiled = framework.compile(lambda x, y: x * y, x, x)
    empty = Contestant(case, lambda: compiled.function(x, x), framework.synchronize, {})
    calls = _calibrate(empty, least)
    return min(_sample(empty, calls)[0] for _ in range(5))


if __name__ == "__main__":
    main()
