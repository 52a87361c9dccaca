"""Speaks the worker's protocol without measuring; a case's variant says how to behave."""

import argparse
import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid

FOREVER = 600


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--framework", "--device", "--threads", "--starts", "--at-start"):
        parser.add_argument(name)
    parser.add_argument("--disobedient", action="store_true", help="outlives its parent if nobody kills it")
    parser.add_argument("--deaf", action="store_true", help="reads nothing from stdin")
    asked = parser.parse_args()
    if asked.starts:
        with open(asked.starts, "a") as starts:
            print(os.getpid(), file=starts)
    if not asked.disobedient:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)   # PR_SET_PDEATHSIG
    begin(asked.at_start)
    say({"type": "ready", "environment": {}})
    if asked.deaf:
        time.sleep(FOREVER)
    lines = queue.SimpleQueue()
    threading.Thread(target=read, args=(lines, not asked.disobedient), daemon=True).start()
    while True:
        block = json.loads(lines.get())
        for case in block["cases"]:
            say({"type": "started", "key": case["key"]})
            behave(case, block)
        say({"type": "done"})


def begin(how: str | None) -> None:
    if how == "fail":
        raise ModuleNotFoundError("No module named 'jax'")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "hang":
        time.sleep(FOREVER)
    if how == "chatter":
        print("a library says hello", flush=True)
        print('{"no": "type"}', flush=True)


def read(lines: queue.SimpleQueue, obedient: bool) -> None:
    for line in sys.stdin:
        lines.put(line)
    if obedient:
        os._exit(0)


def behave(case: dict, block: dict) -> None:
    match case["variant"].split(":"):
        case ["ok"]:
            pass
        case ["exit", code]:
            print(f"Error: leaving with {code}", file=sys.stderr, flush=True)
            os._exit(int(code))
        case ["signal", number]:
            os.kill(os.getpid(), int(number))
        case ["until", path]:
            while not os.path.exists(path):
                time.sleep(0.01)
        case ["hang"]:
            time.sleep(FOREVER)
        case ["garbage"]:
            print("not JSON {[", flush=True)
            print("x" * 100_000, file=sys.stderr, flush=True)
        case ["half line"]:
            os.write(1, b'{"type": "result", "result": {"id": "ab')
            os._exit(0)
        case ["unreadable"]:
            return say({"type": "result", "result": {"case": case, "status": "splendid"}})
        case ["mute"]:
            return None
        case ["expressive"]:
            say({"type": "expressivity", "expressivity": {"product": case["product"], "interactable": 4}})
        case ["unsupported"]:
            return answer(case, block, "unsupported", "odd L only has the antisymmetric path")
        case ["die after"]:
            answer(case, block, "ok", "")
            os._exit(4)
        case ["child", session, path]:
            sleep = f"import time; open({path!r}, 'w').write('here'); time.sleep({FOREVER})"
            own = session == "own session"
            command = [sys.executable, "-c", sleep, f"child of {os.getpid()}"]
            child = subprocess.Popen(command, start_new_session=own)   # it inherits all three pipes
            return answer(case, block, "ok", str(child.pid))
    answer(case, block, "ok", "")


def answer(case: dict, block: dict, status: str, message: str) -> None:
    environment = {
        "pid": os.getpid(),
        "options": block["options"],
        "threads": os.environ["OMP_NUM_THREADS"],
    }
    result = {"id": uuid.uuid4().hex, "case": case, "status": status, "message": message}
    result |= {"measured_at": "2026-01-01T00:00:00+00:00", "environment": environment}
    say({"type": "result", "result": result})


def say(message: dict) -> None:
    print(json.dumps(message), flush=True)


main()
