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

from backend.bench import accuracy, inputs, memory
from backend.bench.call import compiled_for, output_of, place_behind
from backend.bench.condition_words import told
from backend.bench.conditions import Reading, conditions, read
from backend.bench.device_timing import device_metrics
from backend.bench.head import Oracle, head_of, output_head
from backend.bench.memory import OutOfMemory
from backend.bench.stages import Stages
from backend.bench.timing import Options, measure
from backend.catalogue import entry
from backend.environment import environment
from backend.frameworks import Framework, Unsupported, framework_class
from backend.spec import Case, Result
from backend.statistics import findings, interval, median, warm_up
from backend.tensor_products import build

_PROCESS = uuid.uuid4().hex   # what two results of one process share: addresses, the compiler's choices
_NO_GRADIENT = 0.01   # an error that no dtype explains: a library's kernel lost the second gradient on its way
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
    framework: Framework = framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation
    )
    stages.end("framework")
    operation = build(case, framework)
    build_time = stages.end("build")
    if operation.effective:
        about["live"]["effective"] = operation.effective
    memory.refuse_too_large(case, operation)
    given, behind = inputs.draw(case, operation), inputs.draw_behind(case, operation)
    rest = tuple(map(framework.asarray, given.rest))

    def place(x, y):
        return framework.asarray(operation.place_x(x)), framework.asarray(operation.place_y(y)), *rest

    arguments = *place(given.x, given.y), *place_behind(operation, behind)
    stages.end("inputs")
    compiled = compiled_for(case.direction, framework, operation, arguments)
    compile_time = stages.end("compile")
    memory.refuse_compiled(case, compiled, arguments)
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
    head = head_of(case, operation, given)
    oracle = Oracle(case, operation, head)
    z = output_head(operation, output_of(case.direction, output), head)
    errors = {"oracle_error": accuracy.output_error(z, oracle, head)}
    if behind:
        alone, tangents = accuracy.head_cotangent(behind[0], head), behind[1:]
        of_head = *arguments[: -len(behind)], *place_behind(operation, (alone, *tangents))
        error = accuracy.every_gradient_error(
            operation, oracle, head, given, compiled.function(*of_head)[1:], alone, tangents)
        errors["oracle_error"] = max(errors["oracle_error"], error)
        if tangents and entry(case.product).library and error > _NO_GRADIENT:
            raise Unsupported(f"its second gradients are not those of the function: they differ by {error:.2g}")

    def again(x, y):
        # the timed function itself, on turned inputs
        turned = compiled.function(*place(x, y), *arguments[len(arguments) - len(behind) :])
        return output_head(operation, output_of(case.direction, turned), head)

    for name, inversion in (("rotation", False), ("inversion", True)):
        errors[f"equivariance_error_{name}"] = accuracy.equivariance_error(
            case, operation, z, given, head, again, inversion=inversion)
    stages.end("checks")
    return timing, errors | {
        "build_time": build_time,
        "compile_time": compile_time,
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
