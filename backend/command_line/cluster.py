"""`python -m backend cluster`: starts a scheduler or a worker, or lists the workers. See docs/cluster.md."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from backend.cluster.installed import require_distributed
from backend.command_line import DONE, FAILED
from backend.command_line.arguments import words
from backend.spec import DEVICES, check_integer


def add_to(commands) -> None:
    parser = commands.add_parser(
        "cluster", help="measure on several machines", description=__doc__,
        epilog="Whoever reaches a scheduler or a worker can run programs there: keep to a private network, or use TLS.")
    parts = parser.add_subparsers(metavar="PART", required=True)
    _add_scheduler(parts)
    _add_worker(parts)
    listing = parts.add_parser("list", help="the workers of a scheduler", description=_list.__doc__)
    listing.add_argument("scheduler", metavar="ADDRESS", help="such as tcp://host:8786")
    listing.add_argument("--json", action="store_true", help="one worker a line, as JSON")
    listing.set_defaults(run=_list)


def _add_scheduler(parts) -> None:
    parser = parts.add_parser("scheduler", help="start the one that workers and clients meet at",
                              description=_scheduler.__doc__)
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS",
                        help="where it listens, such as 10.0.0.1 or tls://10.0.0.1 (default 127.0.0.1: this machine)")
    parser.add_argument("--port", type=int, default=8786, metavar="N", help="(default 8786)")
    parser.set_defaults(run=_scheduler)


def _add_worker(parts) -> None:
    parser = parts.add_parser("worker", help="let this machine measure for a scheduler", description=_worker.__doc__)
    parser.add_argument("scheduler", metavar="ADDRESS", help="of the scheduler, such as tcp://host:8786")
    parser.add_argument("--device", default="cpu", metavar="D,...", help=f"{', '.join(DEVICES)} (default cpu)")
    parser.add_argument("--machine", default="", metavar="NAME", help="what to call this machine (default: its name)")
    parser.add_argument("--host", metavar="ADDRESS", help=(
        "where it listens (default: the address from which this machine reaches the scheduler)"))
    parser.set_defaults(run=_worker)


def _scheduler(asked: argparse.Namespace) -> int:
    """Starts a scheduler and serves until a signal ends it."""
    check_integer("port", asked.port, 0, 65535)
    require_distributed()
    from backend.cluster.start import scheduler

    return scheduler(asked.host, asked.port) or DONE


def _worker(asked: argparse.Namespace) -> int:
    """Starts a worker, which measures one case at a time until a signal ends it."""
    require_distributed()
    from backend.cluster.start import worker

    listens = () if asked.host is None else ("--host", asked.host)
    worker(asked.scheduler, words("device", asked.device), machine=asked.machine, rest=listens)
    return DONE


def _list(asked: argparse.Namespace) -> int:
    """Prints every worker that can measure: machine, address, devices, what it measures, wherein it is unlike here."""
    require_distributed()
    from backend.cluster.connection import ClusterLost, Connection

    connection = Connection(asked.scheduler)
    try:
        connection.client()
        found = sorted(connection.workers(), key=lambda each: each.place)
    except ClusterLost as lost:
        print(f"error: {lost}", file=sys.stderr)
        return FAILED
    finally:
        connection.close()
    for each in found:
        if asked.json:
            print(json.dumps(asdict(each) | {"differences": each.differences}))
        else:
            state = f"measuring {each.measuring}" if each.measuring else "idle"
            unlike = f"  unlike here: {', '.join(each.differences)}" if each.differences else ""
            devices = ", ".join(f"{name} ({own})" for name, own in each.devices.items())
            print(f"{each.machine}  {each.address}  {devices}  {state}{unlike}")
    return DONE
