"""One case from problem to result: build, compile, time, check. Whatever goes wrong becomes a status."""

from __future__ import annotations

import os
import traceback
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from backend.bench import accuracy
from backend.bench.condition_words import told
from backend.bench.conditions import Reading, conditions, read
from backend.bench.device_timing import device_metrics
from backend.bench.memory import OutOfMemory
from backend.bench.prepared import check, prepare
from backend.bench.stages import Stages
from backend.bench.timing import Options, measure
from backend.environment import environment
from backend.frameworks import Unsupported, framework_of
from backend.spec import Case, Result
from backend.statistics import findings, interval, median, warm_up
from backend.tensor_products import build

_PROCESS = uuid.uuid4().hex   # what two results of one process share: addresses, the compiler's choices
_OUT_OF_MEMORY = ("out of memory", "resource_exhausted", "can't allocate memory", "unable to allocate", "bad_alloc",
                  "alloc_failed")   # the last of cuBLAS and cuFFT, which have workspaces of their own


def run(case: Case, expressivity: Mapping[str, float], options: Options) -> Result:
    """The result of a case: metrics (those of `expressivity` among them) and samples, or why there are none."""
    about, start = environment(case), read(case.device)
    about["live"] = {"load": start.load, "threads": case.threads, "cpu_affinity": list(start.cores),
                     "process": _PROCESS, "allocator": _allocator()}
    if options.flush:
        about["cache"] = "flushed"   # part of the identity: such a time never stands for a usual one
    status, message, timing, metrics = "ok", "", None, dict(expressivity)
    try:
        timing, measured = _measure(case, options, about, start)
        if broken := sorted(name for name, value in measured.items() if not isfinite(value)):
            raise ArithmeticError(f"the output is not finite: {', '.join(broken)}")
        metrics |= measured
    except Unsupported as reason:
        status, message = "unsupported", str(reason)
    except (OutOfMemory, MemoryError) as error:
        status, message = "out of memory", str(error) or "the framework could not allocate memory"
    except Exception as error:
        # the boundary: one case is lost and says why, the sweep goes on; the trace goes to the log
        traceback.print_exc()
        text = f"{type(error).__name__}: {error}".strip().splitlines()[0][:500]
        status = "out of memory" if any(word in str(error).lower() for word in _OUT_OF_MEMORY) else "failed"
        message = text
    return Result(
        case, status, message,
        samples=timing.throughput if timing else (),
        latency_samples=timing.latency if timing else (),
        metrics=metrics,
        environment=about,
        measured_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        id=uuid.uuid4().hex,
    )


def _measure(case: Case, options: Options, about: dict[str, Any], start: Reading):
    stages = Stages()
    framework = framework_of(case)
    stages.end("framework")
    operation = build(case, framework)
    build_time = stages.end("build")
    if operation.effective:
        about["live"]["effective"] = operation.effective
    ready = prepare(case, operation, stages=stages)
    compiled, arguments = ready.compiled, ready.arguments
    output = compiled.function(*arguments)
    framework.synchronize(output)
    first_call_time = stages.end("first call")
    peak = framework.peak_memory(compiled, arguments)
    stages.end("memory")
    before = read(case.device)
    stages.end("conditions")

    def call():
        return compiled.function(*arguments)

    sweep = framework.cache_sweeper() if options.flush else None
    timing = measure(call, framework.synchronize, options=options, clock=perf_counter, before=sweep)
    stages.end("samples")
    after = read(case.device)
    apart, device_timer = device_metrics(framework, call, clock=perf_counter)
    stages.end("device")
    used = framework.threads() if case.device == "cpu" else 0
    about["live"] |= {
        "conditions": told(conditions(start, before, after, threads=case.threads, used=used), threads=case.threads),
        "cpu_over_wall": round((after.own - before.own) / (after.wall - before.wall), 3),
        "calls_per_sample": timing.calls_per_sample,
        "calls_per_latency_sample": timing.calls_per_latency_sample,
        "stopped": timing.stopped,
        "warm_up_samples": warm_up(timing.throughput),
        "findings": findings(timing.throughput),
        "memory_counter": framework.memory_counter,
        "memory_free_bytes": after.memory_free,
        "precision": case.precision,
        "seconds": stages.seconds,
        **device_timer,
    }
    stages.end("conditions")
    found = check(ready, output)
    errors = {"oracle_error": float(np.max([found.output_error, found.gradient_error]))}   # not a number stays one
    for name, inversion in (("rotation", False), ("inversion", True)):   # of the timed function itself
        errors[f"equivariance_error_{name}"] = accuracy.equivariance_error(
            case, operation, found.z, ready.given, found.head, lambda x, y: ready.output_at(x, y, found.head),
            inversion=inversion)
    stages.end("checks")
    return timing, errors | {
        "build_time": build_time,
        "compile_time": stages.seconds["compile"],
        "first_call_time": first_call_time,
        "flops": float(operation.flops(case.direction)),
        "bytes": float(operation.bytes(case.direction)),
        "output_bytes": float(
            operation.irreps_out.dim * operation.rows_out * case.problem.channels * framework.itemsize),
        **({"compiler_flops": compiled.flops} if compiled.flops else {}),
        **({"peak_memory": peak} if peak is not None else {}),
        **apart,
        **_summary("throughput_time", timing.throughput),
        **_summary("latency", timing.latency),
    }


def _summary(name: str, samples) -> dict[str, float]:
    samples = samples[warm_up(samples) :]
    low, high = interval(samples)
    return {name: median(samples), f"{name}_low": low, f"{name}_high": high}


def _allocator() -> str:
    """What the process was told of how to keep memory."""
    return " ".join(f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("MALLOC_"))
