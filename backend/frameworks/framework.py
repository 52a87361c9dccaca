"""What a benchmark asks of an array framework on one device in one dtype."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.frameworks.kernels import Kernel

Array = Any


class Unsupported(Exception):
    """What is asked does not exist here; the message says why. An answer, not a failure."""


@dataclass(frozen=True)
class Compiled:
    """A function ready to be called, and what the compiler says of it (None where it says nothing)."""

    function: Callable[..., Any]
    flops: float | None = None            # the compiler's own estimate of one call
    peak_bytes: float | None = None       # arguments, outputs and temporaries of one call


class Framework(ABC):
    """One framework on one device in one dtype. Every method is pure but `synchronize` and the peak of memory."""

    name: str
    memory_counter: str                   # what `peak_memory` counts, in words
    flop_counter: str                     # what `counted_flops` counts, in words; empty where nothing does

    def __init__(self, *, device: str, dtype: str, precision: str, compilation: str) -> None:
        self.device, self.dtype, self.precision, self.compilation = device, dtype, precision, compilation
        if device not in self.devices():
            raise Unsupported(f"{self.name} has no device {device} here; it has {', '.join(self.devices())}")

    @property
    def itemsize(self) -> int:
        """Bytes of one number."""
        return np.dtype(self.dtype).itemsize

    @classmethod
    @abstractmethod
    def devices(cls) -> tuple[str, ...]:
        """The devices that this framework can use on this machine."""

    @classmethod
    @abstractmethod
    def threads(cls) -> int:
        """The threads that it computes with on the CPU, as it or the system tells; 0 where neither does."""

    @abstractmethod
    def asarray(self, values: np.ndarray) -> Array:
        """The values on the device: floats in the dtype, integers as indices."""

    @abstractmethod
    def to_numpy(self, array: Array) -> np.ndarray:
        """The values in float64 on the host."""

    @abstractmethod
    def einsum(self, subscripts: str, *operands: Array) -> Array:
        """The contraction, with the framework's own contraction at the stated precision."""

    @abstractmethod
    def apply(self, matrix: Array, array: Array, axis: int) -> Array:
        """sum_i array_i matrix_ij along `axis` of an array of three axes."""

    @abstractmethod
    def reshape(self, array: Array, shape: Sequence[int]) -> Array: ...

    @abstractmethod
    def transpose(self, array: Array, axes: Sequence[int]) -> Array:
        """The array with its axes in this order, in memory too."""

    @abstractmethod
    def take(self, array: Array, indices: Array, axis: int) -> Array:
        """The slices of `array` at integer `indices` along `axis`."""

    @abstractmethod
    def concatenate(self, arrays: Sequence[Array], axis: int) -> Array: ...

    @abstractmethod
    def add_slices(self, pieces: Sequence[tuple[int, Array]], size: int, axis: int) -> Array:
        """An array of `size` along `axis` that is the sum of the pieces, each placed at its start, else zero."""

    @abstractmethod
    def bilinear(
        self, i: Array, j: Array, k: Array, weight: Array, sizes: tuple[int, int, int], axis: int
    ) -> Callable[[Array, Array], Array]:
        """(x, y) -> z with z_k = sum_t weight_t x_{i_t} y_{j_t} over the terms t with k_t = k, along `axis`; prepared
        now, for z, x, y of these sizes along it. Terms are sorted by k, and the other axes broadcast."""

    @abstractmethod
    def inverse_fft2(self, real: Array, imaginary: Array, size: int, axis: int) -> Array:
        """The real signal of shape (size, size) along `axis`, `axis + 1` whose spectrum is given for every frequency of
        `size` points along the first and 0, 1, ... along the second, the rest zero; sum_k c_k e^{ikx}, no factor."""

    @abstractmethod
    def fft2(self, values: Array, columns: int, axis: int) -> tuple[Array, Array]:
        """Real and imaginary part of the spectrum of such a signal, `columns` frequencies along the second axis;
        sum_x f(x) e^{-ikx} without a factor."""

    @abstractmethod
    def sum_at(self, array: Array, places: Array, size: int, axis: int) -> Array:
        """An array of `size` along `axis` whose entry i is the sum of those of `array` whose integer place is i."""

    @abstractmethod
    def by_blocks(
        self, function: Callable[..., Array], arrays: Sequence[Array], size: int, axis: int
    ) -> Array:
        """function(*arrays) for a function of single entries along `axis`, 0 or -1, of the arrays and of its result:
        called on `size` of them after another, so that what it makes between them stays small."""

    def in_memory(self, array: Array) -> Array:
        """The array, computed once and kept: a compiler that fuses may compute it anew for each of its readers."""
        return array

    @abstractmethod
    def compile(self, function: Callable[..., Array], *arguments: Array) -> Compiled:
        """The function, compiled for arguments like these as the compilation mode says."""

    @abstractmethod
    def compile_with_gradient(self, function: Callable[..., Array], *arguments: Array) -> Compiled:
        """(*arguments, cotangent) -> (function(*arguments), a gradient by each that is not of integers), compiled
        likewise; the last of these arguments is the cotangent."""

    @abstractmethod
    def compile_double_backward(self, function: Callable[..., Array], *arguments: Array) -> Compiled:
        """(*arguments, c, h_x, h_y) -> (z, g_x, g_y, then the gradients of S by every one of the arguments that is not
        of integers, c the last), compiled likewise; these three are the last of these arguments. With z the function
        of the arguments, g_x and g_y are the gradients of <c, z> by the first two, x and y, and S = <h_x, g_x> +
        <h_y, g_y>: the vector-Jacobian product of a vector-Jacobian product, as in training on forces.

        Raises Unsupported, here or at the first call, where the gradients cannot be differentiated again."""

    @abstractmethod
    def synchronize(self, result: Any) -> None:
        """Returns when the result has been computed."""

    @abstractmethod
    def counted_flops(self, compiled: Compiled, arguments: Sequence[Array]) -> float | None:
        """Floating-point operations of one call as the framework itself counts them, or None; it may call."""

    @abstractmethod
    def peak_memory(self, compiled: Compiled, arguments: Sequence[Array]) -> float | None:
        """Most bytes that one call holds, its arguments included, or None where nothing counts them; it may call."""

    @abstractmethod
    def kernels(self, call: Callable[[], Any], calls: int) -> list[Kernel] | None:
        """What a GPU did in that many calls, as the framework's profiler saw it; None on another device."""

    @abstractmethod
    def queued_time(
        self, call: Callable[[], Any], *, calls: int, launches: int, host_time: float
    ) -> float | None:
        """Seconds per call that a GPU takes for calls which it does not have to wait for, or None where the framework
        has no clock of the device's. `launches` and `host_time` are those of one call."""

    @abstractmethod
    def cache_sweeper(self) -> Callable[[], None]:
        """() -> None that overwrites more than the device's last cache holds, and waits until it is done."""
