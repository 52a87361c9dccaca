"""What a function writes into a file, sent while it is being written: who downloads sees it come, and can stop it."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

_CHUNK = 2**18


class _Counted(io.RawIOBase):
    """A pipe that can tell how much was written, as writers of Parquet ask."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe, self._written = pipe, 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self._pipe.write(data)
        self._written += memoryview(data).nbytes
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._written


class Streamed(StreamingResponse):
    """Sends the bytes that `write`, in a thread of its own, puts into the file that it is given. `write` ends early, by
    a broken pipe, once nobody reads on; `at_end` is called however it ends. What it raises before the first byte is
    raised here; later it breaks the download off, so that no part passes for the whole."""

    def __init__(self, write: Callable[[BinaryIO], None], *, kind: str, headers: Mapping[str, str],
                 at_end: Callable[[], None]) -> None:
        reading, writing = os.pipe()
        self._pipe = open(reading, "rb", 0)   # noqa: SIM115 (closed when the response ends)
        self._raised: list[Exception] = []
        self._thread = threading.Thread(target=self._work, args=(writing, write, at_end), name="export", daemon=True)
        self._thread.start()
        super().__init__(self._pieces(self._read()), media_type=kind, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:   # the reader may have gone
            self._pipe.close()

    def _work(self, writing: int, write: Callable[[BinaryIO], None], at_end: Callable[[], None]) -> None:
        try:
            with open(writing, "wb", _CHUNK) as pipe:
                write(_Counted(pipe))
        except BrokenPipeError:
            pass
        except Exception as error:   # the boundary of the thread: raised again in the one that reads
            self._raised.append(error)
        finally:
            at_end()

    def _pieces(self, first: bytes) -> Iterator[bytes]:
        while first:
            yield first
            first = self._read()

    def _read(self) -> bytes:
        if not (piece := self._pipe.read(_CHUNK)):
            self._pipe.close()
            self._thread.join()
            if self._raised:
                raise self._raised[0]
        return piece
