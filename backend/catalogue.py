"""Key, label, family, group, frameworks, variants and claims of every product, read without importing any.

Products are the files of `backend/tensor_products/`, the files of the folder that PLUGINS names, and the modules that
installed distributions announce as entry points of the group `tensor_product_explorer.products`.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from backend.spec import COMPILATIONS, FRAMEWORKS, LAYOUTS, MIXINGS, SETTINGS, Case, Problem, Sweep, check_choice

_FOLDER = Path(__file__).parent / "tensor_products"
_FAMILIES = ("clebsch_gordan", "gaunt", "matrix", "vector", "so2", "library", "plugin")
CLAIMS = (*SETTINGS, "mimo_per_degree_of_freedom")   # what a product may claim a cost for
_ENTRY_POINTS = "tensor_product_explorer.products"


@dataclass(frozen=True)
class Unmeasured:
    """A published algorithm for a product's function that nothing here runs: its claim stands without a measurement."""

    algorithm: str
    claims: Mapping[str, str]         # as those of an entry
    source: str
    reason: str                       # why nothing runs it


@dataclass(frozen=True)
class Entry:
    """What pages and the command line know of a product: the literal `CATALOGUE` of its file."""

    key: str
    label: str
    family: str                       # clebsch_gordan | gaunt | matrix | vector | so2 | library | plugin
    group: str                        # O3 | SO3: what it is equivariant to
    symbol: str                       # the Plotly marker that means this product on every page
    frameworks: tuple[str, ...]
    variants: Mapping[str, str]       # name -> one sentence; the first is the default
    layouts: tuple[str, ...]          # the first is the one it prefers
    summary: str                      # one sentence: what it computes
    formula: str                      # LaTeX
    source: str                       # where it is published
    settings: tuple[str, ...] = ("siso", "simo", "mimo", "layer")   # the settings that it does
    mixings: tuple[str, ...] = ()     # what it mixes itself, weights included; where there are none, we mix ours
    library: str = ""                 # the distribution whose version its results depend on, for a library baseline
    cure: str = "pip install -r requirements-libraries.txt"   # what to do where that distribution is not installed
    front_ends: Mapping[str, str] = field(default_factory=dict)   # framework -> the library's distribution for it
    everyday: bool = True             # whether `all` and a first look take it; not if it starts far slower than it runs
    coupling: str | Mapping[str, str] = ""   # the closed form of G(l1, l2, l3) that it claims: a law of the
                                             # certificate, or one for each variant
    coefficient_error: float = 0.0    # of a library's own coefficients, relative, in float64: allowed and shown
    approximate: bool = False         # its function and its symmetry hold up to an error that is shown, not judged
    claims: Mapping[str, str] = field(default_factory=dict)   # one of CLAIMS -> the cost in L as published
    unmeasured: Unmeasured | None = None
    path: Path = Path()

    @property
    def default_variant(self) -> str:
        return next(iter(self.variants))

    @property
    def plain_layout(self) -> str:
        """The layout to look into it with: channels_dim where it has that, whose last axis are the components."""
        return "channels_dim" if "channels_dim" in self.layouts else self.layouts[0]

    def does(self, setting: str) -> bool:
        """Whether it does the setting: a product of ours or a plug-in squares x by taking it for y as well."""
        return setting in self.settings or (
            setting == "square" and "layer" in self.settings and self.family != "library" and not self.mixings)

    @property
    def usual_spread(self) -> dict[str, str]:
        """How it is certified where nothing is said: a product that mixes itself in the first of its ways, with weights
        that all rows share."""
        return {"mixing": self.mixings[0], "weights": "shared"} if self.mixings else {}

    def cannot_spread(self, problem: Problem) -> str:
        """Why it cannot do the problem's mixing, weights, layer or message; empty where it can."""
        if self.mixings and not problem.spread:
            plain = "the library's plain product" if self.library else "a plain product"
            return f"{self.label} is for channels that have weights; choose them, or {plain}"
        if self.mixings and problem.mixing not in self.mixings:
            return f"{self.label} does not do the mixing {problem.mixing}; it does {', '.join(self.mixings)}"
        if self.family == "library" and not self.mixings and problem.spread:
            return (f"{self.label} multiplies channel by channel alone; leave out "
                    f"{', '.join(problem.spread)}, or choose the library's product that mixes")
        return ""

    def distributions(self, framework: str = "") -> tuple[str, ...]:
        """The distributions of its library, in one framework or in all."""
        front_ends = [name for key, name in self.front_ends.items() if framework in ("", key)]
        return (self.library, *front_ends) if self.library else ()


