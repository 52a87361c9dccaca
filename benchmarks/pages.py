"""What readers wait for, on a history of a million synthetic results: `python benchmarks/pages.py`.

The real server in a process of its own. In Chromium: the first page cold and warm, its weight, every page, and from a
key that changes L_max to the chart that is drawn. Over web sockets, as the browser speaks but without one: every
control of every page, given some of its other values and its own again; and fifty open pages that look for what is new.
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
import zlib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from filled_history import filled_history
from playwright.sync_api import Browser, Page, sync_playwright
from viewers import viewers
from websocket_reader import WebsocketReader

from backend.environment import machine

_ROOT = Path(__file__).parents[1]
_PORT = 8947
_PAGES = ["" if "default" in rest else name for name, rest in
          re.findall(r'st\.Page\("pages/(\w+)\.py"(.*)\)', (_ROOT / "app.py").read_text())]
_CHARTED = ("", "scaling", "interactions", "choose")
_DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
_NAMED = ("streamlit", "plotly", "duckdb", "pandas")
_REDRAWN = """() => new Promise(resolve => {
    const figure = () => document.querySelector("[role=figure]");
    const before = figure().getAttribute("aria-label");
    const look = start => {
        const now = figure();
        if (now && now.getAttribute("aria-label") !== before && now.querySelector(".point, .annotation, .heatmaplayer"))
            requestAnimationFrame(() => resolve(performance.now() - start));
        else if (performance.now() - start < 30_000) requestAnimationFrame(() => look(start));
        else resolve(performance.now() - start);   // whatever else may be: it was not drawn for so long
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
        line = ""
        for line in process.stdout:
            if "is ready" in line:
                break
        else:
            sys.exit(f"the server ended: {line.strip()}")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"http://127.0.0.1:{_PORT}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def loaded(browser: Browser, address: str) -> tuple[float, int, Page]:
    """Seconds until the page is drawn in a fresh profile, the bytes that came over the wire, and the page."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(60_000)   # milliseconds: of a busy machine too
    weight: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived",
               lambda event: weight.append(len(zlib.compress(b64decode(event["response"]["payloadData"])))))   # as sent
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_selector(_DRAWN)
    if address.rsplit("/", 1)[1] in _CHARTED:
        page.locator(".js-plotly-plot .main-svg, [data-testid=stAlert]").first.wait_for()   # or why there is none
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


class Table:
    """Lines of Markdown, printed as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)

    def row(self, name: str, seconds: Sequence[float], wanted: float) -> None:
        """The median, the 95 % quantile, which is wanted within so many seconds, and of how many; nothing of none."""
        if len(seconds):
            half, most = np.quantile(seconds, (0.5, 0.95))
            said = f"{1e3 * most:,.0f}" if most <= wanted else f"**{1e3 * most:,.0f}**"
            self.say(f"| {name} | {1e3 * half:,.0f} | {said} | {1e3 * wanted:,.0f} | {len(seconds)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--history", type=Path, help="a file to keep: it is filled once (default: a temporary one)")
    parser.add_argument("--times", type=int, default=12, help="changes of a control in the browser (default 12)")
    parser.add_argument("--viewers", type=int, default=50, help="readers at once (default 50)")
    parser.add_argument("--pages", default=",".join(_PAGES), help="of app.py, separated by commas; the first is empty")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table, which keeps its notes")
    asked = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    table = Table()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        history = asked.history or Path(folder) / "history.duckdb"
        filled_history(history, asked.rows)
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        table.say("# What readers wait for\n")
        table.say(f"`python benchmarks/pages.py`, {date.today()}: {machine()['name']}, of which "
                  f"{len(os.sched_getaffinity(0))} for the server, the browser and the readers together; "
                  f"{asked.rows:,} results, {history.stat().st_size / 1e6:.0f} MB; Python {sys.version.split()[0]}, "
                  f"{', '.join(f'{name} {version(name)}' for name in _NAMED)}, Chromium {browser.version}.\n")
        with server(history) as address:
            measure(browser, address, asked.pages.split(","), table, times=asked.times, count=asked.viewers)
    if asked.write:
        _, heading, notes = (asked.write.read_text() if asked.write.exists() else "").partition("\n## ")
        asked.write.write_text("\n".join(table.lines) + "\n" + heading + notes)


def measure(browser: Browser, address: str, pages: list[str], table: Table, *, times: int, count: int) -> None:
    """Says everything, as it is found."""
    table.say("| | half within, ms | 95 % within, ms | wanted, ms | of |\n|---|---:|---:|---:|---:|")
    seconds, weight, page = loaded(browser, f"{address}/")
    table.row(f"the first page of a server just started, {weight / 1e6:.2f} MB over the wire", [seconds], 3.0)
    page.context.close()
    for name in pages:
        found = [loaded(browser, f"{address}/{name}") for _ in range(3)]
        weight = max(weight for _, weight, _ in found)
        opened = [seconds for seconds, _, _ in found]
        table.row(f"/{name} opened in a fresh profile, {weight / 1e6:.2f} MB", opened, 1.0)
        page = found[-1][2]
        if page.locator("[role=figure]").count() and page.get_by_role("slider").count():
            table.row(f"/{name} in the browser: from a key on L_max to the chart", changes(page, times), 0.5)
        for _, _, each in found:
            each.context.close()
    for name in pages:
        with WebsocketReader(address, name) as reader:
            table.row(f"/{name} on the server: any control changed", [took for _, took in reader.changes()], 0.15)
            table.row(f"/{name} on the server: nothing changed", [reader.again() for _ in range(times)], 0.15)
    refreshes, others = viewers(address, count, 60.0)
    table.row(f"{count} open pages: a refresh", refreshes, 0.1)
    table.row(f"{count} open pages: a control changed by one more", others, 0.15)


if __name__ == "__main__":
    main()
