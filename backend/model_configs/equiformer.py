"""Equiformer and EquiformerV2: keys of their configuration files (github.com/atomicarchitects/equiformer, and _v2)."""

from __future__ import annotations

from collections.abc import Sequence

from backend.model_configs.irreps import irreps
from backend.model_configs.layer import Layer, Place
from backend.model_configs.reading import Config
from backend.spec import CHANNELS_LIMIT, L_MAX_LIMIT, Problem, SpecError

_MIXES = "the model mixes channels within each order m; here each has weights of its own"


def is_of(config: Config) -> bool:
    return any(key in config for key in ("irreps_node_embedding", "lmax_list", "sphere_channels"))


def layers(config: Config, place: Place) -> tuple[Layer, ...]:
    """Every layer is the same: a depth-wise message (Equiformer), an edge convolution (EquiformerV2)."""
    return (_second(config, place) if "irreps_node_embedding" not in config else _first(config, place),)


def _first(config: Config, place: Place) -> Layer:
    nodes = irreps("irreps_node_embedding", config.get("irreps_node_embedding"))
    sphere = irreps("irreps_sh", config.get("irreps_sh")) if "irreps_sh" in config else nodes
    differs = f"the model has {nodes.written}: as many copies in all, equally many of each degree" * nodes.unequal
    natural = nodes.natural and sphere.natural and nodes.l_max > 0
    return Layer(
        "Equiformer, message", place.message(nodes.l_max, sphere.l_max, nodes.l_max, nodes.channels, natural=natural),
        f"irreps_node_embedding {nodes.written}, irreps_sh {sphere.written}", differs)


def _second(config: Config, place: Place) -> Layer:
    l_max, m_max = (_largest(config, key) for key in ("lmax_list", "mmax_list"))
    channels = config.integer("sphere_channels", 1, CHANNELS_LIMIT)
    if l_max is None or channels is None:
        raise SpecError("EquiformerV2 must have lmax_list and sphere_channels; the configuration lacks "
                        f"{'lmax_list' if l_max is None else 'sphere_channels'}")
    cut = "" if m_max is None or m_max >= l_max else f"; of orders up to m = {m_max}"
    return Layer(
        "EquiformerV2, SO(2) convolution", Problem.of("edge", l_max, channels=channels, batch=place.edges),
        f"lmax_list {l_max}, mmax_list {m_max}, sphere_channels {channels}", _MIXES + cut)


def _largest(config: Config, key: str) -> int | None:
    """The largest degree of a list of resolutions. Raises SpecError where there is something else."""
    value = config.get(key)
    every = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if value is not None and not (every and all(
            isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= L_MAX_LIMIT for each in every)):
        raise SpecError(f"{key} must be a list of whole numbers from 0 to {L_MAX_LIMIT}, got {value!r:.60}")
    return None if value is None else max(every)
