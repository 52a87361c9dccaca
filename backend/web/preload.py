"""Tells the browser early which large scripts the first page needs: it fetches them beside the others, not after."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"
_NEEDED = ("PlotlyChart.*.js", "DataFrame.*.js")


class Preload:
    """Adds a `Link` header to the page itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        found = (path.name for pattern in _NEEDED for path in _SCRIPTS.glob(pattern))
        self.link = ", ".join(f"</static/js/{name}>; rel=modulepreload; crossorigin" for name in found)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Link"] = self.link
            await send(message)

        await self.app(scope, receive, send_with_link)