def catalogue() -> dict[str, Entry]:
    """Every product by key, in the order of its file's name within its family; what cannot be read is left out."""
    return _found()[0]


def plugin_faults() -> tuple[str, ...]:
    """A sentence for every plug-in that is left out of the catalogue."""
    return _found()[1]


def entry(key: str) -> Entry:
    """The product of that key. Raises SpecError, listing the known ones."""
    check_choice("product", key, catalogue())
    return catalogue()[key]


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


def _found() -> tuple[dict[str, Entry], tuple[str, ...]]:
    return _collect(tuple((path, path.stat().st_mtime_ns) for path in _plugin_files()))


@cache
def _collect(plugins: tuple[tuple[Path, int], ...]) -> tuple[dict[str, Entry], tuple[str, ...]]:
    """The catalogue with these plug-ins, whose times say when it must be read again."""
    own = [_read(path) for path in sorted(_FOLDER.glob("*.py")) if "\nCATALOGUE = {" in path.read_text()]
    found = {each.key: each for each in sorted(own, key=lambda each: _FAMILIES.index(each.family))}
    faults = []
    for path, _ in plugins:
        try:
            read = _read(path)
            if read.key in found:
                raise ValueError(f"key must be new, got {read.key!r}, which {found[read.key].path.name} has")
        except (OSError, SyntaxError, TypeError, ValueError) as error:
            faults.append(f"the plug-in {path.name} is left out: {error}")
        else:
            found[read.key] = read
    return found, tuple(faults)


def _plugin_files() -> Iterator[Path]:
    if folder := os.environ.get("PLUGINS"):
        yield from sorted(path for path in Path(folder).glob("*.py") if not path.name.startswith("_"))
    for point in _entry_points():
        spec = util.find_spec(point.module)   # locates the module, does not run it
        if spec and spec.origin:
            yield Path(spec.origin)


@cache
def _entry_points() -> tuple[metadata.EntryPoint, ...]:
    return tuple(metadata.entry_points(group=_ENTRY_POINTS))


def _read(path: Path) -> Entry:
    """The literal CATALOGUE of a file. Raises ValueError or TypeError where it is none or lacks a field."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "CATALOGUE":
            read = Entry(**_with_defaults(ast.literal_eval(node.value), path))
            _check(read)
            return read
    raise ValueError("it must assign a literal to CATALOGUE")


def _with_defaults(literal: dict[str, Any], path: Path) -> dict[str, Any]:
    """A plug-in may leave out what only the pages show."""
    usual = {
        "label": literal.get("key", path.stem), "family": "plugin", "group": "O3", "symbol": "circle",
        "frameworks": (), "variants": {"default": "the only one"}, "layouts": ["channels_dim"],
        "summary": "", "formula": "", "source": "",
    }
    whole = usual | literal
    lists = {name: tuple(whole[name]) for name in ("frameworks", "layouts", "settings", "mixings") if name in whole}
    unmeasured = {"unmeasured": Unmeasured(**whole["unmeasured"])} if whole.get("unmeasured") else {}
    return whole | lists | unmeasured | {"path": path}


def _check(read: Entry) -> None:
    for name, values, known in (("family", (read.family,), _FAMILIES), ("group", (read.group,), ("O3", "SO3")),
                                ("frameworks", read.frameworks, FRAMEWORKS), ("layouts", read.layouts, LAYOUTS),
                                ("claims", read.claims, CLAIMS), ("mixings", read.mixings, MIXINGS),
                                ("claims", read.unmeasured.claims if read.unmeasured else (), CLAIMS),
                                ("settings", read.settings, SETTINGS)):
        for value in values:
            check_choice(name, value, known)
    check_choice("approximate", read.approximate, (False, True))
    if not (read.frameworks and read.layouts and read.variants and read.key.isidentifier()):
        raise ValueError("key must be a Python name, and frameworks, layouts and variants must not be empty")
