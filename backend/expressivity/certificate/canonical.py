"""G of a product whose channels mix: its couplings over the weights that the project gives their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from backend.expressivity.certificate.mixing_table import NOT_ONE_WEIGHT, MixedCoupling, MixingTable
from backend.expressivity.coupling_table import Coupling, coupling_table
from backend.frameworks import Framework, Unsupported
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.mixing_weights import path_weights

Path = tuple[int, int, int]
_TOLERANCE = 1e-9   # of G, relative


def canonical_weights(key: str, problem: Problem, numpy: Framework, *, variant: str = "") -> dict[Path, np.ndarray]:
    """The weight of every path of the product `key` by channels u, v, w, zero between channels that do not meet: what
    `path_weights` gives in the first row, or one where there are none.

    Raises Unsupported where the product reaches a path in several copies.
    """
    alone = make(key, problem.plain, numpy, variant=variant)
    weighted = problem.weights != "none"
    values = path_weights(problem, alone.irreps_out)[0].astype(np.float64) if weighted else None
    found: dict[Path, np.ndarray] = {}
    for each in coupling_table(key, problem.plain, numpy, variant=variant):
        path = each.l1, each.l2, each.l3
        if path in found:
            raise Unsupported("it reaches a path in several copies, whose weights cannot be told apart; certify it "
                              "channel by channel, without weights")
        found[path] = _by_channels(problem, each.copy, values)
    return found


def _by_channels(problem: Problem, copy: int, values: np.ndarray | None) -> np.ndarray:
    channels = problem.channels
    if problem.mixing == "uvw":
        return values[copy].reshape(channels, channels, channels)
    found = np.zeros((channels, 1 if problem.mixing == "uvu" else channels, channels))
    for u in range(channels):
        found[u, 0 if problem.mixing == "uvu" else u, u] = 1.0 if values is None else values[u, copy]
    return found


@dataclass(frozen=True)
class Canonical:
    """A mixed coupling and its G by channels u, v, w, which are right in `meet` alone."""

    mixed: MixedCoupling
    g: np.ndarray
    meet: np.ndarray    # whether the channels may meet

    @property
    def first(self) -> tuple[int, int, int]:
        """The first channels that meet."""
        return tuple(np.argwhere(self.meet)[0].tolist())

    @property
    def weights(self) -> np.ndarray:
        """Their weight in each array."""
        return self.mixed.weights[(slice(None), *self.first)]

    @property
    def coupling(self) -> Coupling:
        """With the G of the first channels that meet."""
        each = self.mixed
        return Coupling(*each.path, each.copy1, each.copy2, each.copy, float(self.g[self.first]))


def canonical(table: MixingTable, weights: Mapping[Path, np.ndarray] | None) -> list[Canonical]:
    """The table over the canonical weights; where the product has none, and of a path that has none, for weights of
    one of its own."""
    found = []
    for each in table.couplings:
        meet = (each.values != 0) if weights is None or each.path not in weights else weights[each.path] != 0
        g = table.effect_of_one(each)
        if weights is not None and each.path in weights:
            g = np.divide(each.values, weights[each.path], out=np.zeros(each.values.shape), where=meet)
        found.append(Canonical(each, g, meet))
    return found


def misplaced(found: list[Canonical], weights: Mapping[Path, np.ndarray] | None) -> Iterator[str]:
    """A sentence for every path that acts between the wrong channels, that does not hang on one weight, or whose
    weights are not its own: G must be the same in all channels."""
    for each in found:
        path, mixed, (low, high) = each.mixed.path, each.mixed, (each.g[each.meet].min(), each.g[each.meet].max())
        if len(wrong := np.argwhere((mixed.values != 0) & ~each.meet)):
            u, v, w = wrong[0].tolist()
            yield f"channel {u} of x and {v} of y must not reach channel {w} of z, got an effect on the path {path}"
        elif weights is not None and path not in weights:
            yield f"the path {path} must be zero as in the product that it stands for, got {each.coupling.g:.6g}"
        elif NOT_ONE_WEIGHT in mixed.weights:
            yield f"the path {path} between single channels must be in proportion to one weight, got another dependence"
        elif high - low > _TOLERANCE * max(abs(low), abs(high)):
            yield f"G{path} must be the same in all channels, each with its own weight, got {low:.6g} to {high:.6g}"
