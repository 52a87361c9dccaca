"""Key, label, family, group, frameworks, variants and claims of every product, read without importing any."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from backend.spec import COMPILATIONS, Case, Problem, Sweep, check_choice

_FOLDER = Path(__file__).parent / "tensor_products"


@dataclass(frozen=True)
class Entry:
    """What pages and the command line know of a product: the literal `CATALOGUE` of its file."""

    key: str
    label: str
    family: str                       # clebsch_gordan | gaunt | matrix | vector | so2 | library
    group: str                        # O3 | SO3: what it is equivariant to
    symbol: str                       # the Plotly marker that means this product on every page
    frameworks: tuple[str, ...]
    variants: Mapping[str, str]       # name -> one sentence; the first is the default
    layouts: tuple[str, ...]          # the first is the one it prefers
    summary: str                      # one sentence: what it computes
    formula: str                      # LaTeX
    source: str                       # where it is published
    library: str = ""                 # the distribution whose version its results depend on, for a library baseline
    claims: Mapping[str, str] = field(default_factory=dict)   # setting -> claimed cost in L, as published
    path: Path = Path()

    @property
    def default_variant(self) -> str:
        return next(iter(self.variants))


@cache
def catalogue() -> dict[str, Entry]:
    """Every product by key, in the order of its file's name within its family."""
    found = [_read(path) for path in sorted(_FOLDER.glob("*.py")) if "\nCATALOGUE = {" in path.read_text()]
    families = ("clebsch_gordan", "gaunt", "matrix", "vector", "so2", "library")
    found.sort(key=lambda entry: families.index(entry.family))
    return {entry.key: entry for entry in found}


def entry(key: str) -> Entry:
    """The product of that key. Raises SpecError, listing the known ones."""
    check_choice("product", key, catalogue())
    return catalogue()[key]


def label(product: str, variant: str) -> str:
    """How a product is called in charts and tables; the variant is named where there is a choice."""
    known = catalogue().get(product)
    if known is None:
        return f"{product} ({variant})"
    return known.label if len(known.variants) == 1 else f"{known.label}, {variant}"


def select(names: str) -> tuple[tuple[str, str], ...]:
    """The (product, variant) pairs that a comma-separated list names.

    `all` is every product in its default variant, `KEY` its default variant, `KEY:VARIANT` one, `KEY:all` each.
    Raises SpecError for an unknown product or variant, listing the known ones.
    """
    pairs: dict[tuple[str, str], None] = {}
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name == "all":
            pairs |= {(known.key, known.default_variant): None for known in catalogue().values()}
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
    None where the product has no such framework, unless `keep_impossible`: measuring it then says unsupported.
    Raises SpecError where a given value does not exist."""
    known = entry(product)
    variant = variant or known.default_variant
    check_choice(f"variant of {product}", variant, known.variants)
    check_choice("framework", framework, COMPILATIONS)
    if framework not in known.frameworks and not keep_impossible:
        return None
    rest = {name: value for name, value in rest.items() if value is not None}
    rest.setdefault("layout", known.layouts[0])
    rest.setdefault("compilation", COMPILATIONS[framework][0])
    return Case(problem, product, variant, framework, **rest)


def cases(sweep: Sweep) -> tuple[Case, ...]:
    """The cases of a sweep, each once; pairs that cannot exist are left out."""
    return sweep.cases(lambda product, variant, framework, problem, base: make_case(
        product, variant, framework, problem, **base))


def _read(path: Path) -> Entry:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "CATALOGUE":
            literal = ast.literal_eval(node.value)
            for name in ("frameworks", "layouts"):
                literal[name] = tuple(literal[name])
            return Entry(**literal, path=path)
    raise ValueError(f"{path} must assign CATALOGUE a literal")
