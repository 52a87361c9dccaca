"""PyTorch on the CPU or a GPU: eager, compiled by Inductor where a C++ compiler is, or captured as a CUDA graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate

import numpy as np
import torch
from torch.autograd.profiler import profile
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils.flop_counter import FlopCounterMode

from backend.frameworks.cpu_cache import cpu_cache_sweeper
from backend.frameworks.framework import Compiled, Framework, Unsupported
from backend.frameworks.torch_bilinear import bilinear
from backend.frameworks.torch_cuda_graph import captured
from backend.frameworks.torch_device import event_time, kernels_of
from backend.frameworks.torch_gradients import with_gradient, with_second_gradient


class TorchFramework(Framework):
    name = "torch"
    flop_counter = "PyTorch's FlopCounterMode: matrix products alone"

    def __init__(self, **mode):
        super().__init__(**mode)
        torch.set_float32_matmul_precision(self.precision)
        torch.backends.cudnn.allow_tf32 = self.precision != "highest"
        if self.compilation == "compiled" and self.device == "cpu" and not _compiler():
            raise Unsupported("torch.compile needs a C++ compiler on the CPU, and none is here; install g++")
        if self.compilation == "graph" and self.device != "cuda":
            raise Unsupported("a CUDA graph is captured on a GPU; choose device cuda, or compilation eager or compiled")
        self._dtype = getattr(torch, self.dtype)

    @property
    def memory_counter(self):
        on_cpu = "arguments and the profiler's record of allocations"
        return "the CUDA allocator's peak" if self.device == "cuda" else on_cpu

    @classmethod
    def devices(cls):
        return ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)

    @classmethod
    def threads(cls):
        return torch.get_num_threads()

    @contextmanager
    def default_dtype(self) -> Iterator[None]:
        """This dtype as PyTorch's default, for modules of libraries that make their constants in it."""
        before = torch.get_default_dtype()
        torch.set_default_dtype(self._dtype)
        try:
            yield
        finally:
            torch.set_default_dtype(before)

    def asarray(self, values):
        dtype = self._dtype if np.issubdtype(values.dtype, np.floating) else torch.int64
        return torch.tensor(values, dtype=dtype, device=self.device)

    def to_numpy(self, array):
        return array.detach().to("cpu", torch.float64).numpy()

    def einsum(self, subscripts, *operands):
        return torch.einsum(subscripts, *operands)

    def apply(self, matrix, array, axis):
        if axis == 0:   # one matrix product, called directly: torch.einsum costs more than small ones
            return (matrix.T @ array.reshape(array.shape[0], -1)).reshape(-1, *array.shape[1:])
        return array @ matrix if axis == 2 else torch.einsum("aib,ij->ajb", array, matrix)

    def reshape(self, array, shape):
        return array.reshape(tuple(shape))

    def transpose(self, array, axes):
        return array.permute(tuple(axes)).contiguous()

    def take(self, array, indices, axis):
        return torch.index_select(array, axis, indices)

    def concatenate(self, arrays, axis):
        return torch.cat(list(arrays), dim=axis)

    def add_slices(self, pieces, size, axis):
        shape = list(pieces[0][1].shape)
        shape[axis] = size
        total = pieces[0][1].new_zeros(shape)
        for start, piece in pieces:
            total.narrow(axis, start, piece.shape[axis]).add_(piece)
        return total

    def bilinear(self, i, j, k, weight, sizes, axis):
        return bilinear(i, j, k, weight, sizes, axis)

    def inverse_fft2(self, real, imaginary, size, axis):
        rows = torch.fft.ifft(torch.complex(real, imaginary), dim=axis, norm="forward")
        return torch.fft.irfft(rows, size, dim=axis + 1, norm="forward")

    def fft2(self, values, columns, axis):
        rows = torch.fft.rfft(values, dim=axis + 1)
        spectrum = torch.fft.fft(rows.narrow(axis + 1, 0, columns), dim=axis)
        return spectrum.real, spectrum.imag

    def sum_at(self, array, places, size, axis):
        shape = list(array.shape)
        shape[axis] = size
        return array.new_zeros(shape).index_add(axis, places, array)

    def by_blocks(self, function, arrays, size, axis):
        blocks = zip(*(array.split(size, axis) for array in arrays), strict=True)
        return torch.cat([function(*block) for block in blocks], axis)

    def compile(self, function, *arguments):
        if self.compilation != "compiled":
            return self._uncompiled(function, arguments)
        compiled = _compiled(function)
        compiled(*arguments)    # compiles at the first call
        return Compiled(compiled)

    def compile_with_gradient(self, function, *arguments):
        if self.compilation != "compiled":
            return self._uncompiled(with_gradient(function), arguments)
        both = with_gradient(_compiled(function))
        both(*arguments)
        return Compiled(both)

    def compile_double_backward(self, function, *arguments):
        if self.compilation != "compiled":
            return self._uncompiled(with_second_gradient(function), arguments)
        # torch.compile differentiates what it compiles but once, so all operations of all passes are traced first
        traced = _compiled(make_fx(with_second_gradient(function))(*arguments))
        traced(*arguments)
        return Compiled(traced)

    def _uncompiled(self, function, arguments) -> Compiled:
        return captured(function, arguments) if self.compilation == "graph" else Compiled(function)

    def synchronize(self, result):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def counted_flops(self, compiled, arguments):
        if self.compilation != "eager":
            return None   # it sees operations, and a compiled program is one
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            compiled.function(*arguments)
        return float(counter.get_total_flops())

    def peak_memory(self, compiled, arguments):
        if compiled.peak_bytes is not None:
            return compiled.peak_bytes
        if self.device == "cuda":
            torch.cuda.reset_peak_memory_stats()
            compiled.function(*arguments)
            torch.cuda.synchronize()
            return float(torch.cuda.max_memory_allocated())
        with profile(profile_memory=True) as record:   # that of torch.profiler imports the compiler first: 1 s
            compiled.function(*arguments)
        changes = sorted(
            (event.start_ns(), event.nbytes())
            for event in record.kineto_results.events() if event.name() == "[memory]"
        )
        peak = max(accumulate(change for _, change in changes), default=0)
        return float(peak + sum(each.nbytes for each in arguments))

    def kernels(self, call, calls):
        return kernels_of(call, calls) if self.device == "cuda" else None

    def queued_time(self, call, *, calls, launches, host_time):
        if self.device != "cuda":
            return None
        return event_time(call, calls=calls, launches=launches, host_time=host_time)

    def cache_sweeper(self):
        if self.device == "cpu":
            return cpu_cache_sweeper()
        size = 2 * torch.cuda.get_device_properties(0).L2_cache_size
        buffer = torch.empty(size, dtype=torch.uint8, device=self.device)

        def sweep():
            buffer.zero_()
            torch.cuda.synchronize()

        return sweep



def _compiled(function):
    """Compiled by Inductor at its first call; from the start, so that every case's compile time is its own."""
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True, dynamic=False)


def _compiler() -> str | None:
    return next(filter(None, map(shutil.which, ("g++", "clang++", "c++"))), None)
