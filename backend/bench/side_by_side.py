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

from backend.bench import accuracy, inputs, memory
from backend.bench.call import compiled_for, output_of, place_behind
from backend.bench.cores import Cores
from backend.bench.head import Oracle, head_of, output_head
from backend.bench.process import die_with_parent, give_memory_back
from backend.catalogue import entry
from backend.spec import Case

_LEAST_ROUNDS = 3
_OWN_SHARE = 0.95     # of the wall time of a sample on one thread; with less, another process had the core
_LARGEST_ERROR = {"float32": 1e-5, "float64": 1e-13}   # a product that computes something else is no contestant


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
    ready, left_out, arguments = [], {}, {}
    for case in cases:
        if reason := job["left_out"].get(case.key):
            left_out[case.key] = reason
            continue
        say(at=case.key)
        try:
            ready.append(_prepare(case, arguments))
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


def _prepare(case: Case, arguments: dict[str, tuple]) -> Contestant:
    """Builds, compiles and checks. Raises where the product cannot, or is not the function that it should be."""
    from backend.frameworks import framework_class
    from backend.tensor_products import Operation, build

    framework = framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
    operation = build(case, framework)
    memory.refuse_too_large(case, operation)
    given = inputs.draw(case, operation)
    usual = type(operation).place_x is Operation.place_x   # else the library lays its inputs out in its own way
    shared = (case.layout, case.seed, given.x.shape, given.y.shape, "" if usual else type(operation))
    pair = arguments.setdefault(shared, (
        framework.asarray(operation.place_x(given.x)), framework.asarray(operation.place_y(given.y))))
    placed = [*pair, *map(framework.asarray, given.rest)]
    placed += place_behind(operation, inputs.draw_behind(case, operation))
    compiled = compiled_for(case.direction, framework, _with_own_code(operation), tuple(placed))
    output = compiled.function(*placed)
    head = head_of(case, operation, given)
    z = output_head(operation, output_of(case.direction, output), head)
    error = accuracy.output_error(z, Oracle(case, operation, head), head)
    if not entry(case.product).approximate and not error < _LARGEST_ERROR[case.dtype]:
        raise ArithmeticError(f"its output must be that of the float64 oracle, got an error of {error:.2g}")
    return Contestant(case, lambda: compiled.function(*placed), framework.synchronize, operation.effective)


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

    from backend.frameworks import framework_class

    framework = framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
    x = framework.asarray(np.ones((1, 1, 1)))
    compiled = framework.compile(lambda x, y: x * y, x, x)
    empty = Contestant(case, lambda: compiled.function(x, x), framework.synchronize, {})
    calls = _calibrate(empty, least)
    return min(_sample(empty, calls)[0] for _ in range(5))


if __name__ == "__main__":
    main()
