"""Many readers with an open page at once."""

from __future__ import annotations

import random
import threading
import time

from websocket_reader import WebsocketReader


def viewers(address: str, count: int, seconds: float) -> tuple[list[float], list[float]]:
    """Seconds of every refresh of so many open first pages, each as often as it asks for; and of a change of a control,
    one by a reader at a time."""
    refreshes: list[float] = []
    changes: list[float] = []
    over = threading.Event()

    def reads() -> None:
        with WebsocketReader(address) as reader:
            open_pages.wait()
            time.sleep(reader.wait * random.random())   # pages were not opened at once
            while not over.is_set():
                refreshes.append(reader.refresh())
                over.wait(reader.wait)

    open_pages = threading.Barrier(count + 1)
    threads = [threading.Thread(target=reads) for _ in range(count)]
    for thread in threads:
        thread.start()
    open_pages.wait()
    with WebsocketReader(address) as reader:
        end = time.monotonic() + seconds
        for _, took in reader.changes():
            changes.append(took)
            time.sleep(1.0)
            if time.monotonic() > end:
                break
    over.set()
    for thread in threads:
        thread.join()
    return refreshes, changes
