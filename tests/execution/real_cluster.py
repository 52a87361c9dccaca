"""A scheduler and workers in processes of their own, each worker with the temporary folder of a machine."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from fakes import gone
from fakes import until as until_soon
from running_server import free_port

from backend.cluster.connection import ClusterLost, Connection
from backend.cluster.executor import ClusterExecutor
from backend.execution.events import Event, Finished, Started, never
from backend.spec import Case, Problem, Result

ROOT = Path(__file__).parents[2]
DIES_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
SECONDS = 60.0   # that anything may take where all cores are busy
QUICK = {"samples": 5, "min_sample_time": 1e-4, "max_time": 0.1}
numbers = iter(range(100, 10_000))   # batches: a case of each test is its own


def watched(batch: int, variant: str = "free", **axes) -> Case:
    """A case of the product that a test can watch; the batch tells cases apart."""
    return Case(Problem.of("mimo", 1, batch=batch), "watched", variant, "numpy", compilation="eager", **axes)


def free(count):
    """Cases of their own that measure at once."""
    return [watched(next(numbers)) for _ in range(count)]


def held(count=1):
    """Cases of their own that wait until they are let go."""
    return [watched(next(numbers), "held") for _ in range(count)]


def until(condition: Callable[[], object]) -> None:
    """Returns as soon as the condition holds."""
    until_soon(condition, seconds=SECONDS)


class Cluster:
    """`start` adds a worker; everything is killed at the end."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1") -> None:
        self.folder, self.watched = folder, folder / "watched"
        self.watched.mkdir(parents=True)
        port = free_port()
        self.address = f"tcp://{host}:{port}"
        self.processes: dict[str, subprocess.Popen] = {}
        self.connection = Connection(self.address)
        self.launch("scheduler", "scheduler", "--host", host, "--port", str(port))
        until(self.answers)

    def answers(self) -> bool:
        try:
            return self.connection.client() is not None
        except ClusterLost:   # it has not started yet
            return False

    def launch(self, name: str, *arguments: str, root: Path = ROOT, before: tuple[str, ...] = ()) -> None:
        """A part of the cluster in a process group, and with a temporary folder, of its own."""
        temporary = self.folder / name
        temporary.mkdir(exist_ok=True)
        environment = os.environ | {
            "TMPDIR": str(temporary), "WATCHED": str(self.watched), "PLUGINS": str(Path(__file__).parent / "products")}
        with open(self.folder / f"{name}.log", "a") as log:
            self.processes[name] = subprocess.Popen(
                [*DIES_WITH_PARENT, *before, sys.executable, "-m", "backend", "cluster", *arguments], cwd=root,
                env=environment, stdout=log, stderr=log, start_new_session=True)

    def start(self, *machines: str, wait: bool = True, **how) -> None:
        """Workers of these machines, each of which has them alone."""
        for machine in machines:
            self.launch(machine, "worker", self.address, "--machine", machine, **how)
        if wait:
            until(lambda: set(machines) <= self.machines)

    @property
    def machines(self) -> set[str]:
        return {each.machine for each in self.connection.workers()}

    def worker_pid(self, machine: str) -> int:
        """The process that dask's nanny watches."""
        (pid,) = [each.pid for each in psutil.Process(self.processes[machine].pid).children()
                  if "spawn_main" in " ".join(each.cmdline())]
        return pid

    @contextmanager
    def extra(self, *machines: str, **how) -> Iterator[None]:
        """Workers of these machines for a while."""
        self.start(*machines, **how)
        try:
            yield
        finally:
            for machine in machines:
                self.kill(machine)
            until(lambda: not set(machines) & self.machines)

    def kill(self, name: str) -> None:
        """kill -9 of its process group."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def measured(self, case: Case) -> list[int]:
        """The processes that began to measure the case."""
        return [int(path.name.split("-")[2]) for path in self.watched.glob(f"by-{case.problem.batch}-*")]

    def let_go(self, *cases: Case) -> None:
        for case in cases:
            (self.watched / f"go-{case.problem.batch}").touch()

    def close(self) -> None:
        self.connection.close()
        family = [child.pid for each in self.processes.values() if each.poll() is None
                  for child in psutil.Process(each.pid).children(recursive=True)]
        for name in list(self.processes):
            self.kill(name)
        until(lambda: all(gone(pid) for pid in family))


@dataclass
class Run:
    """Cases on a cluster, in a thread of their own; `events` grows as they come."""

    executor: ClusterExecutor
    cases: list[Case]
    pause: Callable[[], bool] = never
    cancelled: threading.Event = field(default_factory=threading.Event)
    events: list[Event] = field(default_factory=list)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self.executor:
                self.executor.run_cases(self.cases, options=QUICK, on_event=self.events.append,
                                        cancelled=self.cancelled, pause=self.pause)
        except Exception as error:
            self.error = error

    def ended(self) -> dict[Case, Result]:
        """The results, once it has returned; each case has one."""
        self._thread.join(timeout=SECONDS)
        assert not self._thread.is_alive()
        assert len({result.case for result in self.results}) == len(self.results)
        return {result.case: result for result in self.results}

    @property
    def results(self) -> list[Result]:
        """Those that have come."""
        return [event.result for event in self.events if isinstance(event, Finished)]

    def started(self, *cases: Case) -> None:
        """Returns when these are being measured."""
        until(lambda: {Started(case) for case in cases} <= {e for e in self.events if isinstance(e, Started)})
