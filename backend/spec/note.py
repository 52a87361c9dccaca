"""What somebody says of a result: `Note`, plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from backend.spec.checks import SpecError

NOTE_LIMIT = 2000     # characters of a text
AUTHOR_LIMIT = 80
_UNSEEN = {"Cc", "Cs", "Co", "Cn"}   # categories of Unicode: controls, and what is no character
_TURNS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")   # the direction of writing


@dataclass(frozen=True)
class Note:
    """A text of at most NOTE_LIMIT characters that its author attached to a result. It is plain: nothing that shows it
    reads it as markup. Raises SpecError for an empty or longer one, and for characters that hide something."""

    result: str   # id
    at: str       # ISO 8601, UTC
    author: str
    text: str

    def __post_init__(self) -> None:
        for name in ("result", "at", "author", "text"):
            if not isinstance(getattr(self, name), str):
                raise SpecError(f"{name} of a note must be text, got {getattr(self, name)!r:.80}")
        if not re.fullmatch("[0-9a-f]{32}", self.result):
            raise SpecError(f"a note must be of a result's id, 32 hexadecimal digits, got {self.result!r:.80}")
        if not self.text.strip():
            raise SpecError("a note must say something, got nothing")
        for name, limit in (("text", NOTE_LIMIT), ("author", AUTHOR_LIMIT)):
            if len(value := getattr(self, name)) > limit:
                raise SpecError(f"{name} of a note must have at most {limit:,} characters, got {len(value):,}")
            if bad := _hidden(value.replace("\n", "").replace("\t", "") if name == "text" else value):
                raise SpecError(f"{name} of a note must be plain text, got the character {bad}")

    def to_json(self) -> dict[str, str]:
        """A JSON object that says of itself that it is a `note`."""
        return {"type": "note"} | asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Note:
        """The note that `to_json` described. Raises SpecError if it is none."""
        if not isinstance(data, Mapping):
            raise SpecError(f"a note must be a JSON object, got {data!r:.80}")
        rest = {name: value for name, value in data.items() if name != "type"}
        known = [each.name for each in fields(cls)]
        if set(rest) != set(known):
            raise SpecError(f"a note must have {', '.join(known)}, got {', '.join(map(str, rest)) or 'nothing'}")
        return cls(**rest)


def _hidden(text: str) -> str:
    """The first character that cannot be seen, or turns the text around, by its number; nothing if there is none."""
    found = (each for each in text if each in _TURNS or unicodedata.category(each) in _UNSEEN)
    return next((f"U+{ord(each):04X}" for each in found), "")
