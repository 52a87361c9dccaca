"""A sweep in words: what it will take, and where its figures are."""

from __future__ import annotations

from urllib.parse import urlencode

from backend import units
from backend.spec import SPREAD, Sweep
from backend.sweeps import Part
from backend.sweeps.plan import Plan
from backend.sweeps.plan_words import memory_words, time_words
from pages.components.question import selection
from pages.components.runs.live import case_words

_PER = {"none": "time", "interactable": "per path", "degrees_of_freedom": "per degree of freedom"}


def plan_words(plan: Plan) -> str:
    """How many cases there are and are measured, and what the others will take."""
    said = [f"**{units.plural(plan.cases, 'case')}**"]
    if plan.measured:
        said.append(f"{plan.measured:,} measured here already")
        said.append(f"{plan.to_measure:,} to measure" if plan.to_measure else "nothing is left to measure")
    said += [time_words(plan), memory_words(plan, case_words)]
    return " · ".join(filter(None, said))


def cost_words(plan: Plan) -> str:
    """What the button costs: · about 21 s, · at least 21 s; nothing where nothing is known."""
    if plan.unknown == plan.to_measure:
        return ""
    return f" · {'at least' if plan.unknown else 'about'} {units.duration(plan.seconds)}"


def figure_links(part: Part) -> str:
    """Links to the page Tradeoff where one picture of it holds the part; nothing where none does."""
    if not _one_picture(part.sweep):
        return ""
    links = [f"[{words}](/?{_address(part.sweep, normaliser)})" for normaliser, words in _PER.items()]
    return f"{part.name}: {' · '.join(links)}"


def _one_picture(sweep: Sweep) -> bool:
    """Whether its problems differ in L alone, as along the paths of a picture."""
    first, *others = sweep.problems
    question = _question(sweep)
    return bool(others) and len(sweep.frameworks) == 1 and all(
        problem == question.problem(problem.l_max) for problem in (first, *others))


def _question(sweep: Sweep) -> selection.Question:
    first = sweep.problems[0]
    return selection.Question(
        first.setting, max(problem.l_max for problem in sweep.problems), first.channels, first.batch, first.parity,
        sweep.frameworks[0], sweep.base.get("device", "cpu"), **{name: getattr(first, name) for name in SPREAD})


def _address(sweep: Sweep, normaliser: str) -> str:
    question = _question(sweep)
    return urlencode({
        "setting": selection.setting_label(question.setting), "l_max": question.l_max, "channels": question.channels,
        "batch": question.batch, "parity": question.parity, "framework": selection.framework_label(question.framework),
        "device": question.device.upper(), "per": selection.normaliser_label(normaliser)})
