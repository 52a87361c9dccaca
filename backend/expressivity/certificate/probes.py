"""The product as it is certified (framework, dtype, device, layout, compilation) on random inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from backend.expressivity.certificate.deviation import relative, sum_error, worst
from backend.expressivity.certificate.reference import Reference
from backend.frameworks import Unsupported, framework_class
from backend.so3 import random_rotation, representation
from backend.spec import Case
from backend.tensor_products import build
from backend.tensor_products.layout import BATCH_AXIS, from_layout, to_layout

_ROWS, _LEAST_CHANNELS = 3, 2   # more rows and channels than one: they must not mix
_ROTATIONS = 3
FACTORS = 1.5, -0.75   # exact in every dtype
SCALES = 4096.0, 2.0**-12   # of an argument, exact too: nothing may be clipped, nor a small number added
_REPEAT = 1e3                # units in the last place that two calls may differ by: sums in another order
_LENGTHS = 0.03125, 3.0, 640.0   # of a direction, which must not matter
_POLES = np.array([[0.0, 1.0, 0.0], [0.0, -2.0, 0.0], [0.001, 1.0, 0.0], [1e-6, -1.0, 1e-6]])   # of the axis y, or near


Map = Callable[[np.ndarray, np.ndarray], np.ndarray]   # (x, y) -> z in float64, (batch, channels, dim)


class OutputError(ArithmeticError):
    """The output is not what the product declares; the message says in what."""


class Probe:
    """Random inputs and what the certified product makes of them; arrays are (batch, channels, dim) in float64. Of an
    edge convolution y is one direction for all channels of a row, in the last rows one at or near a pole. A product
    that mixes channels has the weights that it gives.

    Raises Unsupported where the product cannot do the case, OutputError where its output has not the declared shape
    or dtype or is not finite.
    """

    def __init__(self, case: Case) -> None:
        directional = case.problem.setting == "edge"
        batch, channels = _ROWS + directional * len(_POLES), max(case.problem.channels, _LEAST_CHANNELS)
        self._shape = batch, channels
        self.case = replace(case, problem=replace(case.problem, batch=batch, channels=channels))
        self.framework = framework_class(case.framework)(
            device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
        self.product = build(self.case, self.framework)
        self.random = np.random.default_rng(case.seed)
        self.x, self.y = self.draw(self.product.irreps_in1.dim), self.draw(self.product.irreps_in2.dim)
        self.y = self.y[:, : self.product.channels_in2]
        if directional:
            self.y[_ROWS:, 0] = _POLES.astype(np.float32)
        self.weights = tuple(each.astype(np.float64) for each in self.product.weights())
        self._compiled = self.framework.compile(self.product, *self._place(self.x, self.y))
        self.z = self(self.x, self.y)
        self._check_repetition()

    def __call__(self, x: np.ndarray, y: np.ndarray, weights: Sequence[np.ndarray] | None = None) -> np.ndarray:
        return self._checked(self._compiled.function(*self._place(x, y, weights)))

    @property
    def terms(self) -> int:
        """Of an output's sum, at most."""
        harmonics = (self.case.problem.l2 + 1) ** 2 if self.product.directional else self.y.shape[-1]
        if self.case.problem.setting == "square":
            harmonics = self.x.shape[-1]
        pairs = self.case.problem.channels**2 if self.case.problem.mixing == "uvw" else 1
        return self.x.shape[-1] * harmonics * pairs

    def draw(self, dim: int) -> np.ndarray:
        """Standard normal numbers that float32 holds exactly."""
        return self.random.standard_normal((*self._shape, dim), dtype=np.float32).astype(np.float64)

    def draw_y(self) -> np.ndarray:
        """The same, as another y."""
        return self.draw(self.y.shape[-1])[:, : self.y.shape[1]]

    def linear_error(self) -> float:
        """|T(a x + b x', y) - a T(x, y) - b T(x', y)| relative to the largest term, and |T(s x, y) - s T(x, y)|."""
        (a, b), other = FACTORS, self.draw(self.x.shape[-1])
        added = sum_error(self(a * self.x + b * other, self.y), a * self.z, b * self(other, self.y))
        return worst([added, *(relative(self(scale * self.x, self.y) / scale, self.z) for scale in SCALES)])

    def bilinear_error(self) -> float:
        """The linear error in x and in y, and |T(0, 0)|."""
        (a, b), other = FACTORS, self.draw_y()
        right = sum_error(self(self.x, a * self.y + b * other), a * self.z, b * self(self.x, other))
        scaled = (relative(self(self.x, scale * self.y) / scale, self.z) for scale in SCALES)
        zero = np.abs(self(0 * self.x, 0 * self.y)).max() / (np.abs(self.z).max() or 1.0)
        return worst([self.linear_error(), right, *scaled, zero])

    def quadratic_error(self) -> float:
        """|S(a x + b x') - a^2 S(x) - b^2 S(x') - a b (S(x + x') - S(x) - S(x'))| relative to the largest term, and
        |S(s x) - s^2 S(x)|."""
        (a, b), other = FACTORS, self.draw(self.x.shape[-1])
        ours, theirs, both = self.z, self(other, self.y), self(self.x + other, self.y)
        terms = a * (a - b) * ours, b * (b - a) * theirs, a * b * both
        scale = max(np.abs(each).max() for each in terms)
        added = relative(self(a * self.x + b * other, self.y), sum(terms), scale)
        return worst([added, *(relative(self(each * self.x, self.y) / each**2, ours) for each in SCALES)])

    def length_error(self) -> float:
        """|T(x, s r) - T(x, r)| relative to the largest output, for short and long directions."""
        return worst(relative(self(self.x, length * self.y), self.z) for length in _LENGTHS)

    def equivariance_error(self, *, inversion: bool) -> float:
        """|T(Dx, Dy) - D T(x, y)| relative to the largest output, for random rotations or for inversion."""
        rotations = [-np.eye(3)] if inversion else [random_rotation(self.random) for _ in range(_ROTATIONS)]
        found = []
        for rotation in rotations:
            d1, d2, d3 = (representation(irreps, rotation) for irreps in (
                self.product.irreps_in1, self.product.irreps_in2, self.product.irreps_out))
            found.append(relative(self(self.x @ d1.T, self.y @ d2.T), self.z @ d3.T))
        return worst(found)

    def reference_error(self, reference: Map, *, poles: bool = True) -> float:
        """The largest deviation from the exact map, relative to its largest value; with or without poles."""
        rows = slice(None if poles else _ROWS)
        return relative(self.z[rows], reference(self.x, self.y)[rows])

    def numpy_error(self) -> float | None:
        """The largest deviation from the product's own NumPy form in float64; None where it has none."""
        case = replace(self.case, framework="numpy", dtype="float64", device="cpu", compilation="eager")
        numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
        try:
            product = build(case, numpy)
        except Unsupported:
            return None
        x, y = (to_layout(each, case.layout) for each in (self.x, self.y))
        return relative(self.z, from_layout(product(x, y), case.layout))

    def is_exact_on_equal_rows(self, reference: Reference, tolerance: float) -> bool:
        """Whether the map is the exact one where all rows and channels are the same."""
        x, y = (np.broadcast_to(each[:1, :1], each.shape) for each in (self.x, self.y))
        return relative(self(x, y), reference(x, y)) <= tolerance

    def gradient_error(self, reference: Reference, *, poles: bool = False) -> float | tuple[float, float] | None:
        """The largest deviation of the gradients by x and y of a random cotangent, relative to their largest value;
        with `poles` that in random directions and that at and near the poles. None where the framework has no
        gradients."""
        cotangent, product = self.draw(self.z.shape[-1]), self.product
        arguments = *self._place(self.x, self.y), self.framework.asarray(product.place_z(cotangent))
        try:
            both = self.framework.compile_with_gradient(product, *arguments)
        except Unsupported:
            return None
        _, *found = map(self.framework.to_numpy, both.function(*arguments))
        rows = BATCH_AXIS[self.case.layout]
        pairs = [(np.moveaxis(each, rows, 0), np.moveaxis(place(exact), rows, 0)) for each, place, exact in zip(
            found, (product.place_x, product.place_y), reference.gradients(self.x, self.y, cotangent), strict=True)]
        first, last = ([relative(each[part], exact[part]) for each, exact in pairs]
                       for part in (slice(_ROWS), slice(_ROWS if poles else 0, None)))
        return (worst(first), worst(last)) if poles else worst(first)

    def counted_flops(self) -> float | None:
        """What the framework counts for one row and channel; where channels mix, for one row."""
        counted = self.framework.counted_flops(self._compiled, self._place(self.x, self.y))
        rows = self._shape[0] if self.case.problem.spread else prod(self._shape)
        return None if counted is None else counted / rows

    def _check_repetition(self) -> None:
        """Raises OutputError where a second call on the same arrays does not give the same."""
        arrays = self._place(self.x, self.y)
        first, second = (self._checked(self._compiled.function(*arrays)).copy() for _ in range(2))
        if (error := relative(second, first)) > _REPEAT * np.finfo(self.case.dtype).eps:
            raise OutputError(f"the same arrays must give the same output again, got a deviation of {error:.2g}: the "
                              "product changes its inputs or keeps a state")

    def _place(self, x: np.ndarray, y: np.ndarray, weights: Sequence[np.ndarray] | None = None) -> tuple:
        arrays = self.product.place_x(x), self.product.place_y(y), *(self.weights if weights is None else weights)
        return tuple(map(self.framework.asarray, arrays))

    def _checked(self, output) -> np.ndarray:
        dtype = str(output.dtype).rpartition(".")[2]
        if dtype != self.case.dtype:
            raise OutputError(f"the output must be {self.case.dtype}, got {dtype}")
        expected = self.product.place_z(np.empty((*self._shape, self.product.irreps_out.dim))).shape
        if tuple(output.shape) != expected:
            raise OutputError(f"the output must have shape {expected} for {self.product.irreps_out}, "
                              f"got {tuple(output.shape)}")
        values = self.product.values_of(self.framework.to_numpy(output))
        if not np.isfinite(values).all():
            raise OutputError("the output must be finite, got infinity or not a number")
        return values
