"""Every preset by its key."""

from __future__ import annotations

from backend.spec import check_choice
from backend.sweeps import crossover, models, paper, peers, plugins
from backend.sweeps.preset import Preset


def presets() -> dict[str, Preset]:
    """The presets in the order in which they are shown."""
    known = (*paper.presets(), peers.preset(), models.preset(), crossover.preset(), *plugins.presets())
    return {each.key: each for each in known}


def preset(key: str) -> Preset:
    """The preset of that key. Raises SpecError, listing the known ones."""
    known = presets()
    check_choice("preset", key, known)
    return known[key]
