"""A download is sent while it is written, ends with who reads it, and says what went wrong."""

import asyncio
import threading
from itertools import count

import pytest

from backend.web.rest.streamed import Streamed


def respond(write, leaves=False):
    """What arrives, and whether the writer ended; `leaves`: who reads goes after the first piece."""
    ended, arrived = threading.Event(), []

    async def receive():
        if not leaves:
            await asyncio.Event().wait()
        while not any(arrived):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message):
        arrived.append(message.get("body", b""))

    response = Streamed(write, kind="text/csv", headers={}, at_end=ended.set)
    asyncio.run(response({"type": "http", "asgi": {"spec_version": "2.0"}}, receive, send))
    return b"".join(arrived), ended


def test_all_that_is_written_comes_and_counts_itself():
    told = []

    def write(file):
        for number in range(1000):
            file.write(b"%04d" % number * 100)
        told.append(file.tell())

    arrived, ended = respond(write)
    assert arrived == b"".join(b"%04d" % number * 100 for number in range(1000))
    assert told == [400_000] and ended.is_set()


def test_the_writer_ends_with_who_reads():
    def write(file):
        for _ in count():
            file.write(bytes(1000))

    arrived, ended = respond(write, leaves=True)
    assert arrived and ended.wait(5)


def failing(after):
    def write(file):
        file.write(bytes(after))
        raise ValueError("the disk is full")

    return write


def test_what_goes_wrong_at_once_is_no_response():
    with pytest.raises(ValueError, match="the disk is full"):
        Streamed(failing(0), kind="text/csv", headers={}, at_end=lambda: None)


def test_what_goes_wrong_later_breaks_it_off():
    with pytest.raises((ValueError, ExceptionGroup), match=r"the disk is full|TaskGroup"):
        respond(failing(10_000_000))


def test_nothing_is_a_file_too():
    arrived, ended = respond(lambda file: None)
    assert arrived == b"" and ended.is_set()
