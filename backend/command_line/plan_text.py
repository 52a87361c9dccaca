"""Presets and dry runs in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend.command_line.foresight import one_line, written
from backend.command_line.journal import Interrupted
from backend.spec import Case
from backend.sweeps import Part, Preset
from backend.sweeps.plan import Plan
from backend.sweeps.preset import part_cases


def preset_text(preset: Preset) -> str:
    """The preset, and each part with its cases and where it is from."""
    lines = [f"{preset.key}  ({preset.label}; {_cases(len(preset.cases()))})", f"    {preset.question}"]
    source = ""
    for part in preset.parts:
        lines.append(f"    {part.name}: {_cases(len(part_cases(part)))}")
        lines += [f"        {said}" for said in (part.source, part.differs) if said and said != source]
        source = part.source
    return "\n".join(lines)


def preset_json(preset: Preset) -> dict[str, Any]:
    """The preset with its parts; what is left out here has its reason."""
    return {"preset": preset.key, "label": preset.label, "question": preset.question, "cases": len(preset.cases()),
            "parts": [_part_json(part) for part in preset.parts], "left_out": list(preset.missing())}


def plan_text(preset: Preset, cases: Iterable[Case], found: Plan, cut: Interrupted | None, *, resume: bool) -> str:
    """What the sweep will do, in a few lines."""
    lines = [f"{preset.key}: {_cases(found.cases)}, {_axes(cases)}"]
    if cut:
        lines.append(f"  {cut.sentence}")
    if found.measured:
        lines.append(f"  measured here already: {found.measured}" + ("" if resume else "; --resume leaves them out"))
    lines.append(f"  to measure: {found.to_measure}; {time_words(found)}")
    lines.append(f"  memory: {memory_words(found)}")
    lines += [f"  left out: {reason}" for reason in preset.missing()]
    return "\n".join(lines)


def time_words(found: Plan) -> str:
    """About 21 s (15-40 s); or at least that, and for how many nothing is known."""
    if not found.to_measure:
        return "nothing is left"
    known = found.to_measure - found.unknown
    if not known:
        return "nothing alike was measured here, so no time is known"
    span = f"{seconds_words(found.seconds)} ({seconds_words(found.low)} to {seconds_words(found.high)})"
    beyond = f", {found.extrapolated} of them beyond what was measured" if found.extrapolated else ""
    if found.unknown:
        return f"at least {span} for {known}{beyond}; nothing is known of {found.unknown}"
    return f"about {span}{beyond}"


def memory_words(found: Plan) -> str:
    """The largest case, and what will not fit."""
    if found.largest is None:
        return "nothing is known" if found.to_measure else "none"
    most = f"up to {written(found.memory, 'B')} ({one_line(found.largest)})"
    if found.too_large:
        return f"{most}; {len(found.too_large)} will not fit, such as {one_line(found.too_large[0])}"
    return most


def seconds_words(seconds: float) -> str:
    """A time that people wait: 0.4 s, 21 s, 4.1 min, 3.2 h."""
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


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


def _cases(count: int) -> str:
    return f"{count} case{'s' * (count != 1)}"
