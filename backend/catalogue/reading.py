"""Finds the files of products and reads their literals, plug-ins too; runs none of them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from backend.catalogue.entries import CLAIMS, FAMILIES, Entry, Unmeasured
from backend.spec import FRAMEWORKS, LAYOUTS, MIXINGS, SETTINGS, check_choice

_FOLDER = Path(__file__).parents[1] / "tensor_products"
_ENTRY_POINTS = "tensor_product_explorer.products"
_TEXTS = ("key", "label", "symbol", "summary", "formula", "source", "library", "cure")
_TABLES = ("variants", "claims", "front_ends")   # of a text for each of their names
_KINDS = (dict.fromkeys(_TEXTS, str) | dict.fromkeys(_TABLES, dict)
          | {"coupling": (str, dict), "coefficient_error": (int, float)})
_IN_WORDS = {str: "a text", dict: "a dictionary", (str, dict): "a text or a dictionary", (int, float): "a number"}


def catalogue() -> dict[str, Entry]:
    """Every product by key, in the order of its file's name within its family; what cannot be read is left out."""
    return _found()[0]


def plugin_faults() -> tuple[str, ...]:
    """A sentence for every plug-in that is left out of the catalogue, and for a folder that is not there."""
    folder = os.environ.get("PLUGINS")
    lost = folder and not _folder_of(folder).is_dir()
    return (*([f"PLUGINS must name a folder, got {folder!r}"] if lost else []), *_found()[1])


def entry(key: str) -> Entry:
    """The product of that key. Raises SpecError, listing the known ones."""
    check_choice("product", key, catalogue())
    return catalogue()[key]


def _found() -> tuple[dict[str, Entry], tuple[str, ...]]:
    return _collect(tuple((path, _time_of(path)) for path in _plugin_files()))


@cache
def _collect(plugins: tuple[tuple[Path, int], ...]) -> tuple[dict[str, Entry], tuple[str, ...]]:
    """The catalogue with these plug-ins, whose times say when it must be read again."""
    own = [_read(path) for path in sorted(_FOLDER.glob("*.py")) if "\nCATALOGUE = {" in path.read_text()]
    found = {each.key: each for each in sorted(own, key=lambda each: FAMILIES.index(each.family))}
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
        yield from sorted(path for path in _folder_of(folder).glob("*.py") if not path.name.startswith(("_", ".")))
    for point in _entry_points():
        spec = util.find_spec(point.module)   # locates the module, does not run it
        if spec and spec.origin:
            yield Path(spec.origin)


def _folder_of(plugins: str) -> Path:
    return Path(plugins).expanduser()


def _time_of(path: Path) -> int:
    """When it was written; 0 where that cannot be known, and reading it says why."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@cache
def _entry_points() -> tuple[metadata.EntryPoint, ...]:
    return tuple(metadata.entry_points(group=_ENTRY_POINTS))


def _read(path: Path) -> Entry:
    """The literal CATALOGUE of a file. Raises ValueError or TypeError where it is none or lacks a field."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "CATALOGUE":
            literal = ast.literal_eval(node.value)
            if not isinstance(literal, dict):
                raise ValueError(f"CATALOGUE must be a dictionary, got {literal!r}")
            read = Entry(**_with_defaults(literal, path))
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
    for name, kind in _KINDS.items():
        if not isinstance(value := getattr(read, name), kind):
            raise ValueError(f"{name} must be {_IN_WORDS[kind]}, got {value!r}")
    for name in _TABLES:
        for value in getattr(read, name).values():
            if not isinstance(value, str):
                raise ValueError(f"{name} must have a text for each, got {value!r}")
    for name, values, known in (("family", (read.family,), FAMILIES), ("group", (read.group,), ("O3", "SO3")),
                                ("frameworks", read.frameworks, FRAMEWORKS), ("layouts", read.layouts, LAYOUTS),
                                ("claims", read.claims, CLAIMS), ("mixings", read.mixings, MIXINGS),
                                ("claims", read.unmeasured.claims if read.unmeasured else (), CLAIMS),
                                ("settings", read.settings, SETTINGS)):
        for value in values:
            check_choice(name, value, known)
    check_choice("approximate", read.approximate, (False, True))
    if not (read.frameworks and read.layouts and read.variants and read.key.isidentifier()):
        raise ValueError("key must be a Python name, and frameworks, layouts and variants must not be empty")
