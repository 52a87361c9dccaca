"""What an operation of the interface is: how it is asked, what answers, what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from backend.spec import SpecError

Schema = Mapping[str, Any]
JSON = "application/json"
TYPES = {"string": str, "integer": int, "boolean": bool}


@dataclass(frozen=True)
class Parameter:
    """A value in the query, or in the path where the path names it; `many` may be given more than once."""

    name: str
    description: str
    type: str = "string"
    default: Any = None
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 2**31 - 1
    many: bool = False
    required: bool = False

    def read(self, texts: list[str]) -> Any:
        """The value of what was given. Raises SpecError where it can be none."""
        if not texts:
            if self.required:
                raise SpecError(f"{self.name} must be given: {self.description}")
            return self.default
        if len(texts) > 1 and not self.many:
            raise SpecError(f"{self.name} must be given once, got {', '.join(texts)!r:.80}")
        values = [self._one(text) for text in texts]
        return values if self.many else values[0]

    def _one(self, text: str) -> Any:
        if self.type == "integer":
            if not (text.removeprefix("-").isdecimal() and len(text) < 12 and self.low <= int(text) <= self.high):
                raise SpecError(f"{self.name} must be an integer from {self.low} to {self.high:,}, got {text!r:.60}")
            return int(text)
        if self.type == "boolean":
            if text not in ("true", "false"):
                raise SpecError(f"{self.name} must be true or false, got {text!r:.60}")
            return text == "true"
        if self.choices and text not in self.choices:
            raise SpecError(f"{self.name} must be one of {', '.join(self.choices)}, got {text!r:.60}")
        return text


@dataclass(frozen=True)
class Asked:
    """A request, its values read; `trusted` where it came with the token."""

    values: Mapping[str, Any]
    body: bytes
    trusted: bool
    client: str

    def json(self, what: str, *needed: str) -> Mapping[str, Any]:
        """The body as an object that has these members. Raises SpecError, saying `what` it must be."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or not set(needed) <= set(said):
            raise SpecError(f"the body must be {what}")
        return said


@dataclass(frozen=True)
class Returned:
    """What comes back: in words, and as a schema of each media type."""

    description: str
    content: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the server. What `changes` something needs the token."""

    method: str
    path: str
    summary: str
    answer: Callable[[Asked], Response]
    returns: Mapping[int, Returned]
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    changes: bool = False
    description: str = ""

    @property
    def name(self) -> str:
        """What a client's function for it may be called: get_results."""
        words = self.path.replace("{", "").replace("}", "").replace(".", "_").strip("/").split("/")
        return "_".join((self.method.lower(), *words))


def json_of(description: str, schema: Schema) -> Returned:
    """An answer in JSON."""
    return Returned(description, {JSON: schema})
