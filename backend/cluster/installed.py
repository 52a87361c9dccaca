"""Whether what a cluster needs is there; asked before anything of it is imported."""

from __future__ import annotations

from importlib.util import find_spec

from backend.spec import SpecError


def require_distributed() -> None:
    """Raises SpecError where dask.distributed is not installed."""
    if find_spec("distributed") is None:
        raise SpecError("a cluster needs dask.distributed, which is not installed: "
                        "python -m pip install -r requirements-cluster.txt")
