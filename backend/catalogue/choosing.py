"""From names to products and cases; whether a product can run here."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import Any

from backend.catalogue.entries import Entry
from backend.catalogue.reading import catalogue, entry
from backend.spec import COMPILATIONS, Case, Problem, Sweep, check_choice


def available(known: Entry, framework: str = "") -> str:
    """Why the product cannot run here, in one framework or in any of its own; empty where it can. Looks for
    distributions and imports nothing."""
    missing = {each: [name for name in known.distributions(each) if not _installed(name)]
               for each in ((framework,) if framework else known.frameworks)}
    if not all(missing.values()):
        return ""
    return f"{next(iter(missing.values()))[0]} is not installed here; {known.cure}"


def label(product: str, variant: str) -> str:
    """How a product is called in charts and tables; the variant is named where there is a choice."""
    known = catalogue().get(product)
    if known is None:
        return f"{product} ({variant})"
    return known.label if len(known.variants) == 1 else f"{known.label}, {variant}"


def select(names: str) -> tuple[tuple[str, str], ...]:
    """The (product, variant) pairs that a comma-separated list names.

    `all` is every everyday product that can run here in its default variant, `KEY` its default variant, `KEY:VARIANT`
    one, `KEY:all` each.
    Raises SpecError for an unknown product or variant, listing the known ones.
    """
    pairs: dict[tuple[str, str], None] = {}
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name == "all":
            pairs |= {(known.key, known.default_variant): None for known in catalogue().values()
                      if known.everyday and not available(known)}
            continue
        key, _, variant = name.partition(":")
        known = entry(key)
        if variant == "all":
            pairs |= {(key, each): None for each in known.variants}
        else:
            variant = variant or known.default_variant
            check_choice(f"variant of {key}", variant, known.variants)
            pairs[key, variant] = None
    check_choice("product", names if not pairs else "all", (*catalogue(), "all"))
    return tuple(pairs)


def make_case(
    product: str, variant: str, framework: str, problem: Problem, *, keep_impossible: bool = False, **rest: Any
) -> Case | None:
    """The case with the product's preferred layout and the framework's first compilation where none is given;
    None where the product has no such framework or setting, unless `keep_impossible`: measuring it then says
    unsupported.
    Raises SpecError where a given value does not exist."""
    known = entry(product)
    variant = variant or known.default_variant
    check_choice(f"variant of {product}", variant, known.variants)
    check_choice("framework", framework, COMPILATIONS)
    possible = (framework in known.frameworks and known.does(problem.setting)
                and not known.cannot_spread(problem))
    if not possible and not keep_impossible:
        return None
    rest = {name: value for name, value in rest.items() if value is not None}
    rest.setdefault("layout", known.layouts[0])
    rest.setdefault("compilation", COMPILATIONS[framework][0])
    return Case(problem, product, variant, framework, **rest)


def cases(sweep: Sweep) -> tuple[Case, ...]:
    """The cases of a sweep, each once; pairs that cannot exist are left out."""
    return sweep.cases(lambda product, variant, framework, problem, base: make_case(
        product, variant, framework, problem, **base))


@cache
def _installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
