"""NequIP: keys of its configuration files, old and new (github.com/mir-group/nequip, configs/)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.model_configs.irreps import irreps
from backend.model_configs.layer import Layer, Place
from backend.model_configs.reading import Config
from backend.spec import CHANNELS_LIMIT, L_MAX_LIMIT, SpecError

BOTH = "the model's features have both parities, ours (-1)^l: half its paths"


def is_of(config: Config) -> bool:
    return "feature_irreps_hidden" in config or ("l_max" in config and "num_features" in config)


def layers(config: Config, place: Place) -> tuple[Layer, ...]:
    """The message of the first layer, whose features are scalars, and of the others."""
    if "feature_irreps_hidden" in config:
        read = irreps("feature_irreps_hidden", config.get("feature_irreps_hidden"))
        sphere = irreps("irreps_edge_sh", config.get("irreps_edge_sh") or read.written)
        l1, l2, channels = read.l_max, sphere.l_max, read.channels
        said = f"feature_irreps_hidden {read.written}, irreps_edge_sh {sphere.written}"
        parity = {parity for _, _, parity in read.terms} == {"e", "o"} and not read.natural
        differs = f"the model has {read.written}: as many copies in all, equally many of each degree" * read.unequal
    else:
        l1 = l2 = config.integer("l_max", 0, L_MAX_LIMIT)
        channels, differs = _copies(config.get("num_features"))
        parity = config.flag("parity") is not False
        said = f"l_max {l1}, num_features {config.get('num_features')}, parity {str(parity).lower()}"
    differs = "; ".join(filter(None, [differs, BOTH if parity else ""]))
    found = [Layer("NequIP, first message", place.message(0, l2, l1, channels, natural=False), said, differs)]
    if (config.integer("num_layers", 1, 100) or 2) > 1:
        found.append(Layer("NequIP, later messages", place.message(l1, l2, l1, channels, natural=False), said, differs))
    return tuple(found)


def _copies(value: Any) -> tuple[int, str]:
    """(channels, what differs) of num_features: a number, or one for each degree. Raises SpecError for others."""
    every = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if not every or not all(isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= CHANNELS_LIMIT
                            for each in every):
        raise SpecError(f"num_features must be a whole number from 1 to {CHANNELS_LIMIT:,}, or a list of them, got "
                        f"{value!r:.60}")
    unequal = f"the model has {every} copies by degree: as many in all, equally many of each" * (len({*every}) > 1)
    return max(1, round(sum(every) / len(every))), unequal
