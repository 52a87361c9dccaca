"""Starts a scheduler, or a worker of this machine, until a signal ends it."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import dask
from distributed.cli import dask_scheduler, dask_worker
from distributed.utils import get_ip

from backend.cluster.addresses import host_and_port
from backend.cluster.description import NAME, describe
from backend.spec import SpecError

_ROOT = Path(__file__).parents[2]
_SCHEDULER = {
    "distributed.scheduler.allowed-failures": 0,   # our tasks refuse to run twice; nobody's here should
    "distributed.scheduler.worker-ttl": "60s",
}
# A worker that only waits must leave the machine alone; and its settings for glibc are not those of who measures.
_WORKER = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.diagnostics.nvml": False,
    "distributed.nanny.pre-spawn-environ": {},
}
_NO_PAGE = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")   # what is left of it listens here alone


def scheduler(host: str, port: int) -> None:
    """Serves at host:port; anybody who can connect can run programs on every worker."""
    dask.config.set(_SCHEDULER)
    dask_scheduler.main(["--host", host, "--port", str(port), *_NO_PAGE], prog_name="scheduler")


def worker(address: str, devices: Sequence[str], *, machine: str = "", rest: Sequence[str] = ()) -> None:
    """Measures on these devices of this machine for the scheduler at the address. `rest` are options of `dask
    worker`; without one that says where it listens, it does where it reaches the scheduler from."""
    describe(devices)
    own = _own_address(address)
    dask.config.set(_WORKER | {NAME: {"machine": machine}})
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    listens = {"--host", "--interface", "--listen-address"} & {each.partition("=")[0] for each in rest}
    given = () if listens else ("--host", own)
    try:
        dask_worker.main([
            address, "--nthreads", "1", "--memory-limit", "0", *_NO_PAGE,
            "--resources", " ".join(f"{device}=1" for device in devices), "--preload", "backend.cluster.bench",
            *given, *rest], prog_name="worker")
    except RuntimeError as error:   # dask's word for a beginning that failed
        sys.exit(f"error: the worker could not start: {error.__cause__ or error}")


def _own_address(scheduler: str) -> str:
    """The address of this machine on the way to the scheduler."""
    host, port = host_and_port(scheduler, role="worker")
    try:
        socket.getaddrinfo(host, port)
        return get_ip(host, port)
    except OSError as error:
        raise SpecError(f"a cluster must be at a host that this machine knows, got {scheduler!r}: {error}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """A worker for who starts workers by itself, as dask-jobqueue does: takes the options of `dask worker` too."""
    parser = argparse.ArgumentParser(prog="python -m backend.cluster.start", description=main.__doc__)
    parser.add_argument("scheduler")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--machine", default="")
    asked, rest = parser.parse_known_args(arguments)
    try:
        worker(asked.scheduler, asked.device.split(","), machine=asked.machine, rest=rest)
    except SpecError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
