"""How e3nn's PyTorch modules run: its code generator's mode, which is a global of the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def jit_mode(mode: str) -> Iterator[None]:
    """Modules made inside are plain (`eager`) or TorchScript (`script`)."""
    import e3nn

    before = e3nn.get_optimization_defaults()["jit_mode"]
    e3nn.set_optimization_defaults(jit_mode=mode)
    try:
        yield
    finally:
        e3nn.set_optimization_defaults(jit_mode=before)


def mode_of(module, compilation: str) -> str:
    """How the module really runs: e3nn turns to plain modules by itself where TorchScript is out of favour."""
    import torch

    scripted = any(isinstance(each, torch.jit.ScriptModule) for each in module.modules())
    return "TorchScript" if scripted else {"compiled": "torch.compile"}.get(compilation, compilation)
