"""Presets and dry runs in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend import units
from backend.command_line.foresight import one_line
from backend.command_line.journal import Interrupted
from backend.spec import Case
from backend.sweeps import Part, Preset
from backend.sweeps.plan import Plan
from backend.sweeps.plan_words import memory_words, time_words
from backend.sweeps.preset import part_cases


def preset_text(preset: Preset) -> str:
    """The preset, and each part with its cases and where it is from."""
    lines = [f"{preset.key}  ({preset.label}; {units.plural(len(preset.cases()), 'case')})", f"    {preset.question}"]
    source = ""
    for part in preset.parts:
        lines.append(f"    {part.name}: {units.plural(len(part_cases(part)), 'case')}")
        lines += [f"        {said}" for said in (part.source, part.differs) if said and said != source]
        source = part.source
    return "\n".join(lines)


def preset_json(preset: Preset) -> dict[str, Any]:
    """The preset with its parts; what is left out here has its reason."""
    return {"preset": preset.key, "label": preset.label, "question": preset.question, "cases": len(preset.cases()),
            "parts": [_part_json(part) for part in preset.parts], "left_out": list(preset.missing())}


def plan_text(preset: Preset, cases: Iterable[Case], found: Plan, cut: Interrupted | None, *, resume: bool) -> str:
    """What the sweep will do, in a few lines."""
    lines = [f"{preset.key}: {units.plural(found.cases, 'case')}, {_axes(cases)}"]
    if cut:
        lines.append(f"  {cut.sentence}")
    if found.measured:
        lines.append(f"  measured here already: {found.measured:,}" + ("" if resume else "; --resume leaves them out"))
    lines.append(f"  to measure: {found.to_measure:,}")
    lines += [f"  {said}" for said in (time_words(found), memory_words(found, one_line)) if said]
    lines += [f"  left out: {reason}" for reason in preset.missing()]
    return "\n".join(lines)


def _part_json(part: Part) -> dict[str, Any]:
    return {"name": part.name, "cases": len(part_cases(part)), "source": part.source, "differs": part.differs,
            "products": sorted({key for key, _ in part.sweep.products}),
            "problems": [vars(problem) for problem in part.sweep.problems]}


def _axes(cases: Iterable[Case]) -> str:
    cases = list(cases)
    degrees = sorted({case.problem.l_max for case in cases})
    batches = sorted({case.problem.batch for case in cases})
    return ", ".join((
        f"{len({case.product for case in cases})} products", "/".join(dict.fromkeys(c.framework for c in cases)),
        "/".join(dict.fromkeys(case.device for case in cases)),
        f"L {degrees[0]}-{degrees[-1]}" if len(degrees) > 1 else f"L {degrees[0]}",
        f"batch {batches[0]:,}-{batches[-1]:,}" if len(batches) > 1 else f"batch {batches[0]:,}"))
