"""One published figure: what was counted, where and on what, its normaliser, and what must be said beside it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from backend.spec import SpecError, check_integer

SOURCE = "arXiv:2506.13523"


@dataclass(frozen=True)
class Point:
    """A figure in SI units (s, FLOP, B, and those per second) of one product in one setting at one L and batch."""

    file_kind: str                # one of KINDS
    device: str                   # as the paper names it
    named: str                    # the product as the file names it
    setting: str                  # siso | simo | mimo
    l_max: int
    batch: int
    quantity: str                 # time | flop | bytes | flop_rate | ...
    value: float
    unit: str
    counted: str                  # a sentence: what the number is
    normaliser: float | None      # what the paper divides by, as the file has it; None where it has none
    normaliser_is: str
    caveats: tuple[str, ...]
    file: str
    line: int                     # counts from 1
    product: str = ""             # ours of that name; it need not be the same function
    channels: int = 1
    source: str = SOURCE

    @property
    def id(self) -> str:
        """32 hexadecimal digits: equal for the same figure, whatever its file is called."""
        same = (self.source, self.file_kind, self.device, self.named, self.setting, self.l_max, self.channels,
                self.batch, self.quantity, repr(float(self.value)))
        return hashlib.sha256(repr(same).encode()).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """Every field by name."""
        return asdict(self) | {"caveats": list(self.caveats)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Point:
        """The point that `to_json` described. Raises SpecError if it is not one."""
        names = {each.name for each in fields(cls)}
        if not isinstance(data, Mapping) or set(data) != names:
            raise SpecError(f"a published point must have the fields {', '.join(sorted(names))}, got {data!r:.80}")
        for name in ("l_max", "batch", "channels", "line"):
            check_integer(name, data[name], 1, 10**9)
        numbers = [data["value"]] + [data["normaliser"]] * (data["normaliser"] is not None)
        for value in numbers:
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise SpecError(f"value and normaliser must be finite numbers, got {value!r:.40}")
        texts = [data[each.name] for each in fields(cls) if each.type == "str"] + list(data["caveats"])
        if bad := [text for text in texts if not isinstance(text, str)]:
            raise SpecError(f"a published point must be described in text, got {bad[0]!r:.40}")
        return cls(**{**data, "caveats": tuple(data["caveats"])})
