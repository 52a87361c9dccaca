"""Every quantity of a result: name, label, unit, direction, meaning. One table feeds axes, tables and exports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A quantity of a result, in SI units. `derive` is SQL over the metric columns of a result, or None if stored."""

    name: str
    label: str
    unit: str                       # "s", "B", "FLOP", "" for a number
    lower_is_better: bool | None    # None: neither
    meaning: str
    derive: str | None = None


_TABLE = (
    Metric("throughput_time", "Time per call", "s", True,
           "Median over samples of the time of a block of calls in flight with one synchronisation, per call."),
    Metric("throughput_time_low", "Time per call, low", "s", True, "Lower end of the 95 % interval of that median."),
    Metric("throughput_time_high", "Time per call, high", "s", True, "Upper end of the 95 % interval of that median."),
    Metric("latency", "Latency", "s", True, "Median time of one call, synchronised before the next begins."),
    Metric("latency_low", "Latency, low", "s", True, "Lower end of the 95 % interval of that median."),
    Metric("latency_high", "Latency, high", "s", True, "Upper end of the 95 % interval of that median."),
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
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _TABLE}
STORED = tuple(metric.name for metric in _TABLE if metric.derive is None)
DERIVED = tuple(metric.name for metric in _TABLE if metric.derive is not None)
