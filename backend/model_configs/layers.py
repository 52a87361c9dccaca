"""Which model a configuration is of, and the problems of its layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.model_configs import allegro, equiformer, mace, nequip
from backend.model_configs.layer import Layer, Place
from backend.model_configs.reading import Config, read
from backend.spec import Problem, SpecError


@dataclass(frozen=True)
class _Model:
    name: str
    is_of: Callable[[Config], bool]
    layers: Callable[[Config, Place], tuple[Layer, ...]]
    known_by: str


_MODELS = (   # Allegro is built on NequIP and has its keys too
    _Model("Allegro", allegro.is_of, allegro.layers, "l_max with num_tensor_features"),
    _Model("Equiformer", equiformer.is_of, equiformer.layers, "irreps_node_embedding, or lmax_list with "
                                                              "sphere_channels"),
    _Model("MACE", mace.is_of, mace.layers, "max_ell with hidden_irreps or num_channels"),
    _Model("NequIP", nequip.is_of, nequip.layers, "l_max with num_features"),
)
_SHOWN = 8   # keys that an error lists


def layers_of(text: str, *, atoms: int, neighbours: int) -> tuple[Layer, ...]:
    """The different tensor products of the model that the text configures, for calls with this many atoms; neighbours
    where the configuration has none. Raises SpecError, naming the key, where it cannot be read."""
    config = read(text)
    model = next((each for each in _MODELS if each.is_of(config)), None)
    if model is None:
        known = "; ".join(f"{each.name} ({each.known_by})" for each in _MODELS)
        raise SpecError(f"a configuration must be one of {known}; got the keys "
                        f"{', '.join(config.keys[:_SHOWN]) or 'none'}{', …' if len(config.keys) > _SHOWN else ''}")
    found: dict[Problem, Layer] = {}
    for each in model.layers(config, Place.of(config, atoms, neighbours)):
        found.setdefault(each.problem, each)
    return tuple(found.values())
