"""A reader without a browser: a session of the Streamlit server over its web socket, who changes controls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

_VALUES = 3   # of a control that are tried
_ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class WebsocketReader:
    """A session on one page, which is opened. Raises TimeoutError where a run of the script takes more than a
    minute."""

    def __init__(self, address: str, page: str = "") -> None:
        self._socket = connect(f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"],
                               max_size=None, origin=address, open_timeout=60)   # seconds: others come too
        self._hash, self._states, self._fragment = "", {}, ""
        self.controls: dict[str, Any] = {}   # by their ids those that the last run drew
        self.wait = 2.0                      # seconds between two refreshes, as the page asks for them
        self.opened = self._run(page_name=page)

    def __enter__(self) -> WebsocketReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def again(self) -> float:
        """Seconds of a run of the script that changes nothing."""
        return self._run()

    def refresh(self) -> float:
        """Seconds of what an open page does by itself: a run of the part that looks for what is new."""
        return self._run(fragment_id=self._fragment, is_auto_rerun=True)

    def change(self, id: str, **value: Any) -> float:
        """Seconds from giving a control a value, as WidgetState has it, until everything is drawn."""
        self._states[id] = WidgetState(id=id)
        for name, each in value.items():
            if name.endswith("array_value"):
                getattr(self._states[id], name).data.extend(each)
            else:
                setattr(self._states[id], name, each)
        return self._run()

    def changes(self) -> Iterator[tuple[str, float]]:
        """Every control of the page, given some other values and its own again: its label, and the seconds."""
        for id, control in list(self.controls.items()):
            own, others = _values(control)
            for value in others[:_VALUES]:
                for each in (value, own):
                    if id in self.controls:   # another control may have taken it away
                        yield control.label, self.change(id, **each)

    def _run(self, **asked: Any) -> float:
        request = BackMsg()
        for name, value in (asked if self._hash else {"page_name": "", **asked}).items():
            setattr(request.rerun_script, name, value)
        request.rerun_script.page_script_hash = self._hash
        request.rerun_script.widget_states.widgets.extend(self._states.values())
        start = time.perf_counter()
        self._socket.send(request.SerializeToString())
        drawn = {}
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=60))
            match answer.WhichOneof("type"):
                case "navigation":
                    self._hash = answer.navigation.page_script_hash
                case "auto_rerun":
                    self._fragment, self.wait = answer.auto_rerun.fragment_id, answer.auto_rerun.interval
                case "delta" if answer.delta.WhichOneof("type") == "new_element":
                    element = answer.delta.new_element
                    control = getattr(element, element.WhichOneof("type"))
                    if _values(control)[1]:
                        drawn[control.id] = control
                case "script_finished" if answer.script_finished in _ENDED:
                    if "fragment_id" not in asked:
                        self.controls = drawn
                    return time.perf_counter() - start


def _values(control: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a control has, and what else it can have; nothing else where it is no choice."""
    match type(control).__name__:
        case "Selectbox":
            own = control.raw_value if control.set_value else [*control.options, ""][control.default]
            return {"string_value": own}, [{"string_value": each} for each in control.options if each != own]
        case "Slider" if not control.options:
            own = list(control.value if control.set_value else control.default)
            every = [own[0] + step for step in (-control.step, control.step)] if len(own) == 1 else []
            return {"double_array_value": own}, [
                {"double_array_value": [each]} for each in every if control.min <= each <= control.max]
        case "ButtonGroup" | "MultiSelect":
            options = [each.content if hasattr(each, "content") else each for each in control.options]
            own = list(control.raw_values) if control.set_value else [options[at] for at in control.default]
            return {"string_array_value": own}, [{"string_array_value": [each]} for each in options if [each] != own]
        case "Checkbox":
            own = control.value if control.set_value else control.default
            return {"bool_value": own}, [{"bool_value": not own}]
        case _:
            return {}, []
