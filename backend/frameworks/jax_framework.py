"""JAX on the CPU or a GPU: compiled whole, or operation by operation; matmul precision explicit."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from backend.frameworks.cpu_cache import cpu_cache_sweeper
from backend.frameworks.framework import Compiled, Framework
from backend.frameworks.jax_bilinear import bilinear
from backend.frameworks.jax_device import kernels_of
from backend.frameworks.jax_gradients import with_gradient, with_second_gradient

_L2_NUMBERS = 64 * 2**20   # 256 MB, read and written anew: no GPU's L2 cache holds more


class JaxFramework(Framework):
    name = "jax"
    flop_counter = "XLA's cost analysis"
    memory_counter = "the compiled program's arguments, outputs and temporaries"

    def __init__(self, **mode):
        super().__init__(**mode)
        # x64 is per case: in a float32 case no constant may widen the arithmetic
        jax.config.update("jax_enable_x64", self.dtype == "float64")
        jax.config.update("jax_default_matmul_precision", self.precision)
        self._device = jax.devices("gpu" if self.device == "cuda" else "cpu")[0]

    @classmethod
    def devices(cls):
        try:
            return ("cpu", "cuda") if jax.devices("gpu") else ("cpu",)
        except RuntimeError:   # JAX's way to say that a backend is not there
            return ("cpu",)

    @classmethod
    def threads(cls):
        # XLA does not tell: its pool is counted by the names of this process's threads (Linux alone has them)
        found = 0
        for path in Path("/proc/self/task").glob("*/comm"):
            with suppress(OSError):   # that thread has ended
                found += path.read_text().startswith("tf_XLAEigen")
        return found

    def asarray(self, values):
        dtype = self.dtype if np.issubdtype(values.dtype, np.floating) else np.int32
        return jax.device_put(np.asarray(values, dtype=dtype), self._device)

    def to_numpy(self, array):
        return np.asarray(array, dtype=np.float64)

    def einsum(self, subscripts, *operands):
        return jnp.einsum(subscripts, *operands, precision=self.precision)

    def apply(self, matrix, array, axis):
        return self.einsum(("iab,ij->jab", "aib,ij->ajb", "abi,ij->abj")[axis], array, matrix)

    def reshape(self, array, shape):
        return jnp.reshape(array, shape)

    def transpose(self, array, axes):
        return jnp.transpose(array, axes)

    def take(self, array, indices, axis):
        return jnp.take(array, indices, axis=axis, mode="clip")

    def concatenate(self, arrays, axis):
        return jnp.concatenate(arrays, axis=axis)

    def add_slices(self, pieces, size, axis):
        # `.at[].add` becomes a scatter; sums of slices between all starts and ends fuse into one loop
        ends = {start + piece.shape[axis] for start, piece in pieces}
        cuts = sorted({0, size} | ends | {start for start, _ in pieces})
        shape = list(pieces[0][1].shape)
        parts = []
        for low, high in pairwise(cuts):
            inside = [
                jax.lax.slice_in_dim(piece, low - start, high - start, axis=axis)
                for start, piece in pieces
                if start <= low and high <= start + piece.shape[axis]
            ]
            shape[axis] = high - low
            parts.append(sum(inside[1:], start=inside[0]) if inside else jnp.zeros(shape, self.dtype))
        return jnp.concatenate(parts, axis=axis)

    def bilinear(self, i, j, k, weight, sizes, axis):
        return bilinear(*map(np.asarray, (i, j, k, weight)), sizes, axis)

    def inverse_fft2(self, real, imaginary, size, axis):
        spectrum = jax.lax.complex(real, imaginary)
        return jnp.fft.irfft2(spectrum, s=(size, size), axes=(axis, axis + 1), norm="forward")

    def fft2(self, values, columns, axis):
        spectrum = jnp.fft.rfft2(values, axes=(axis, axis + 1))
        spectrum = jax.lax.slice_in_dim(spectrum, 0, columns, axis=axis + 1)
        return spectrum.real, spectrum.imag

    def sum_at(self, array, places, size, axis):
        shape = list(array.shape)
        shape[axis] = size
        return jnp.zeros(shape, array.dtype).at[(slice(None),) * axis + (places,)].add(array)

    def by_blocks(self, function, arrays, size, axis):
        count, rest = divmod(arrays[0].shape[axis], size)

        def cut(array):   # its blocks along a first axis
            array, place = jax.lax.slice_in_dim(array, 0, count * size, axis=axis), axis % array.ndim
            shape = array.shape
            return jnp.moveaxis(array.reshape(*shape[:place], count, size, *shape[place + 1 :]), place, 0)

        z = jax.lax.map(lambda block: function(*block), [cut(array) for array in arrays])
        place = axis % (z.ndim - 1)
        z = jnp.moveaxis(z, 0, place)
        z = z.reshape(*z.shape[:place], count * size, *z.shape[place + 2 :])
        if not rest:
            return z
        tail = function(*(jax.lax.slice_in_dim(array, count * size, None, axis=axis) for array in arrays))
        return jnp.concatenate([z, tail], axis)

    def in_memory(self, array):
        # what a loop carries lies in memory; XLA drops its own optimization barriers on the CPU
        first = (0,) * array.ndim
        return jax.lax.fori_loop(0, 2, lambda turn, kept: kept.at[first].add(0 * turn), array)

    def compile(self, function, *arguments):
        return self._ready(function, arguments)

    def compile_with_gradient(self, function, *arguments):
        return self._ready(with_gradient(function), arguments)

    def compile_double_backward(self, function, *arguments):
        return self._ready(with_second_gradient(function), arguments)

    def _ready(self, function, arguments) -> Compiled:
        return Compiled(function) if self.compilation == "eager" else _compiled(function, arguments)

    def synchronize(self, result):
        jax.block_until_ready(result)

    def counted_flops(self, compiled, arguments):
        return compiled.flops

    def peak_memory(self, compiled, arguments):
        return compiled.peak_bytes

    def kernels(self, call, calls):
        return kernels_of(call, calls) if self.device == "cuda" else None

    def queued_time(self, call, *, calls, launches, host_time):
        return None   # JAX hands out no event of a stream

    def cache_sweeper(self):
        if self.device == "cpu":
            return cpu_cache_sweeper()
        buffer = jax.device_put(np.zeros(_L2_NUMBERS, np.float32), self._device)
        return lambda: jax.block_until_ready(buffer + 1)



def _compiled(function, arguments) -> Compiled:
    compiled = jax.jit(function).lower(*arguments).compile()
    return Compiled(compiled, _flops(compiled), _peak_bytes(compiled))


def _flops(compiled) -> float | None:
    costs = compiled.cost_analysis()
    costs = costs[0] if isinstance(costs, list) else costs   # a list of one in older versions
    counted = costs.get("flops", 0.0) if costs else 0.0
    return counted if counted > 0 else None   # -1 where XLA does not know, as for GPU libraries


def _peak_bytes(compiled) -> float | None:
    memory = compiled.memory_analysis()
    if memory is None:
        return None
    return memory.argument_size_in_bytes + memory.output_size_in_bytes + memory.temp_size_in_bytes
