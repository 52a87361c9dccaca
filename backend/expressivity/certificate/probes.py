"""The product as it is certified (framework, dtype, device, layout, compilation) on random inputs."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from backend.expressivity.certificate.reference import Reference
from backend.frameworks import Unsupported, framework_class
from backend.so3 import random_rotation, representation
from backend.spec import Case
from backend.tensor_products import build
from backend.tensor_products.layout import from_layout, to_layout

_ROWS, _LEAST_CHANNELS = 3, 2   # more rows and channels than one: they must not mix
_ROTATIONS = 3
_FACTORS = 1.5, -0.75   # exact in every dtype


class OutputError(ArithmeticError):
    """The output is not what the product declares; the message says in what."""


class Probe:
    """Random inputs and what the certified product makes of them; arrays are (batch, channels, dim) in float64.

    Raises Unsupported where the product cannot do the case, OutputError where its output has not the declared shape
    or dtype or is not finite.
    """

    def __init__(self, case: Case) -> None:
        self._shape = _ROWS, max(case.problem.channels, _LEAST_CHANNELS)
        batch, channels = self._shape
        self.case = replace(case, problem=replace(case.problem, batch=batch, channels=channels))
        self.framework = framework_class(case.framework)(
            device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
        self.product = build(self.case, self.framework)
        self.random = np.random.default_rng(case.seed)
        self.x, self.y = self.draw(self.product.irreps_in1.dim), self.draw(self.product.irreps_in2.dim)
        self._compiled = self.framework.compile(self.product, *self._place(self.x, self.y))
        self.z = self(self.x, self.y)

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return self._checked(self._compiled.function(*self._place(x, y)))

    def draw(self, dim: int) -> np.ndarray:
        """Standard normal numbers that float32 holds exactly."""
        return self.random.standard_normal((*self._shape, dim), dtype=np.float32).astype(np.float64)

    def bilinear_error(self) -> float:
        """|T(a x + b x', y) - a T(x, y) - b T(x', y)|, and the same in y, relative to the largest term."""
        a, b = _FACTORS
        other_x, other_y = self.draw(self.x.shape[-1]), self.draw(self.y.shape[-1])
        left = self(a * self.x + b * other_x, self.y), a * self.z, b * self(other_x, self.y)
        right = self(self.x, a * self.y + b * other_y), a * self.z, b * self(self.x, other_y)
        return max(_relative(whole, one + two, scale=max(abs(one).max(), abs(two).max()))
                   for whole, one, two in (left, right))

    def equivariance_error(self, *, inversion: bool) -> float:
        """|T(Dx, Dy) - D T(x, y)| relative to the largest output, for random rotations or for inversion."""
        rotations = [-np.eye(3)] if inversion else [random_rotation(self.random) for _ in range(_ROTATIONS)]
        worst = 0.0
        for rotation in rotations:
            d1, d2, d3 = (representation(irreps, rotation) for irreps in (
                self.product.irreps_in1, self.product.irreps_in2, self.product.irreps_out))
            worst = max(worst, _relative(self(self.x @ d1.T, self.y @ d2.T), self.z @ d3.T))
        return worst

    def reference_error(self, reference: Reference) -> float:
        """The largest deviation from the exact map, relative to its largest value."""
        return _relative(self.z, reference(self.x, self.y))

    def is_exact_on_equal_rows(self, reference: Reference, tolerance: float) -> bool:
        """Whether the map is the exact one where all rows and channels are the same."""
        x, y = (np.broadcast_to(each[:1, :1], each.shape) for each in (self.x, self.y))
        return _relative(self(x, y), reference(x, y)) <= tolerance

    def gradient_error(self, reference: Reference) -> float | None:
        """The largest deviation of the gradients by x and y of a random cotangent, relative to their largest value;
        None where the framework has no gradients."""
        cotangent = self.draw(self.z.shape[-1])
        arguments = self._place(self.x, self.y, cotangent)
        try:
            both = self.framework.compile_with_gradient(self.product, *arguments)
        except Unsupported:
            return None
        _, *found = both.function(*arguments)
        gradients = (self._back(each) for each in found)
        expected = reference.gradients(self.x, self.y, cotangent)
        return max(_relative(each, exact) for each, exact in zip(gradients, expected, strict=True))

    def counted_flops(self) -> float | None:
        """What the framework counts for one row and channel."""
        counted = self.framework.counted_flops(self._compiled, self._place(self.x, self.y))
        return None if counted is None else counted / prod(self._shape)

    def _place(self, *arrays: np.ndarray) -> tuple:
        return tuple(self.framework.asarray(to_layout(each, self.case.layout)) for each in arrays)

    def _checked(self, output) -> np.ndarray:
        dtype = str(output.dtype).rpartition(".")[2]
        if dtype != self.case.dtype:
            raise OutputError(f"the output must be {self.case.dtype}, got {dtype}")
        expected = to_layout(np.empty((*self._shape, self.product.irreps_out.dim)), self.case.layout).shape
        if tuple(output.shape) != expected:
            raise OutputError(f"the output must have shape {expected} for {self.product.irreps_out}, "
                              f"got {tuple(output.shape)}")
        values = self._back(output)
        if not np.isfinite(values).all():
            raise OutputError("the output must be finite, got infinity or not a number")
        return values

    def _back(self, array) -> np.ndarray:
        return from_layout(self.framework.to_numpy(array), self.case.layout)


def _relative(values: np.ndarray, expected: np.ndarray, scale: float | None = None) -> float:
    scale = np.abs(expected).max(initial=0.0) if scale is None else scale
    return float(np.abs(values - expected).max(initial=0.0) / (scale or 1.0))
