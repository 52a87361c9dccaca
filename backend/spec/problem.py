"""The bilinear map that is asked for, and how it is spread over channels and rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from backend.spec.checks import SpecError, check_choice, check_integer

SETTINGS = ("siso", "simo", "mimo", "layer", "edge", "square")
PARITIES = ("both", "natural")
MIXINGS = ("uuu", "uvu", "uvw")
WEIGHTS = ("none", "shared", "per_sample")
SCOPES = ("op", "layer")
SPREAD = {"mixing": "uuu", "weights": "none", "scope": "op", "inner": 0, "neighbours": 0}   # the plain product

L_MAX_LIMIT = 12
CHANNELS_LIMIT = 4096
BATCH_LIMIT = 1_000_000_000
NEIGHBOURS_LIMIT = 1024


@dataclass(frozen=True)
class Problem:
    """A bilinear map asked for: X (irreps up to l1) times Y (up to l2) into Z (up to l_out).

    Inputs have natural parity (-1)^l. `parity="both"` keeps every path, `"natural"` only outputs of natural
    parity. Settings: `siso` l1 x l2 -> l_out, `simo` l1 x l2 -> 0..l_out, `mimo` and `layer`
    (0..l1) x (0..l2) -> 0..l_out; `edge` is the convolution of x (0..l1) with the harmonics 0..l2 of one direction
    for each row, with a weight for each path, into 0..l_out; `square` is the symmetric contraction of degree two: x
    (0..l1) with itself, a weight for each output copy and channel, copies of an irrep summed, into 0..l_out.

    How channels meet (`mixing`, e3nn's words): `uuu` multiplies channel by channel; in `uvu` all channels of x meet
    the one of y, as messages meet the harmonics of an edge; `uvw` multiplies all pairs and mixes them by weights into
    one copy per irrep. `weights`, one for each output copy and channel (of `uvw`: and pair), are the same in all rows
    (`shared`) or its own in each (`per_sample`), or there are `none`. A `layer` has linear layers around the
    operation: of x and (not in `uvu`) of y into `inner` channels, and of all output copies of an irrep into the
    problem's channels. With `neighbours` it is a message: `batch` counts edges, x has a row for each node, y one for
    each edge, and a row of z sums what comes in over the `neighbours` edges of a node. Raises SpecError if a value
    is out of range or the values contradict each other.
    """

    setting: str
    l1: int
    l2: int
    l_out: int
    parity: str = "both"
    channels: int = 1
    batch: int = 1
    mixing: str = "uuu"
    weights: str = "none"
    scope: str = "op"
    inner: int = 0          # channels inside a layer, those of the problem where it is made with 0; of an op 0
    neighbours: int = 0

    def __post_init__(self) -> None:
        check_choice("setting", self.setting, SETTINGS)
        check_choice("parity", self.parity, PARITIES)
        check_integer("l1", self.l1, 0, L_MAX_LIMIT)
        check_integer("l2", self.l2, 0, 2 * L_MAX_LIMIT if self.setting == "edge" else L_MAX_LIMIT)
        check_integer("l_out", self.l_out, 0, 2 * L_MAX_LIMIT)
        check_integer("channels", self.channels, 1, CHANNELS_LIMIT)
        check_integer("batch", self.batch, 1, BATCH_LIMIT)
        check_integer("neighbours", self.neighbours, 0, NEIGHBOURS_LIMIT)
        self._check_mixing()

    @classmethod
    def of(cls, setting: str, l_max: int, **rest: Any) -> Problem:
        """The problem of a setting at L = `l_max`: outputs to L (siso, layer, edge) or 2L (simo, mimo); the
        harmonics of an edge go to 2L."""
        check_choice("setting", setting, SETTINGS)
        check_integer("l_max", l_max, 0, L_MAX_LIMIT)
        l2 = 2 * l_max if setting == "edge" else l_max
        return cls(setting, l_max, l2, 2 * l_max if setting in ("simo", "mimo") else l_max, **rest)

    def _check_mixing(self) -> None:
        for name, choices in (("mixing", MIXINGS), ("weights", WEIGHTS), ("scope", SCOPES)):
            check_choice(name, getattr(self, name), choices)
        check_integer("inner", self.inner, 0, CHANNELS_LIMIT if self.scope == "layer" else 0)
        if self.scope == "layer" and not self.inner:
            object.__setattr__(self, "inner", self.channels)
        if self.mixing == "uvw" and self.weights == "none":
            raise SpecError("weights must be shared or per_sample where mixing is uvw, which mixes by them, got 'none'")
        if self.setting == "square" and (self.spread or self.l2 != self.l1):
            raise SpecError("a square has weights of its own and x for both inputs: leave out mixing, weights, scope "
                            f"and neighbours, and give l2 as l1, got {self.spread or f'l1 {self.l1}, l2 {self.l2}'}")
        if self.setting == "edge" and (self.mixing, self.weights, self.scope) != ("uuu", "none", "op"):
            raise SpecError("an edge convolution has weights of its own and one direction for all channels: leave out "
                            f"mixing, weights and scope, got {self.mixing}, {self.weights}, {self.scope}")

    @property
    def spread(self) -> dict[str, Any]:
        """How the product is spread over channels and rows: what of SPREAD is not as in the plain product."""
        return {name: getattr(self, name) for name, plain in SPREAD.items() if getattr(self, name) != plain}

    @property
    def plain(self) -> Problem:
        """The product alone, channel by channel, row by row: the same but for `spread`."""
        return replace(self, **SPREAD)

    @property
    def counts(self) -> str:
        """What the batch counts: samples, edges, or the nodes whose features are squared."""
        if self.setting == "square":
            return "nodes"
        return "edges" if self.neighbours or self.setting == "edge" else "samples"

    @property
    def nodes(self) -> int:
        """Rows of x and of z: those of the batch, or of a message its nodes."""
        return -(-self.batch // self.neighbours) if self.neighbours else self.batch

    @property
    def l_max(self) -> int:
        return self.l1 if self.setting == "edge" else max(self.l1, self.l2)

    @property
    def degrees_in1(self) -> tuple[int, ...]:
        """The degrees l of X, one copy each."""
        return (self.l1,) if self.setting in ("siso", "simo") else tuple(range(self.l1 + 1))

    @property
    def degrees_in2(self) -> tuple[int, ...]:
        """The degrees l of Y, one copy each; none where x is squared."""
        if self.setting == "square":
            return ()
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
        """Every (l1, l2, l3) that Clebsch-Gordan reaches: the triangle rule, even l1+l2+l3 if natural. Of a square
        those with l1 <= l2, and l3 even where both are equal: the odd ones are antisymmetric, and vanish."""
        allowed, square = set(self.degrees_out), self.setting == "square"
        return tuple(
            (l1, l2, l3)
            for l1 in self.degrees_in1
            for l2 in (range(l1, self.l1 + 1) if square else self.degrees_in2)
            for l3 in range(abs(l1 - l2), l1 + l2 + 1)
            if l3 in allowed and (self.parity == "both" or (l1 + l2 + l3) % 2 == 0)
            and not (square and l1 == l2 and l3 % 2)
        )
