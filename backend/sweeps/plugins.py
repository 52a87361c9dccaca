"""The reader's own products beside the full Clebsch-Gordan product."""

from __future__ import annotations

from backend.catalogue import catalogue, entry
from backend.spec import FRAMEWORKS, Problem, Sweep
from backend.sweeps.preset import Part, Preset

_BESIDE = "clebsch_gordan_dense"


def presets() -> tuple[Preset, ...]:
    """One preset, in every framework that a plug-in has; none where there are no plug-ins."""
    own = [known for known in catalogue().values() if known.family == "plugin"]
    if not own:
        return ()
    products = (*((known.key, variant) for known in own for variant in known.variants),
                (_BESIDE, entry(_BESIDE).default_variant))
    problems = tuple(Problem.of("mimo", l, channels=channels, batch=1000) for l in range(1, 5) for channels in (1, 32))
    frameworks = tuple(name for name in FRAMEWORKS if any(name in known.frameworks for known in own))
    part = Part("MIMO, beside CG dense", Sweep(products, problems, frameworks))
    question = "What do the products in PLUGINS cost beside the full product?"
    return (Preset("plugins", "Your plug-ins", question, (part,)),)
