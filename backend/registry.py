"""The implementations of a folder as a mapping: name of the file to the class that it defines."""

from __future__ import annotations

import inspect
from importlib import import_module


def implementation(module: str, base: type) -> type:
    """The one concrete subclass of `base` that the module defines. Raises TypeError unless there is exactly one."""
    found = [
        value
        for value in vars(import_module(module)).values()
        if inspect.isclass(value) and issubclass(value, base) and value.__module__ == module
        and not inspect.isabstract(value)
    ]
    if len(found) != 1:
        raise TypeError(f"{module} must define exactly one {base.__name__}, got {len(found)}")
    return found[0]
