"""Irreps as configurations write them, 128x0e + 128x1o, and what of them a problem can say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.spec import CHANNELS_LIMIT, L_MAX_LIMIT, SpecError

_TERM = re.compile(r"(?:(\d{1,6})\s*x\s*)?(\d{1,3})([eo])")


@dataclass(frozen=True)
class Irreps:
    """(copies, degree, parity) of each term."""

    terms: tuple[tuple[int, int, str], ...]
    written: str

    @property
    def l_max(self) -> int:
        return max(l for _, l, _ in self.terms)

    @property
    def natural(self) -> bool:
        """Whether every irrep has the parity (-1)^l."""
        return all(parity == "eo"[l % 2] for _, l, parity in self.terms)

    @property
    def channels(self) -> int:
        """As many copies in all, equally many of each degree."""
        return max(1, round(sum(copies for copies, _, _ in self.terms) / (self.l_max + 1)))

    @property
    def unequal(self) -> bool:
        """Whether degrees have different numbers of copies, or some have none."""
        return {sum(copies for copies, l, _ in self.terms if l == each) for each in range(self.l_max + 1)} != {
            self.channels}


def irreps(key: str, value: Any) -> Irreps:
    """What stands under a key. Raises SpecError, naming it, where that is no irreps or too large."""
    text = " + ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    found = [_TERM.fullmatch(part.strip()) for part in text.split("+")]
    if not all(found):
        raise SpecError(f"{key} must be irreps such as 128x0e + 128x1o, got {value!r:.60}")
    terms = tuple((int(each[1] or 1), int(each[2]), each[3]) for each in found)
    read = Irreps(tuple(each for each in terms if each[0]), text)
    if not read.terms or read.l_max > L_MAX_LIMIT or read.channels > CHANNELS_LIMIT:
        raise SpecError(f"{key} must have degrees up to {L_MAX_LIMIT} and 1 to {CHANNELS_LIMIT:,} copies of each, got "
                        f"{value!r:.60}")
    return read
