"""A real browser before a real server: one browser for all, a server and a page for each test."""

import os
import shutil

import pytest
from playwright.sync_api import Error, expect, sync_playwright
from running_server import running_server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
MISSING = ("The browser tests need Chromium and found none: install one, name it with CHROMIUM=/path/to/chromium, "
           "or run `python -m playwright install chromium`.")


expect.set_options(timeout=30_000)   # milliseconds; the other tests keep every core busy


def chromium():
    """The browser named by CHROMIUM, else one on the path, else None: Playwright's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        except Error as error:
            pytest.fail(f"{MISSING} ({str(error).splitlines()[0]})", pytrace=False)
        yield launched
        launched.close()


@pytest.fixture
def server(tmp_path):
    with running_server(tmp_path / "history.duckdb") as running:
        yield running


@pytest.fixture
def open_page(browser, server):
    """Opens an address of the server in a fresh profile; the test fails on an error in the browser's console."""
    contexts, errors = [], []

    def open_at(path="", **options):
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}/{path}")
        return page

    yield open_at
    for context in contexts:
        context.close()
    # Streamlit looks for its server below a deep link first, and the browser reports the answer "not found".
    assert not [error for error in errors if "404" not in error]
