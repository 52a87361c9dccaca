"""Array frameworks, each on one device in one dtype: what a benchmark asks of them, and nothing more."""

from importlib import import_module

from backend.frameworks.framework import Compiled, Framework, Unsupported
from backend.registry import implementation
from backend.spec import FRAMEWORKS, check_choice

__all__ = ["Compiled", "Framework", "Unsupported", "framework_class"]


def framework_class(name: str) -> type[Framework]:
    """The class of that framework, imported only now. Raises SpecError for an unknown name."""
    check_choice("framework", name, FRAMEWORKS)
    return implementation(import_module(f"{__name__}.{name}_framework"), Framework)
