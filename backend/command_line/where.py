"""Where cases are measured: on this machine, or on those of a cluster, as command-line arguments."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager

from backend.cluster.installed import require_distributed
from backend.execution.events import Executor
from backend.spec import SpecError


def add_where(parser: argparse.ArgumentParser) -> None:
    """`--cluster`, `--on` and `--patience`."""
    group = parser.add_argument_group("where to measure (this machine where nothing is said)")
    group.add_argument("--cluster", metavar="ADDRESS", help=(
        "on the workers of this dask scheduler, such as tcp://host:8786, each one case at a time; see docs/cluster.md"))
    group.add_argument("--on", metavar="MACHINE", default="", help="on this machine of the cluster alone")
    group.add_argument("--patience", type=float, default=60.0, metavar="S", help=(
        "seconds that cases wait while no worker of the cluster has their device (default 60)"))


def check_where(asked: argparse.Namespace) -> None:
    """Raises SpecError where the arguments contradict each other, or what they need is not installed."""
    if asked.cluster is None and asked.on:
        raise SpecError(f"--on names a machine of a cluster: give --cluster ADDRESS as well, got {asked.on!r}")
    if not asked.patience >= 0:
        raise SpecError(f"patience must be seconds from 0, got {asked.patience}")
    if asked.cluster is not None:
        require_distributed()


def executor(asked: argparse.Namespace) -> AbstractContextManager[Executor]:
    """What measures there, with processes of its own."""
    if asked.cluster is None:
        from backend.execution.local import LocalExecutor

        return LocalExecutor()
    from backend.cluster.executor import ClusterExecutor

    return ClusterExecutor(asked.cluster, machine=asked.on, patience=asked.patience)
