"""Runs the app once before any reader comes: without it the first deep link opens the wrong page.

Streamlit knows the app's navigation only after a session has run it; until then it takes `pages/` for a folder of
independent pages. The session runs inside the process, over ASGI, so it needs neither the port nor the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_SECONDS = 30.0


async def warm_up(app: ASGIApp, navigation_known: Callable[[], None]) -> None:
    """Returns when the app has run once; calls `navigation_known` on the way, from when on every link is right.

    Raises TimeoutError if the run does not end.
    """
    finished = asyncio.Event()
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    request = BackMsg()
    request.rerun_script.query_string = ""
    to_app.put_nowait({"type": "websocket.connect"})
    to_app.put_nowait({"type": "websocket.receive", "bytes": request.SerializeToString()})

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send" and message.get("bytes"):
            answer = ForwardMsg()
            answer.ParseFromString(message["bytes"])
            if answer.WhichOneof("type") == "navigation":
                navigation_known()
            elif answer.WhichOneof("type") == "script_finished":
                finished.set()

    session = asyncio.create_task(app(_scope(), to_app.get, send))
    try:
        await asyncio.wait_for(finished.wait(), _SECONDS)
    finally:
        to_app.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await session


def _scope() -> dict[str, Any]:
    return {
        "type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "scheme": "ws", "path": "/_stcore/stream", "raw_path": b"/_stcore/stream", "root_path": "",
        "query_string": b"", "subprotocols": ["streamlit"], "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 0),
        "headers": [(b"host", b"localhost"), (b"sec-websocket-protocol", b"streamlit")],
        "extensions": {},
    }
