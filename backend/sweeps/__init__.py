"""Sweeps: presets of cases, their order, and what they will take. No framework is imported."""

from backend.sweeps.options import PRESETS as THOROUGHNESS
from backend.sweeps.order import interleaved, passes
from backend.sweeps.preset import Part, Preset
from backend.sweeps.presets import preset, presets

__all__ = ["THOROUGHNESS", "Part", "Preset", "interleaved", "passes", "preset", "presets"]
