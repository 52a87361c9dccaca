"""The method that cuEquivariance takes: its kernels, and how to hear that it falls back to another method."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from backend.frameworks import Framework, Unsupported

KERNELS = {"jax": "uniform_1d", "torch": "fused_tp"}


def heard(build):
    """What `build` gives, and the library's warning that it falls back to another method, or nothing."""
    with warnings.catch_warnings(record=True) as messages:
        warnings.simplefilter("always")
        built = build()
    return built, next((str(each.message) for each in messages if "alling back" in str(each.message)), "")


def segmented(polynomial, method: str, framework: Framework) -> Callable[[Sequence], object]:
    """The call of a segmented polynomial, from its inputs to its first output. Raises Unsupported where the library
    takes another method than this one: it only warns, and a time under the method's name would be another's."""
    prepare = {"jax": _in_jax, "torch": _in_torch}[framework.name]
    call, said = prepare(polynomial, method, framework)
    if said:
        raise Unsupported(f"cuEquivariance does not run {method} here: {said.rstrip('.')}")
    return call


def _in_torch(polynomial, method: str, framework: Framework):
    """The call, and what the library says where it takes another method."""
    from cuequivariance_torch import SegmentedPolynomial

    module, said = heard(lambda: SegmentedPolynomial(polynomial, method=method, math_dtype=framework.dtype))
    module = module.to(framework.device)
    return (lambda inputs: module(inputs)[0]), said or (
        f"it took {module.method}" if module.method != method else "")


def _in_jax(polynomial, method: str, framework: Framework):
    """The call, and what the library says where it takes another method: not before it is lowered."""
    import jax
    from cuequivariance_jax import segmented_polynomial

    def multiply(inputs):
        out = jax.ShapeDtypeStruct((*inputs[-1].shape[:-1], polynomial.outputs[0].size), inputs[-1].dtype)
        return segmented_polynomial(polynomial, inputs, [out], method=method)[0]

    if method == "naive":
        return multiply, ""
    rows = [jax.ShapeDtypeStruct((1, each.size), framework.dtype) for each in polynomial.inputs]
    return multiply, heard(lambda: jax.jit(multiply).lower(rows))[1]
