"""The bilinear map that is asked for, and how it is spread over channels and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.spec.checks import check_choice, check_integer

SETTINGS = ("siso", "simo", "mimo", "layer", "edge")
PARITIES = ("both", "natural")

L_MAX_LIMIT = 12
CHANNELS_LIMIT = 4096
BATCH_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Problem:
    """A bilinear map asked for: X (irreps up to l1) times Y (up to l2) into Z (up to l_out).

    Inputs have natural parity (-1)^l. `parity="both"` keeps every path, `"natural"` only outputs of natural
    parity. Settings: `siso` l1 x l2 -> l_out, `simo` l1 x l2 -> 0..l_out, `mimo` and `layer`
    (0..l1) x (0..l2) -> 0..l_out; `edge` is the convolution of x (0..l1) with the harmonics 0..l2 of one direction
    for each row, with a weight for each path, into 0..l_out. Raises SpecError if a value is out of range.
    """

    setting: str
    l1: int
    l2: int
    l_out: int
    parity: str = "both"
    channels: int = 1
    batch: int = 1

    def __post_init__(self) -> None:
        check_choice("setting", self.setting, SETTINGS)
        check_choice("parity", self.parity, PARITIES)
        check_integer("l1", self.l1, 0, L_MAX_LIMIT)
        check_integer("l2", self.l2, 0, 2 * L_MAX_LIMIT if self.setting == "edge" else L_MAX_LIMIT)
        check_integer("l_out", self.l_out, 0, 2 * L_MAX_LIMIT)
        check_integer("channels", self.channels, 1, CHANNELS_LIMIT)
        check_integer("batch", self.batch, 1, BATCH_LIMIT)

    @classmethod
    def of(cls, setting: str, l_max: int, **rest: Any) -> Problem:
        """The problem of a setting at L = `l_max`: outputs to L (siso, layer, edge) or 2L (simo, mimo); the
        harmonics of an edge go to 2L."""
        check_choice("setting", setting, SETTINGS)
        check_integer("l_max", l_max, 0, L_MAX_LIMIT)
        l2 = 2 * l_max if setting == "edge" else l_max
        return cls(setting, l_max, l2, 2 * l_max if setting in ("simo", "mimo") else l_max, **rest)

    @property
    def l_max(self) -> int:
        return self.l1 if self.setting == "edge" else max(self.l1, self.l2)

    @property
    def degrees_in1(self) -> tuple[int, ...]:
        """The degrees l of X, one copy each."""
        return (self.l1,) if self.setting in ("siso", "simo") else tuple(range(self.l1 + 1))

    @property
    def degrees_in2(self) -> tuple[int, ...]:
        """The degrees l of Y, one copy each."""
        return (self.l2,) if self.setting in ("siso", "simo") else tuple(range(self.l2 + 1))

    @property
    def degrees_out(self) -> tuple[int, ...]:
        """The degrees l that Z may have."""
        return (self.l_out,) if self.setting == "siso" else tuple(range(self.l_out + 1))

    @property
    def dim_in1(self) -> int:
        return sum(2 * l + 1 for l in self.degrees_in1)

    @property
    def dim_in2(self) -> int:
        return sum(2 * l + 1 for l in self.degrees_in2)

    @property
    def paths(self) -> tuple[tuple[int, int, int], ...]:
        """Every (l1, l2, l3) that Clebsch-Gordan reaches: the triangle rule, even l1+l2+l3 if natural."""
        allowed = set(self.degrees_out)
        return tuple(
            (l1, l2, l3)
            for l1 in self.degrees_in1
            for l2 in self.degrees_in2
            for l3 in range(abs(l1 - l2), l1 + l2 + 1)
            if l3 in allowed and (self.parity == "both" or (l1 + l2 + l3) % 2 == 0)
        )
