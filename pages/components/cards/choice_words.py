"""The answer of the page Choose in words: what to use, what it loses, why others do not do."""

from __future__ import annotations

from backend import units
from backend.choosing import Answer, Candidate, Choice, Reason, losses, possible_paths
from backend.choosing.requirements import FREE
from backend.needs import NEEDS
from pages.components.question.selection import framework_label


def answer_sentence(answer: Answer, *, frameworks: bool) -> str:
    """What to use, as one sentence of Markdown; `frameworks`: several compete, so each is named with its own."""
    if not answer.ranked:
        if answer.untimed:
            return (f"{units.plural(len(answer.untimed), 'candidate')} can do this, and none has a time here or in "
                    "what ships with the program: measure them.")
        return "No product here does all that you require: the reasons are below. Require less, or change the question."
    first = answer.ranked[0]
    said = _first(answer, first, frameworks)
    if (forgone := answer.forgone) is not None:
        faster = f"{times(1 / forgone.ratio.ratio)} as fast"
        told = " by prediction" * forgone.candidate.is_predicted
        said += f"; {name(forgone.candidate, frameworks)} would be {faster}{told} and {loss(answer, forgone.candidate)}"
    return said + "."


def name(candidate: Candidate, frameworks: bool) -> str:
    """How a candidate is called."""
    return candidate.label + f" in {framework_label(candidate.framework)}" * frameworks


def loss(answer: Answer, candidate: Candidate) -> str:
    """What a candidate loses against all of Clebsch-Gordan."""
    lost, freedom_lost = losses(answer, candidate)
    if lost is None:
        return "what it loses is not known"
    said = []
    if lost:
        odd = {sum(path[:3]) % 2 for path in lost} == {1}
        every = len(lost) == sum(sum(path[:3]) % 2 for path in possible_paths(answer.problem))
        kind = " (every odd one)" if odd and every else ""
        said.append(f"{len(lost)} of {len(possible_paths(answer.problem))} paths{kind}")
    elif freedom_lost:
        said.append(f"{units.number(freedom_lost)} of {units.number(answer.freedom)} degrees of freedom")
    elif candidate.less_free:
        said.append("degrees of freedom")
    symmetric = "" if candidate.group == "O3" else "is not equivariant under inversion"
    if not said and not symmetric:
        return "loses nothing" if freedom_lost is not None else "reaches every path"
    return " and ".join(filter(None, [f"loses {said[0]}" if said else "", symmetric]))


def reason_words(reason: Reason) -> str:
    """Why a candidate does not do."""
    match reason.kind:
        case "cannot" | "failed":
            return reason.got or "it cannot"
        case "symmetry":
            return "equivariant under rotations, not under inversion"
        case "approximate":
            return "approximate: its function and its symmetry hold up to an error"
        case "paths":
            return "which paths it reaches is not known until it is measured here"
        case "needs":
            wanted = [NEEDS[key].label for key in reason.wanted if key != FREE]
            lacks = f"; lacks {', '.join(wanted)}" if wanted else ""
            return f"loses {units.plural(reason.got, 'path')}{lacks}"
        case "freedom":
            return ("reaches every path, not each with a weight of its own" if reason.got is None else
                    f"{units.number(reason.got)} of {units.number(reason.wanted)} degrees of freedom: paths share "
                    "weights")
        case "error":
            return f"its error is {units.number(reason.got)}, more than {units.number(reason.wanted)}"
        case "memory":
            return f"needs {units.quantity(reason.got, 'B')}, more than {units.quantity(reason.wanted, 'B')}"
    raise ValueError(f"a reason must be one that has words, got {reason.kind!r}")


def _first(answer: Answer, first: Choice, frameworks: bool) -> str:
    told = ", predicted" * first.candidate.is_predicted
    tied = answer.tied[1:]
    if not tied:
        return (f"**{name(first.candidate, frameworks)}**: {time_words(first.candidate)}{told}, "
                f"{loss(answer, first.candidate)}")
    others = ", ".join(f"{name(each.candidate, frameworks)} ({time_words(each.candidate)}"
                       f"{', predicted' * each.candidate.is_predicted})" for each in tied[:2])
    more = f" and {len(tied) - 2} more" if len(tied) > 2 else ""
    lost = {loss(answer, each.candidate) for each in answer.tied}
    same = f"each {lost.pop()}" if len(lost) == 1 else "the table says what each loses"
    return (f"**{name(first.candidate, frameworks)}** ({time_words(first.candidate)}{told}) or {others}{more}: not "
            f"distinguishable, {same}")


def time_words(candidate: Candidate) -> str:
    """A time with its interval: 1.05 ms ± 2 %, of a prediction, whose interval is lopsided, 117 µs (30.1 µs to 400
    µs)."""
    time, low, high = candidate.interval
    if candidate.is_predicted:
        return f"{units.time(time)} ({units.time(low)} to {units.time(high)})"
    return units.time_with_interval(time, low, high)


def times(ratio: float) -> str:
    """How many times, with a third digit where it is near 1: 2.1x, 1.04x."""
    return f"{ratio:.2f}x" if 0.9 < ratio < 1.1 else units.ratio(ratio)
