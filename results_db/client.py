"""The history from another process: through the running server where there is one, else the file itself."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from backend.spec import Limits, Note, Result
from results_db.errors import StoreError
from results_db.flat import to_json
from results_db.limits import NEWEST_LIMITS
from results_db.open_store import open_store
from results_db.published import Point
from results_db.streaming import frame_of

_SECONDS_TO_ANSWER = 2.0
_SECONDS_TO_FINISH = 600.0
_TROUBLE = (OSError, ValueError, http.client.HTTPException)
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))   # no proxy before loopback


class History(Protocol):
    """What both the store and the client of a server can do."""

    def add_many(self, results: Iterable[Result]) -> int: ...

    def add_published(self, points: Iterable[Point]) -> int: ...

    def add_limits(self, limits: Limits) -> int: ...

    def add_notes(self, notes: Iterable[Note]) -> int: ...

    def limits(self, **filters: Any) -> list[Limits]: ...

    def export(self, file: BinaryIO, format: str, what: str = "results") -> None: ...

    def query(self, sql: str) -> pd.DataFrame: ...

    def results(self, **filters: Any) -> pd.DataFrame: ...

    def result(self, id: str) -> Result: ...


@dataclass(frozen=True)
class ServerClient:
    """The history of a running server. Raises StoreError with the server's sentence where it refuses."""

    url: str
    token: str

    def add_many(self, results: Iterable[Result]) -> int:
        """How many were new."""
        return self._add(to_json("result", result.to_json()) for result in results)

    def add_limits(self, limits: Limits) -> int:
        """How many were new."""
        return self._add([to_json("limits", limits.to_json())])

    def add_notes(self, notes: Iterable[Note]) -> int:
        """How many were new."""
        return self._add(to_json("note", note.to_json()) for note in notes)

    def limits(self, **filters: Any) -> list[Limits]:
        """The newest of each machine, device, number of threads and framework."""
        found = [Limits.from_json(json.loads(line)) for line in self.query(NEWEST_LIMITS)["line"]]
        return [each for each in found if all(getattr(each, name) == value for name, value in filters.items())]

    def _add(self, lines: Iterable[str]) -> int:
        answer = self._lines("/api/v1/results", lines)
        if reasons := [f"line {each['line']}: {each['reason']}" for each in answer["rejected"]]:
            raise StoreError(f"the server refused {'; '.join(reasons)}")
        return answer["added"]

    def add_published(self, points: Iterable[Point]) -> int:
        """How many published figures were new."""
        return self._lines("/api/v1/published", (to_json("figure", point.to_json()) for point in points))["added"]

    def export(self, file: BinaryIO, format: str, what: str = "results") -> None:
        """Writes every result to the file, or another of exporting.WHAT."""
        with self._open(f"/api/v1/export?format={format}&what={what}") as response:
            shutil.copyfileobj(response, file)

    def query(self, sql: str) -> pd.DataFrame:
        """The rows of one SELECT."""
        answer = self._json("/api/v1/query", to_json("query", {"sql": sql}).encode(), "application/json")
        if answer.get("truncated"):
            raise StoreError(f"a query must give fewer rows; the server gave {answer['truncated']}")
        return pd.DataFrame(answer["rows"], columns=answer["columns"])

    def results(self, *, latest: bool = False, limit: int | None = None, **filters: Any) -> pd.DataFrame:
        """As `Store.results`; a filter is of a field of a case, `id`, `status` or `machine`."""
        asked = {"format": "arrow", "latest": str(latest).lower()} | {
            name: np.ravel(list(value) if isinstance(value, set | frozenset) else value).tolist()
            for name, value in filters.items()}
        with self._open(f"/api/v1/results?{urllib.parse.urlencode(asked, doseq=True)}") as response:
            return frame_of(pa.ipc.open_stream(response), limit=limit)

    def result(self, id: str) -> Result:
        """The result with its raw samples; the first digits of its id will do."""
        with self._open(f"/api/v1/results/{urllib.parse.quote(id, safe='')}") as response:
            return Result.from_json(json.load(response))

    def answers(self) -> bool:
        """Whether a server is there, warm or not."""
        try:
            with _DIRECT.open(f"{self.url}/healthz", timeout=_SECONDS_TO_ANSWER):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except _TROUBLE:
            return False

    def _lines(self, path: str, lines: Iterable[str]) -> dict[str, Any]:
        body = "".join(f"{line}\n" for line in lines).encode()
        return self._json(path, body, "application/x-ndjson") if body else {"added": 0, "rejected": []}

    def _json(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        with self._open(path, body, kind) as response:
            return json.load(response)

    @contextmanager
    def _open(self, path: str, body: bytes | None = None, kind: str = "") -> Iterator[http.client.HTTPResponse]:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Content-Type": kind} if kind else {})
        try:
            request = urllib.request.Request(self.url + path, data=body, headers=headers)
            with _DIRECT.open(request, timeout=_SECONDS_TO_FINISH) as response:
                yield response
        except urllib.error.HTTPError as error:
            with error:
                sentence = _sentence(error.read(2000))
            raise StoreError(f"the server at {self.url} refused: {sentence or error}") from None
        except _TROUBLE as error:
            raise StoreError(f"the server at {self.url} does not answer as it should: {error}") from None


def announcement(path: Path) -> Path:
    """The file by which a server that owns the history is found."""
    return path.with_name(path.name + ".server.json")


def find_server(path: Path) -> ServerClient | None:
    """The server that owns the history, if it lives and answers."""
    try:
        said = json.loads(announcement(path).read_text())
        client, pid = ServerClient(said["url"], said["token"]), int(said["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return client if _lives(pid) and client.answers() else None


@contextmanager
def open_history(path: Path, *, warn: Callable[[str], None]) -> Iterator[History]:
    """The running server's history, or the file itself; `warn` is told if a broken file was set aside."""
    if server := find_server(path):
        yield server
        return
    opened = open_store(path)
    if opened.warning:
        warn(opened.warning)
    with opened.store as store:
        yield store


def _sentence(body: bytes) -> str:
    """What the server says: the `error` of a JSON object, else its text."""
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:   # it lives, under another user
        return True
    return True
