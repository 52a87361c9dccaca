"""What readers wait for, on a history of a million synthetic results: `python benchmarks/pages.py`.

The real server in a process of its own. In Chromium: the first page cold and warm, its weight, every page, and from a
key that changes L_max to the chart that is drawn. Over web sockets, as the browser speaks but without one: a run of the
script for each of several questions, by one reader, and by fifty at once, each of whom waits a second between two.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from filled_history import filled_history
from playwright.sync_api import Browser, Page, sync_playwright
from websocket_reader import WebsocketReader

from backend.environment import machine

_ROOT = Path(__file__).parents[1]
_PORT = 8947
_PAGES = ["" if "default" in rest else name for name, rest in
          re.findall(r'st\.Page\("pages/(\w+)\.py"(.*)\)', (_ROOT / "app.py").read_text())]
_DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
_QUESTIONS = tuple(f"l_max={l_max}&channels={channels}" for l_max in (2, 3, 4, 5, 6) for channels in (1, 8, 64))
_REDRAWN = """() => new Promise(resolve => {
    const figure = () => document.querySelector("[role=figure]");
    const before = figure().getAttribute("aria-label");
    const look = start => {
        const now = figure();
        if (now && now.getAttribute("aria-label") !== before && now.querySelector(".point, .annotation, .heatmaplayer"))
            requestAnimationFrame(() => resolve(performance.now() - start));
        else requestAnimationFrame(() => look(start));
    };
    addEventListener("keydown", event => look(performance.now()), {once: true, capture: true});
    window.dispatchEvent(new Event("listening"));
})"""


@contextmanager
def server(history: Path) -> Iterator[str]:
    """The address of a server that is ready."""
    environment = os.environ | {"HISTORY": str(history), "PORT": str(_PORT)}
    process = subprocess.Popen([sys.executable, "-m", "backend.server"], cwd=_ROOT, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for line in process.stdout:
            if "is ready" in line:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"http://127.0.0.1:{_PORT}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def loaded(browser: Browser, address: str) -> tuple[float, int, Page]:
    """Seconds until the page is drawn in a fresh profile, the bytes that came over the wire, and the page."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120_000)   # milliseconds: of a busy machine too
    weight: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived",
               lambda event: weight.append(len(event["response"]["payloadData"]) * 3 / 4))   # base64
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_selector(_DRAWN)
    if page.get_by_test_id("stPlotlyChart").count():
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
    return time.perf_counter() - start, round(sum(weight)), page


def changes(page: Page, times: int) -> list[float]:
    """Seconds from a key on the slider L_max to the chart that is drawn, so many times."""
    found = []
    slider = page.get_by_role("slider")
    slider.focus()
    for number in range(times):
        promise = page.evaluate_handle(f"() => ({{done: ({_REDRAWN})()}})")
        slider.press("ArrowRight" if number // 3 % 2 == 0 else "ArrowLeft")   # to L 6 and back
        found.append(promise.evaluate("each => each.done") / 1e3)
        page.wait_for_timeout(400)
    return found


def viewers(address: str, count: int, runs: int) -> list[float]:
    """Seconds of every run of readers at once, each of whom asks other questions and waits a second between two."""
    found: list[float] = []

    def reads(number: int) -> None:
        with WebsocketReader(address) as reader:
            reader.run("")
            for step in range(runs):
                found.append(reader.run(_QUESTIONS[(number + step) % len(_QUESTIONS)]))
                time.sleep(1.0)

    threads = [threading.Thread(target=reads, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def say(name: str, seconds: list[float]) -> None:
    print(f"{name:<58}{np.quantile(seconds, 0.5) * 1e3:>8.0f} ms  p95 {np.quantile(seconds, 0.95) * 1e3:>8.0f} ms"
          f"  of {len(seconds)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--history", type=Path, help="a file to keep: it is filled once (default: a temporary one)")
    parser.add_argument("--times", type=int, default=20, help="changes of a control (default 20)")
    parser.add_argument("--viewers", type=int, default=50, help="readers at once (default 50)")
    parser.add_argument("--pages", default=",".join(_PAGES), help="of app.py, separated by commas; the first is empty")
    asked = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        history = asked.history or Path(folder) / "history.duckdb"
        filled_history(history, asked.rows)
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        print(f"{machine()['name']}, {asked.rows:,} results, {history.stat().st_size / 1e6:.0f} MB")
        with server(history) as address:
            measure(browser, address, asked.pages.split(","), times=asked.times, count=asked.viewers)


def measure(browser: Browser, address: str, pages: list[str], *, times: int, count: int) -> None:
    """Prints everything, as it is found."""
    seconds, weight, page = loaded(browser, address)
    print(f"first page, cold {seconds:.2f} s, {weight / 1e6:.2f} MB over the wire")
    page.context.close()
    for name in pages:
        found = [loaded(browser, f"{address}/{name}") for _ in range(3)]
        say(f"/{name} in a fresh profile, warm server", [seconds for seconds, _, _ in found])
        page = found[-1][2]
        if page.get_by_role("slider").count() and page.locator("[role=figure]").count():
            say("  a key on L_max to the drawn chart", changes(page, times))
        for _, _, each in found:
            each.context.close()
    for name in pages:
        with WebsocketReader(address, name) as reader:
            reader.run("")
            say(f"/{name}, script run again, same question", [reader.run("") for _ in range(times)])
            say(f"/{name}, script run, other questions", [reader.run(each) for each in _QUESTIONS])
    say(f"{count} readers at once, a run a second each", viewers(address, count, 5))


if __name__ == "__main__":
    main()
