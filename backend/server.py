"""The server: one process with the pages, the queue, the history, `/healthz` and the REST interface.

`python -m backend.server` starts it; ADDRESS (127.0.0.1), PORT (8501) and HISTORY choose where. CLUSTER=tcp://host:8786
has cases measured by the workers of that dask scheduler. TOKEN is what who changes something through REST must know;
a new one is made at every start where it is not given. On a loopback address it answers only to that name, unless
ALLOWED_HOSTS names others (comma-separated), as behind a proxy.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend.spec import SpecError
from backend.web.address_file import remove_address, write_address
from backend.web.compressed import Compressed
from backend.web.headers import SecurityHeaders
from backend.web.preload import Preload
from backend.web.rest import routes
from backend.web.set_aside import set_aside
from backend.web.warm_up import warm_up
from pages.components.failure import say_failure
from pages.components.services import close_services, services
from results_db import StoreError, history_path

_ROOT = Path(__file__).parents[1]
_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}   # what to call an address that means every interface
_UNTIL_QUIET = 10.0   # seconds in which the first readers' pages come first; and between two looks for garbage
_TURN = 1e-3   # seconds until a thread that waits for Python gets it: a refresh waits several times behind a page
_token = os.environ.get("TOKEN") or secrets.token_urlsafe(32)


@asynccontextmanager
async def lifespan(application: st.App) -> AsyncIterator[dict[str, object]]:
    """Opens the history and the queue, warms up beside the first requests, closes everything at the end."""
    services()
    state: dict[str, object] = {"warm": False}
    warming = asyncio.create_task(_warm(application))
    try:
        yield state
    finally:
        warming.cancel()
        remove_address(history_path())
        await asyncio.to_thread(close_services)


async def _warm(application: st.App) -> None:
    await warm_up(application, lambda: _ready(application))
    try:
        await asyncio.to_thread(_first_draw)
    finally:
        set_aside()
    await asyncio.sleep(_UNTIL_QUIET)
    await asyncio.to_thread(_first_changes)
    while True:
        await asyncio.to_thread(set_aside)
        await asyncio.sleep(_UNTIL_QUIET)


def _ready(application: st.App) -> None:
    if application.state.get("warm"):
        return
    url = f"http://{_LOCAL.get(_address(), _address())}:{_port()}"
    write_address(history_path(), url=url, token=_token)
    application.state["warm"] = True
    print(f"Tensor Product Explorer is ready: {url}", flush=True)


def _first_draw() -> None:
    from pages.components.first_draw import first_draw  # loads the charts: the server is healthy before

    first_draw()


def _first_changes() -> None:
    """What History asks first and takes longest: seconds with a million results."""
    from pages.components.rows.frames import newest_changes_of

    with suppress(StoreError):   # the page that asks for it says why
        newest_changes_of(services().store)


async def healthz(_: Request) -> JSONResponse:
    """200 once the pages can be opened, 503 before, or when the history cannot be read."""
    if not app.state.get("warm"):
        return JSONResponse({"status": "warming up"}, status_code=503)
    try:
        version = services().store.data_version
    except StoreError as error:
        return JSONResponse({"status": str(error)}, status_code=503)
    return JSONResponse({"status": "ok", "data_version": version})


def _address() -> str:
    return os.environ.get("ADDRESS") or "127.0.0.1"


def _allowed_hosts() -> list[str]:
    """Names that a request may call this server by: a page elsewhere cannot reach it under a name of its own."""
    if named := os.environ.get("ALLOWED_HOSTS"):
        return [name.strip() for name in named.split(",")]
    return ["localhost", "127.0.0.1"] if _address() in ("localhost", "127.0.0.1") else ["*"]


app = st.App(
    _ROOT / "app.py",
    lifespan=lifespan,
    on_script_error=say_failure,
    routes=[Route("/healthz", healthz), *routes(_token)],
    middleware=[
        Middleware(SecurityHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=[*_allowed_hosts(), "localhost"]),
        Middleware(Preload), Middleware(Compressed),
        Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
    ],
)


def _port() -> int:
    text = os.environ.get("PORT") or "8501"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, got {text!r}")
    return int(text)


def _listen(address: str, port: int) -> socket.socket:
    """A bound socket. Exits with a sentence where the port or the address cannot be had."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Only for a socket that names TCP does asyncio turn Nagle's algorithm off: else every file takes 40 ms more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"PORT must be free, but something else listens on {address}:{port}; choose another: PORT=8502")
        sys.exit(f"ADDRESS and PORT must be ones that this process may listen on, got {address}:{port}: {error}")
    return listener


def main() -> None:
    """Serves until a signal ends it. Exits with one sentence where it cannot start."""
    listener = _listen(_address(), _port())
    try:
        services()
    except StoreError as error:
        sys.exit(f"The history cannot be opened: {error}")
    except SpecError as error:
        sys.exit(f"CLUSTER must be the address of a dask scheduler: {error}")
    server = uvicorn.Server(uvicorn.Config(
        app, ws="websockets-sansio", access_log=False, log_level="warning", timeout_graceful_shutdown=3))
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)
    sys.setswitchinterval(_TURN)
    with suppress(KeyboardInterrupt):   # uvicorn has closed everything by then; Ctrl-C is a way to end it
        server.run(sockets=[listener])
    gc.unfreeze()   # else DuckDB reports at exit that what was frozen leaked


if __name__ == "__main__":
    main()
