"""One run of cases over the workers of a cluster, from the side of whoever asks."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from distributed import KilledWorker

from backend.cluster.bench import measure
from backend.cluster.connection import ClusterLost, Connection
from backend.cluster.description import NAME, Worker
from backend.cluster.sent import Sent
from backend.cluster.shortage import Shortage
from backend.execution.events import Event, Expressivity, Finished, Interrupted, Log, Started, Waiting
from backend.execution.jobs import by_process
from backend.execution.outcome import made_result
from backend.spec import Case, Result, unique

_POLL = 0.05       # seconds between looks at `cancelled`
_LOOK = 1.0        # seconds between looks at the workers
_TRANSFER = 30.0   # seconds that a result may take to come home


class Dispatch:
    """Sends every worker that is free one case, hears what begins and what ends, and misses who is lost."""

    def __init__(
        self, connection: Connection, cases: Iterable[Case], *, options: Mapping[str, Any],
        on_event: Callable[[Event], None], session: str, machine: str, patience: float,
    ) -> None:
        self._connection, self._options, self._on_event, self._session = connection, dict(options), on_event, session
        self._machine = machine
        self._waiting = deque(case for group in by_process(unique(cases)).values() for case in group)
        self._sent: dict[str, Sent] = {}   # by the key of the task
        self._inbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._workers: list[Worker] = []
        self._look_at = 0.0
        self._began = self._paused = False
        self._shortage = Shortage(connection.address, machine, patience)
        self._compared: set[str] = set()

    def run(self, cancelled: threading.Event, pause: Callable[[], bool]) -> None:
        """Returns as an executor's `run_cases`. Raises Interrupted."""
        try:
            self._client = self._connection.client()
            self._client.subscribe_topic(NAME, lambda event: self._inbox.put(("event", event[1])))
            while (self._sent or (self._waiting and not self._paused)) and not cancelled.is_set():
                self._look()
                self._send(pause)
                self._hear()
            self._end_all("cancelled", "cancelled while it was being measured")
        except ClusterLost as lost:
            self._end_all("interrupted", f"the scheduler at {self._connection.address} was lost while this was "
                                         "measured")
            raise Interrupted(str(lost)) from lost
        finally:
            self._release()

    def _look(self) -> None:
        """Who is there, whom we miss, and what nobody can measure."""
        if time.monotonic() < self._look_at:
            return
        self._workers = [each for each in self._connection.workers() if self._machine in ("", each.machine)]
        self._look_at = time.monotonic() + _LOOK
        there = {each.instance for each in self._workers}
        for key in [key for key, sent in self._sent.items() if sent.worker.instance not in there]:
            self._lose(self._sent.pop(key))
        for worker in self._workers:
            self._compare(worker)
        asked = {case.device for case in self._waiting}
        for sentence in self._shortage.news(asked, self._workers):
            self._on_event(Waiting(sentence))
        for device, sentence in self._shortage.given_up(asked):
            failed = [case for case in self._waiting if case.device == device]
            self._waiting = deque(case for case in self._waiting if case.device != device)
            for case in failed:
                self._on_event(Finished(made_result(case, "failed", sentence)))

    def _send(self, pause: Callable[[], bool]) -> None:
        busy = {sent.worker.instance for sent in self._sent.values()}
        for worker in self._workers:
            case = next((case for case in self._waiting if case.device in worker.devices), None)
            if case is None or worker.instance in busy:
                continue
            if self._began and pause():
                self._paused = True
            if self._paused:
                return
            self._began = True
            self._waiting.remove(case)
            self._submit(case, worker)

    def _submit(self, case: Case, worker: Worker) -> None:
        """`workers` names a process by its address, so that no other is given the task; if it is lost, dask would
        wait for that address for ever, and we stop waiting when the worker is not known any more. The resource keeps
        others who ask the same worker waiting."""
        future = self._client.submit(
            measure, worker.instance, self._session, case.to_json(), self._options, workers=[worker.address],
            resources={case.device: 1}, retries=0, pure=False)
        self._sent[future.key] = Sent(case, worker, future)
        future.add_done_callback(lambda future: self._inbox.put(("done", future.key)))

    def _hear(self) -> None:
        """Handles what has come, or waits a moment for it."""
        try:
            kind, what = self._inbox.get(timeout=_POLL)
        except queue.Empty:
            return
        if kind == "done":
            self._end(what)
        else:
            self._begin(what)

    def _begin(self, told: Mapping[str, Any]) -> None:
        sent = self._sent.get(told["task"])   # there are tasks of others too
        if sent is not None and "started" in told:
            sent.environment = dict(told["started"])
            self._on_event(Started(sent.case))
        elif sent is not None:
            self._on_event(Waiting(told["waiting"]))

    def _end(self, key: str) -> None:
        sent = self._sent.pop(key, None)
        if sent is None:   # it was missed before
            return
        try:
            answer = sent.future.result(timeout=_TRANSFER)
        except Exception as error:   # whatever the task raised there, or what dask says of its loss
            self._end_without_answer(sent, error)
            return
        for line in answer.get("expressivity", ()):
            self._on_event(Expressivity(line))
        if text := answer.get("log"):
            self._on_event(Log(text))
        if answer.get("result") is None:
            self._lose(sent)
        else:
            self._finish(sent, sent.result(answer["result"]))

    def _finish(self, sent: Sent, result: Result) -> None:
        self._on_event(Finished(result))
        sent.future.release()

    def _end_without_answer(self, sent: Sent, error: Exception) -> None:
        if sent.future.cancelled():   # as all are when the line breaks
            self._sent[sent.future.key] = sent
            raise self._connection.lost()
        if isinstance(error, KilledWorker | TimeoutError):
            self._lose(sent)
        elif "deserialization of the task graph" in str(error):   # dask's words: the scheduler lacks our modules
            raise ClusterLost(f"the scheduler at {self._connection.address} cannot read what it is asked: start it in "
                              "this program's folder, by `python -m backend cluster scheduler`")
        else:
            said = f"{sent.worker.words} could not measure this: {type(error).__name__}: {error}"
            self._finish(sent, sent.made("failed", said))

    def _lose(self, sent: Sent) -> None:
        """What had not begun there goes elsewhere."""
        self._look_at = 0.0
        self._workers = [each for each in self._workers if each.instance != sent.worker.instance]
        sent.future.release()
        if sent.begun:
            said = f"the worker on {sent.worker.words} was lost while this was measured"
            self._on_event(Finished(sent.made("interrupted", said)))
        else:
            self._waiting.appendleft(sent.case)

    def _end_all(self, status: str, message: str) -> None:
        """Lets go of everything that is out, which ends it there; what was being measured is finished so."""
        self._release()
        while not self._inbox.empty():
            kind, what = self._inbox.get()
            if kind == "event":
                self._begin(what)
        for sent in self._sent.values():
            if sent.begun:
                self._on_event(Finished(sent.made(status, message)))
        self._sent.clear()

    def _release(self) -> None:
        for sent in self._sent.values():
            sent.future.release()

    def _compare(self, worker: Worker) -> None:
        """Says once of a machine that it measures with something else than what is here."""
        if worker.differences and worker.machine not in self._compared:
            self._compared.add(worker.machine)
            self._on_event(Log(f"{worker.words} measures with {', '.join(worker.differences)}, unlike here; its "
                               "results say which\n"))
