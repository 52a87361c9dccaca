"""One holder of a device at a time, on the whole machine; the kernel frees it when the holder dies."""

import os
import subprocess
import sys
import threading

import pytest
from fakes import fake_case, until

from backend.execution.device_lock import device_lock
from backend.execution.events import Cancelled, Waiting

NEVER = threading.Event()
HOLDER = """
import sys, threading
from pathlib import Path
from backend.execution.device_lock import device_lock
with device_lock("cpu", on_wait=print, cancelled=threading.Event(), folder=Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder, device="cpu", *, on_wait=pytest.fail, cancelled=NEVER):
    return device_lock(device, on_wait=on_wait, cancelled=cancelled, folder=folder)


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the CPU."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], **pipes) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_free_device_is_held_at_once_again_and_again(tmp_path):
    for _ in range(2):
        with hold(tmp_path):
            assert (tmp_path / "tensor-product-explorer-cpu.lock").read_text() == str(os.getpid())


def test_devices_do_not_wait_for_each_other(tmp_path):
    with hold(tmp_path, "cpu"), hold(tmp_path, "cuda"):
        pass


def test_the_sentence_names_the_holder_and_the_wait_ends_when_the_holder_is_killed(tmp_path, holder):
    said = []

    def on_wait(sentence):
        said.append(sentence)
        holder.kill()

    with hold(tmp_path, on_wait=on_wait):
        assert said == [f"cpu is measuring for process {holder.pid}; waiting"]


def test_the_wait_can_be_cancelled(tmp_path, holder):
    cancelled = threading.Event()
    with (
        pytest.raises(Cancelled),
        hold(tmp_path, on_wait=lambda sentence: cancelled.set(), cancelled=cancelled),
    ):
        pytest.fail("the device must not be held twice")


def test_a_file_of_another_user_can_be_locked(tmp_path, monkeypatch):
    """What cannot be written can still be locked: seen here by refusing to open it for writing."""
    with hold(tmp_path):
        pass
    real = os.open

    def refuse(path, flags, *mode):
        if flags & os.O_RDWR and not flags & os.O_EXCL:
            raise PermissionError(path)
        return real(path, flags, *mode)

    monkeypatch.setattr(os, "open", refuse)
    with hold(tmp_path), pytest.raises(Cancelled):
        cancelled = threading.Event()
        with hold(tmp_path, on_wait=lambda sentence: cancelled.set(), cancelled=cancelled):
            pytest.fail("the device must not be held twice")


def test_an_executor_waits_for_the_device_and_says_so(tmp_path, holder, executor, starts):
    events = []
    arguments = {"options": {}, "on_event": events.append, "cancelled": NEVER}
    thread = threading.Thread(target=executor.run_cases, args=([fake_case()],), kwargs=arguments)
    thread.start()
    until(lambda: events)
    assert events == [Waiting(f"cpu is measuring for process {holder.pid}; waiting")]
    assert not starts.pids
    holder.stdin.close()
    thread.join()
    assert events[-1].result.status == "ok"
