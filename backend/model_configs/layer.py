"""A layer of a model as a problem, and where it is used: atoms and neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from backend.model_configs.reading import Config
from backend.spec import BATCH_LIMIT, NEIGHBOURS_LIMIT, Problem, check_integer

_MEANS = ("avg_num_neighbors", "max_neighbors")
_MOST = 100   # neighbours: more stand for no limit


@dataclass(frozen=True)
class Layer:
    """`read` says which keys it rests on, `differs` what of the model a problem cannot say."""

    name: str
    problem: Problem
    read: str
    differs: str = ""


@dataclass(frozen=True)
class Place:
    """How large a call is."""

    atoms: int
    neighbours: int

    @classmethod
    def of(cls, config: Config, atoms: int, neighbours: int) -> Place:
        """The atoms of a call, and the neighbours that the configuration states, else those given. Raises SpecError
        if a value is out of range."""
        for key in _MEANS:
            value = config.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= _MOST:
                neighbours = round(value)
                break
        check_integer("neighbours", neighbours, 1, NEIGHBOURS_LIMIT)
        check_integer("atoms", atoms, 1, BATCH_LIMIT // NEIGHBOURS_LIMIT)
        return cls(atoms, neighbours)

    @property
    def edges(self) -> int:
        return self.atoms * self.neighbours

    def message(self, l1: int, l2: int, l_out: int, channels: int, *, natural: bool) -> Problem:
        """x of the sender times the harmonics of the edge, a weight for each path, channel and edge, summed."""
        return Problem("layer", l1, l2, l_out, parity="natural" if natural else "both", channels=channels,
                       batch=self.edges, mixing="uvu", weights="per_sample", neighbours=self.neighbours)
