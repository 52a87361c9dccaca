"""NumPy on the CPU: the oracle's framework. It compiles nothing and has no gradients."""

from __future__ import annotations

import tracemalloc
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from backend.frameworks.cpu_cache import cpu_cache_sweeper
from backend.frameworks.framework import Compiled, Framework, Unsupported


class NumpyFramework(Framework):
    name = "numpy"
    flop_counter = ""
    memory_counter = "arguments and NumPy's allocations (tracemalloc)"

    @classmethod
    def devices(cls):
        return ("cpu",)

    @classmethod
    def threads(cls):
        return max((pool["num_threads"] for pool in _pools().info() if pool["user_api"] == "blas"), default=1)

    def asarray(self, values):
        return np.asarray(values, dtype=self.dtype if np.issubdtype(values.dtype, np.floating) else np.intp)

    def to_numpy(self, array):
        return np.asarray(array, dtype=np.float64)

    def einsum(self, subscripts, *operands):
        return np.einsum(subscripts, *operands, optimize=True)

    def apply(self, matrix, array, axis):
        return self.einsum(("iab,ij->jab", "aib,ij->ajb", "abi,ij->abj")[axis], array, matrix)

    def reshape(self, array, shape):
        return array.reshape(shape)

    def transpose(self, array, axes):
        return np.ascontiguousarray(np.transpose(array, axes))

    def take(self, array, indices, axis):
        return np.take(array, indices, axis=axis)

    def concatenate(self, arrays, axis):
        return np.concatenate(arrays, axis=axis)

    def add_slices(self, pieces, size, axis):
        shape = list(pieces[0][1].shape)
        shape[axis] = size
        total = np.zeros(shape, dtype=self.dtype)
        along = np.moveaxis(total, axis, 0)
        for start, piece in pieces:
            along[start : start + piece.shape[axis]] += np.moveaxis(piece, axis, 0)
        return total

    def bilinear(self, i, j, k, weight, sizes, axis):
        count = np.bincount(k, minlength=sizes[0])
        first = np.cumsum(count) - count
        turns = [(np.flatnonzero(count > turn), first[count > turn] + turn) for turn in range(count.max())]

        def multiply(x, y):   # rank by rank of the terms of an output, so that not all terms lie in memory
            x, y = (np.moveaxis(each, axis, 0) for each in (x, y))
            rest = np.broadcast_shapes(x.shape[1:], y.shape[1:])
            z = np.zeros((sizes[0], *rest), dtype=self.dtype)
            for rows, terms in turns:
                z[rows] += x[i[terms]] * (y[j[terms]] * weight[terms].reshape(-1, *(1,) * len(rest)))
            return np.moveaxis(z, 0, axis)

        return multiply

    def inverse_fft2(self, real, imaginary, size, axis):
        rows = np.fft.ifft(real + 1j * imaginary, axis=axis, norm="forward")
        return np.fft.irfft(rows, size, axis=axis + 1, norm="forward")

    def fft2(self, values, columns, axis):
        rows = np.fft.rfft(values, axis=axis + 1)
        spectrum = np.fft.fft(rows[(slice(None),) * (axis + 1) + (slice(columns),)], axis=axis)
        return spectrum.real, spectrum.imag

    def sum_at(self, array, places, size, axis):
        shape = list(array.shape)
        shape[axis] = size
        total = np.zeros(shape)
        np.add.at(total, (slice(None),) * axis + (places,), array)
        return total

    def by_blocks(self, function, arrays, size, axis):
        cuts = range(size, arrays[0].shape[axis], size)
        blocks = zip(*(np.split(array, cuts, axis) for array in arrays), strict=True)
        return np.concatenate([function(*block) for block in blocks], axis)

    def compile(self, function, *arguments):
        return Compiled(function)

    def compile_with_gradient(self, function, *arguments):
        raise Unsupported("NumPy has no gradients; choose jax or torch for direction forward_backward")

    def compile_double_backward(self, function, *arguments):
        raise Unsupported("NumPy has no gradients; choose jax or torch for direction double_backward")

    def synchronize(self, result):
        pass   # NumPy returns when it has computed

    def counted_flops(self, compiled, arguments):
        return None

    def peak_memory(self, compiled, arguments):
        tracemalloc.start()
        try:
            compiled.function(*arguments)
            return float(tracemalloc.get_traced_memory()[1] + sum(each.nbytes for each in arguments))
        finally:
            tracemalloc.stop()

    def kernels(self, call, calls):
        return None

    def queued_time(self, call, *, calls, launches, host_time):
        return None

    def cache_sweeper(self):
        return cpu_cache_sweeper()


@cache
def _pools() -> ThreadpoolController:
    """The BLAS and OpenMP libraries of this process; to find them takes some milliseconds."""
    return ThreadpoolController()
