"""MACE: keys of its command line and of its configuration files (github.com/ACEsuit/mace, mace/tools/arg_parser.py)."""

from __future__ import annotations

from backend.model_configs.irreps import irreps
from backend.model_configs.layer import Layer, Place
from backend.model_configs.reading import Config
from backend.spec import CHANNELS_LIMIT, L_MAX_LIMIT, Problem, SpecError

_MAX_ELL, _CORRELATION, _INTERACTIONS = 3, 3, 2   # its defaults


def is_of(config: Config) -> bool:
    named = str(config.get("model")).upper().endswith("MACE")
    return named or ("max_ell" in config and any(key in config for key in ("hidden_irreps", "num_channels", "max_L")))


def layers(config: Config, place: Place) -> tuple[Layer, ...]:
    """The message of the first interaction, of the others, and the product basis."""
    l_max, channels, said, differs = _features(config)
    max_ell = config.integer("max_ell", 0, L_MAX_LIMIT)
    max_ell, correlation = _MAX_ELL if max_ell is None else max_ell, config.integer("correlation", 1, 10)
    said += f", max_ell {max_ell}"
    found = [Layer("MACE, first message", place.message(0, max_ell, max_ell, channels, natural=True), said, differs)]
    if (config.integer("num_interactions", 1, 100) or _INTERACTIONS) > 1:
        found.append(Layer("MACE, later messages", place.message(l_max, max_ell, max_ell, channels, natural=True), said,
                           differs))
    correlation = correlation or _CORRELATION
    if correlation > 1:
        higher = f"degree two of the model's {correlation}" if correlation > 2 else ""
        found.append(Layer(
            "MACE, product basis",
            Problem("square", max_ell, max_ell, l_max, parity="natural", channels=channels, batch=place.atoms),
            f"{said}, correlation {correlation}", "; ".join(filter(None, [differs, higher]))))
    return tuple(found)


def _features(config: Config) -> tuple[int, int, str, str]:
    """(largest degree, channels, what was read, what differs) of the node features; max_L and num_channels go before
    hidden_irreps, as in MACE."""
    channels, l_max = config.integer("num_channels", 1, CHANNELS_LIMIT), config.integer("max_L", 0, L_MAX_LIMIT)
    if channels is not None and l_max is not None:
        return l_max, channels, f"num_channels {channels}, max_L {l_max}", ""
    if "hidden_irreps" not in config:
        raise SpecError("MACE must have hidden_irreps, or num_channels and max_L; the configuration has neither")
    read = irreps("hidden_irreps", config.get("hidden_irreps"))
    return read.l_max, read.channels, f"hidden_irreps {read.written}", "" if not read.unequal else (
        f"the model has {read.written}: as many copies in all, equally many of each degree")
