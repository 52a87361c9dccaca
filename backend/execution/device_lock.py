"""One measurement per device on a machine, whoever asks: a lock file that dies with its holder."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.execution.events import Cancelled

_POLL = 0.1   # seconds; flock has no wait that can be cancelled


@contextmanager
def device_lock(
    device: str,
    *,
    on_wait: Callable[[str], None],
    cancelled: threading.Event,
    folder: Path | None = None,
) -> Iterator[None]:
    """Holds the device for the block. `on_wait` is told once, in a sentence, if another process holds it.
    Raises Cancelled."""
    path = (folder or Path(tempfile.gettempdir())) / f"tensor-product-explorer-{device}.lock"
    descriptor = _open(path)
    try:
        _acquire(descriptor, device, on_wait=on_wait, cancelled=cancelled)
        _write_holder(descriptor, str(os.getpid()))
        yield
    finally:
        os.close(descriptor)   # frees the lock; the file stays, else two processes could lock two files


def _acquire(
    descriptor: int, device: str, *, on_wait: Callable[[str], None], cancelled: threading.Event
) -> None:
    told = False
    while True:
        if cancelled.is_set():
            raise Cancelled
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not told:
                on_wait(f"{device} is measuring for process {_holder(descriptor)}; waiting")
            told = True
        cancelled.wait(_POLL)


def _open(path: Path) -> int:
    """The file, made if need be. Another user's file in a sticky folder can be locked though not written."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        os.fchmod(descriptor, 0o666)   # whatever the umask: other users share the device
        return descriptor
    except FileExistsError:
        pass
    try:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except PermissionError:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def _write_holder(descriptor: int, holder: str) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(), 0)
    except OSError:   # opened for reading only: locked all the same, the sentence then names an old holder
        return


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "another process"
