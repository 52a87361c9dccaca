"""What is known of a product without importing it: the literal `CATALOGUE` of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.spec import SETTINGS, Problem

FAMILIES = ("clebsch_gordan", "gaunt", "matrix", "vector", "so2", "library", "plugin")
CLAIMS = (*SETTINGS, "mimo_per_degree_of_freedom")   # what a product may claim a cost for


@dataclass(frozen=True)
class Unmeasured:
    """A published algorithm for a product's function that nothing here runs: its claim stands without a measurement."""

    algorithm: str
    claims: Mapping[str, str]         # as those of an entry
    source: str
    reason: str                       # why nothing runs it


@dataclass(frozen=True)
class Entry:
    """What pages and the command line know of a product: the literal `CATALOGUE` of its file."""

    key: str
    label: str
    family: str                       # clebsch_gordan | gaunt | matrix | vector | so2 | library | plugin
    group: str                        # O3 | SO3: what it is equivariant to
    symbol: str                       # the Plotly marker that means this product on every page
    frameworks: tuple[str, ...]
    variants: Mapping[str, str]       # name -> one sentence; the first is the default
    layouts: tuple[str, ...]          # the first is the one it prefers
    summary: str                      # one sentence: what it computes
    formula: str                      # LaTeX
    source: str                       # where it is published
    settings: tuple[str, ...] = ("siso", "simo", "mimo", "layer")   # the settings that it does
    mixings: tuple[str, ...] = ()     # what it mixes itself, weights included; where there are none, we mix ours
    library: str = ""                 # the distribution whose version its results depend on, for a library baseline
    cure: str = "pip install -r requirements-libraries.txt"   # what to do where that distribution is not installed
    front_ends: Mapping[str, str] = field(default_factory=dict)   # framework -> the library's distribution for it
    everyday: bool = True             # whether `all` and a first look take it; not if it starts far slower than it runs
    coupling: str | Mapping[str, str] = ""   # the closed form of G(l1, l2, l3) that it claims: a law of the
                                             # certificate, or one for each variant
    coefficient_error: float = 0.0    # of a library's own coefficients, relative, in float64: allowed and shown
    approximate: bool = False         # its function and its symmetry hold up to an error that is shown, not judged
    claims: Mapping[str, str] = field(default_factory=dict)   # one of CLAIMS -> the cost in L as published
    unmeasured: Unmeasured | None = None
    path: Path = Path()

    @property
    def default_variant(self) -> str:
        return next(iter(self.variants))

    @property
    def plain_layout(self) -> str:
        """The layout to look into it with: channels_dim where it has that, whose last axis are the components."""
        return "channels_dim" if "channels_dim" in self.layouts else self.layouts[0]

    def does(self, setting: str) -> bool:
        """Whether it does the setting: a product of ours or a plug-in squares x by taking it for y as well."""
        return setting in self.settings or (
            setting == "square" and "layer" in self.settings and self.family != "library" and not self.mixings)

    @property
    def usual_spread(self) -> dict[str, str]:
        """How it is certified where nothing is said: a product that mixes itself in the first of its ways, with weights
        that all rows share."""
        return {"mixing": self.mixings[0], "weights": "shared"} if self.mixings else {}

    def cannot_spread(self, problem: Problem) -> str:
        """Why it cannot do the problem's mixing, weights, layer or message; empty where it can."""
        if self.mixings and not problem.spread:
            plain = "the library's plain product" if self.library else "a plain product"
            return f"{self.label} is for channels that have weights; choose them, or {plain}"
        if self.mixings and problem.mixing not in self.mixings:
            return f"{self.label} does not do the mixing {problem.mixing}; it does {', '.join(self.mixings)}"
        if self.family == "library" and not self.mixings and problem.spread:
            return (f"{self.label} multiplies channel by channel alone; leave out "
                    f"{', '.join(problem.spread)}, or choose the library's product that mixes")
        return ""

    def distributions(self, framework: str = "") -> tuple[str, ...]:
        """The distributions of its library, in one framework or in all."""
        front_ends = [name for key, name in self.front_ends.items() if framework in ("", key)]
        return (self.library, *front_ends) if self.library else ()
