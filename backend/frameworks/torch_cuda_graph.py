"""A call captured as a CUDA graph: all its kernels are started by one launch, and nothing of PyTorch runs between."""

from __future__ import annotations

import torch

from backend.frameworks.framework import Compiled, Unsupported

_WARM_UP = 3   # calls before the capture, in which libraries choose kernels and take their workspaces


def captured(function, arguments) -> Compiled:
    """The function as one graph. Called with these very arguments it replays at once: a network writes its inputs where
    the graph reads them, and a replay overwrites the outputs of the one before. Others are copied there and back.

    The peak of memory is that of the capture, for a replay allocates nothing. Raises Unsupported where a call cannot
    be captured, as one that waits for the device.
    """
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(_WARM_UP):
            function(*arguments)
    torch.cuda.current_stream().wait_stream(side)
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    graph = torch.cuda.CUDAGraph()
    try:
        with torch.cuda.graph(graph):
            output = function(*arguments)
    except torch.cuda.OutOfMemoryError:
        raise
    except RuntimeError as error:
        raise Unsupported(f"its call cannot be captured as a CUDA graph: {str(error).splitlines()[0]}") from None
    return Compiled(replaying(graph.replay, arguments, output), peak_bytes=float(torch.cuda.max_memory_allocated()))


def replaying(replay, arguments, output):
    """(*arguments) -> output, where `replay` reads `arguments` and writes `output`, a tensor or a tuple of them."""
    def call(*given):
        if all(each is own for each, own in zip(given, arguments, strict=True)):
            replay()
            return output
        kept = [own.clone() for own in arguments]
        _write(given, arguments)
        replay()
        found = tuple(each.clone() for each in output) if isinstance(output, tuple) else output.clone()
        _write(kept, arguments)
        return found

    return call


def _write(values, places) -> None:
    for value, place in zip(values, places, strict=True):
        place.copy_(value)
