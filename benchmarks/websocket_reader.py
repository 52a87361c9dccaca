"""A reader without a browser: a session of the Streamlit server over its web socket."""

from __future__ import annotations

import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


class WebsocketReader:
    """A session on one page. Raises TimeoutError where a run of the script takes more than a minute."""

    def __init__(self, address: str, page: str = "") -> None:
        self.page = page
        self._socket = connect(f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"],
                               max_size=None, origin=address)
        self._hash = ""

    def __enter__(self) -> WebsocketReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run(self, query: str) -> float:
        """Seconds from asking for a run of the script with this query to its end, everything drawn received."""
        request = BackMsg()
        request.rerun_script.query_string = query
        if self._hash:
            request.rerun_script.page_script_hash = self._hash
        else:
            request.rerun_script.page_name = self.page
        start = time.perf_counter()
        self._socket.send(request.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=60))
            match answer.WhichOneof("type"):
                case "navigation":
                    self._hash = answer.navigation.page_script_hash
                case "script_finished" if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - start
