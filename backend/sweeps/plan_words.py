"""What a sweep will take in words, the same on a page and in a command."""

from __future__ import annotations

from collections.abc import Callable

from backend import units
from backend.spec import Case
from backend.sweeps.plan import Plan


def time_words(plan: Plan) -> str:
    """About 21 s (15 s to 40 s); or at least that, and for how many nothing is known. Empty where nothing is left."""
    if not plan.to_measure:
        return ""
    known = plan.to_measure - plan.unknown
    if not known:
        return "how long is not known: nothing alike was measured here"
    span = f"{units.duration(plan.seconds)} ({units.duration(plan.low)} to {units.duration(plan.high)})"
    beyond = f", {plan.extrapolated:,} of them beyond the sizes measured" if plan.extrapolated else ""
    if plan.unknown:
        return f"at least {span} for {known:,}{beyond}; nothing is known of {plan.unknown:,}"
    return f"about {span}{beyond}"


def memory_words(plan: Plan, name: Callable[[Case], str]) -> str:
    """The most that a case takes and which that is, by its name, and how many will not fit. Empty where nothing is
    known."""
    if plan.largest is None:
        return ""
    most = f"up to {units.quantity(plan.memory, 'B')} of memory ({name(plan.largest)})"
    if plan.too_large:
        return f"{most}; {units.plural(len(plan.too_large), 'case')} will not fit, such as {name(plan.too_large[0])}"
    return most
