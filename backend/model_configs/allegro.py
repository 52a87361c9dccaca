"""Allegro: keys of its configuration files, old and new (github.com/mir-group/allegro, configs/)."""

from __future__ import annotations

from backend.model_configs.layer import Layer, Place
from backend.model_configs.nequip import BOTH
from backend.model_configs.reading import Config
from backend.spec import CHANNELS_LIMIT, L_MAX_LIMIT, Problem, SpecError

_COPIES = ("num_tensor_features", "env_embed_multiplicity")
_PARITIES = ("o3_full", "o3_restricted", "so3", "True", "False")


def is_of(config: Config) -> bool:
    return "l_max" in config and any(key in config for key in _COPIES)


def layers(config: Config, place: Place) -> tuple[Layer, ...]:
    """Every layer is the same: the tensors of an edge times those of its surroundings."""
    l_max = config.integer("l_max", 0, L_MAX_LIMIT)
    key = next(key for key in _COPIES if key in config)
    channels = config.integer(key, 1, CHANNELS_LIMIT)
    parity_key = "parity_setting" if "parity_setting" in config else "parity"
    parity = str(config.get(parity_key) if parity_key in config else "o3_full")
    if parity not in _PARITIES:
        raise SpecError(f"{parity_key} must be one of {', '.join(_PARITIES)}, got {parity!r:.60}")
    return (Layer(
        "Allegro, tensor product",
        Problem.of("layer", l_max, parity="natural" if parity == "o3_restricted" else "both", channels=channels,
                   batch=place.edges, mixing="uuu", weights="shared"),
        f"l_max {l_max}, {key} {channels}, {parity_key} {parity}", BOTH if parity in ("o3_full", "True") else ""),)
