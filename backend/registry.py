"""The implementation that a module defines, and modules from files that lie outside the packages."""

from __future__ import annotations

import hashlib
import inspect
import sys
from importlib import util
from pathlib import Path
from types import ModuleType


def implementation(module: ModuleType, base: type) -> type:
    """The one concrete subclass of `base` that the module defines. Raises TypeError unless there is exactly one."""
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and value.__module__ == module.__name__
        and not inspect.isabstract(value)
    ]
    if len(found) != 1:
        raise TypeError(f"{module.__name__} must define exactly one {base.__name__}, got {len(found)}")
    return found[0]


def load_file(path: Path) -> ModuleType:
    """The module of a file, run once for each content: a changed file is a new module."""
    name = f"plugin_{path.stem}_{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    if name not in sys.modules:
        spec = util.spec_from_file_location(name, path)
        module = util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
