"""The worker's side: measures a case in a supervised process of its machine, tells what begins, and obeys a loss.

dask loads this module into every worker (`--preload`); `measure` is the task that it then runs there.
"""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import dask
from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin
from tornado.ioloop import PeriodicCallback

from backend.cluster.description import NAME, describe
from backend.environment import environment
from backend.execution.events import Event, Expressivity, Finished, Log, Started, Waiting
from backend.execution.local import LocalExecutor
from backend.spec import DEVICES, Case

_IDLE_CHECK = 30.0   # seconds between looks for warm processes to end


async def dask_setup(worker: Worker) -> None:
    """Makes a dask worker one that measures; dask calls it before the worker speaks to its scheduler."""
    await worker.plugin_add(Bench(worker), name=NAME)


def measure(instance: str, session: str, case: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """What became of the case: `result` (none if it was cancelled before it began), lines of `expressivity`, the
    `log`. Empty where this is not the process that it was sent to: dask runs tasks again, a measurement is not."""
    bench = get_worker().plugins.get(NAME)
    if bench is None or bench.instance != instance:
        return {}
    return bench.measure(get_worker().get_current_task(), session, Case.from_json(case), options)


class Bench(WorkerPlugin):
    """Measures one case at a time, in a thread that lives as long as the worker. A task that nobody waits for any
    more, because it was cancelled or whoever asked is gone, has its measuring process killed."""

    def __init__(self, worker: Worker) -> None:
        self.instance = uuid.uuid4().hex
        self._worker = worker
        self._machine = dask.config.get(f"{NAME}.machine", None) or socket.gethostname()
        self._about = describe(name for name in DEVICES if name in worker.state.total_resources)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="measures")
        self._executor, self._session, self._measuring = LocalExecutor(), "", ""
        self._unwanted: dict[str, threading.Event] = {}   # by the key of the task
        worker.metrics[NAME] = self._description
        worker.periodic_callbacks[NAME] = PeriodicCallback(self._close_idle, _IDLE_CHECK * 1000)

    def transition(self, key: str, start: str, finish: str, **_: Any) -> None:
        """dask tells of every change of a task, in the thread that hears the scheduler."""
        if finish == "executing":
            self._unwanted[key] = threading.Event()
        elif finish in ("cancelled", "released", "forgotten") and key in self._unwanted:
            self._unwanted[key].set()

    def teardown(self, worker: Worker) -> None:
        for unwanted in tuple(self._unwanted.values()):
            unwanted.set()
        self._thread.submit(self._executor.close)

    def measure(self, key: str, session: str, case: Case, options: Mapping[str, Any]) -> dict[str, Any]:
        unwanted = self._unwanted[key]
        try:
            return self._thread.submit(self._measure, key, session, case, options, unwanted).result()
        finally:
            self._unwanted.pop(key)

    def _measure(
        self, key: str, session: str, case: Case, options: Mapping[str, Any], unwanted: threading.Event
    ) -> dict[str, Any]:
        found: dict[str, Any] = {"result": None, "expressivity": [], "log": ""}

        def on_event(event: Event) -> None:
            match event:
                case Started(begun):
                    self._measuring = begun.key
                    self._tell(key, started=self._named(environment(begun)))
                case Waiting(message):
                    self._tell(key, waiting=f"{self._machine}: {message}")
                case Expressivity(line):
                    found["expressivity"].append(dict(line))
                case Log(text):
                    found["log"] += text
                case Finished(result):
                    found["result"] = replace(result, environment=self._named(result.environment)).to_json()

        if session != self._session:   # whoever asks now wants processes that nobody has used
            self._executor.close()
            self._session = session
        try:
            self._executor.run_cases([case], options=options, on_event=on_event, cancelled=unwanted)
        finally:
            self._measuring = ""
        return found

    def _named(self, environment: Mapping[str, Any]) -> dict[str, Any]:
        return dict(environment) | {"worker": self._machine}

    def _tell(self, key: str, **what: Any) -> None:
        self._worker.log_event(NAME, {"task": key, **what})

    def _close_idle(self) -> None:
        if not self._measuring:
            self._thread.submit(self._executor.close_idle)

    def _description(self, worker: Worker) -> dict[str, Any]:
        return self._about | {"instance": self.instance, "machine": self._machine, "measuring": self._measuring}
