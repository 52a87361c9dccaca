"""Every quantity of a result: name, label, unit, direction, meaning. One table feeds axes, tables and exports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A quantity of a result, in SI units. `derive` is SQL over the metric columns of a result and LIMITS, or None if
    stored."""

    name: str
    label: str
    unit: str                       # "s", "B", "FLOP", "" for a number
    lower_is_better: bool | None    # None: neither
    meaning: str
    derive: str | None = None


# Of the device of a result, where they are known, beside its metrics: bytes per second at its working set, FLOP/s in
# its dtype and precision, seconds of an empty call, and 1 where launching and computing cannot go on at once, else 0.
LIMITS = ("limit_bandwidth", "limit_rate", "limit_launch", "limit_serial")

_WORK = "greatest(bytes / limit_bandwidth, flops / limit_rate)"
_LAUNCH = "coalesce(limit_launch, 0)"
_FLOOR = f"greatest({_WORK} + limit_serial * {_LAUNCH}, CASE WHEN {_WORK} IS NOT NULL THEN {_LAUNCH} END)"

_TABLE = (
    Metric("throughput_time", "Time per call", "s", True,
           "Median over samples of the time of a block of calls in flight with one synchronisation, per call."),
    Metric("throughput_time_low", "Time per call, low", "s", True, "Lower end of the 95 % interval of that median."),
    Metric("throughput_time_high", "Time per call, high", "s", True, "Upper end of the 95 % interval of that median."),
    Metric("latency", "Latency", "s", True, "Median time of one call, synchronised before the next begins."),
    Metric("latency_low", "Latency, low", "s", True, "Lower end of the 95 % interval of that median."),
    Metric("latency_high", "Latency, high", "s", True, "Upper end of the 95 % interval of that median."),
    Metric("host_time", "Time until the call returns", "s", True,
           "Median time until a call returns, each synchronised before the next: what the host does for it. Where "
           "the CPU computes in the calling thread it is the latency."),
    Metric("device_time", "Time on the device", "s", True,
           "On a GPU, time per call without the host's: between CUDA events around calls that wait behind a sleeping "
           "kernel (PyTorch), or the time that kernels cover in the profiler's trace (JAX)."),
    Metric("kernel_time", "Sum of kernel times", "s", True,
           "On a GPU, the durations of all kernels and copies of a call as the framework's profiler sees them; gaps "
           "between them are left out."),
    Metric("kernel_launches", "Launches", "", True,
           "On a GPU, kernels and copies of one call, as the profiler counts them."),
    Metric("degrees_of_freedom", "Degrees of freedom", "", False,
           "Expressivity: the dimension of the family of bilinear maps that linear layers around the product reach, "
           "the rank of the incidence matrix of its interactable paths, times the number of uncoupled channels."),
    Metric("interactable", "Interactable paths", "", False,
           "Number of triples (l1, l2, l3) on which the product is not zero."),
    Metric("build_time", "Build time", "s", True, "Preparing constants: coefficients, grids, matrices."),
    Metric("compile_time", "Compile time", "s", True, "Tracing and compiling, where the framework compiles."),
    Metric("first_call_time", "First call", "s", True, "The first call after compiling."),
    Metric("equivariance_error_rotation", "Equivariance error (rotation)", "", True,
           "|T(Dx, Dy) - D T(x, y)| / |T(x, y)| under a random rotation, largest over rows, in the case's dtype."),
    Metric("equivariance_error_inversion", "Equivariance error (inversion)", "", True,
           "The same under inversion."),
    Metric("oracle_error", "Error against the oracle", "", True,
           "Largest deviation from the float64 NumPy oracle on the first rows, relative to its largest value."),
    Metric("flops", "FLOP", "FLOP", True, "Floating-point operations of one call, counted from the algorithm."),
    Metric("compiler_flops", "FLOP (compiler)", "FLOP", True,
           "The compiler's own estimate for one call (XLA's cost analysis); loops count once."),
    Metric("counter_flops", "FLOP (counters)", "FLOP", True,
           "Floating-point operations of one call by the GPU's counters (Nsight Compute): additions, multiplications, "
           "twice the fused ones, and 2,048 for each instruction of a tensor core, as arXiv:2506.13523 counts."),
    Metric("counter_tensor_flops", "FLOP (tensor cores)", "FLOP", None, "Those of tensor cores among them."),
    Metric("counter_bytes", "Bytes of memory (counters)", "B", True,
           "Bytes read from and written to the GPU's memory in one call, by its counters (dram__bytes)."),
    Metric("counter_time", "Sum of kernel times (counters)", "s", True,
           "Sum over the kernels of one call of gpu__time_duration (Nsight Compute), each run by itself."),
    Metric("counter_launches", "Launches (counters)", "", True, "Kernels of one call that Nsight Compute saw."),
    Metric("bytes", "Bytes moved", "B", True,
           "Bytes of inputs, constants and outputs of one call, each moved once, counted from the algorithm."),
    Metric("output_bytes", "Output size", "B", None, "Bytes of the output of one call."),
    Metric("peak_memory", "Peak memory", "B", True,
           "Most memory held at once during a call, its arguments included: what the compiled program states (JAX), "
           "the CUDA allocator's peak, the profiler's record (PyTorch on the CPU), tracemalloc (NumPy)."),
    Metric("time_per_path", "Time per interactable path", "s", True, "Time per call / interactable paths.",
           derive="throughput_time / nullif(interactable, 0)"),
    Metric("time_per_degree_of_freedom", "Time per degree of freedom", "s", True,
           "Time per call / degrees of freedom.", derive="throughput_time / nullif(degrees_of_freedom, 0)"),
    Metric("bytes_floor", "Floor of its bytes", "s", None,
           "Bytes moved / bandwidth of the cache or memory in which they fit, as measured by `limits`.",
           derive="bytes / limit_bandwidth"),
    Metric("flops_floor", "Floor of its FLOP", "s", None,
           "FLOP / rate of matrix products in the dtype and precision, as measured by `limits`.",
           derive="flops / limit_rate"),
    Metric("launch_floor", "Floor of a launch", "s", None,
           "Time of an empty call in the same framework and compilation, as measured by `limits`.",
           derive="limit_launch"),
    Metric("time_floor", "Floor", "s", None,
           "No call can be faster: the larger of the floors of its bytes and FLOP, plus that of a launch; on a GPU or "
           "several threads, where both go on at once, at least that of a launch.", derive=_FLOOR),
    Metric("distance", "Times its floor", "", True,
           "Time per call / floor: 1 is the hardware's limit.", derive=f"throughput_time / nullif({_FLOOR}, 0)"),
    Metric("below_floor", "Below its floor", "", None,
           "1 where even the upper end of the time's interval lies below the floor: then a count or a limit is wrong.",
           derive=f"CAST(throughput_time_high < {_FLOOR} AS DOUBLE)"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _TABLE}
STORED = tuple(metric.name for metric in _TABLE if metric.derive is None)
DERIVED = tuple(metric.name for metric in _TABLE if metric.derive is not None)
