"""Array frameworks, each on one device in one dtype: what a benchmark asks of them, and nothing more."""

from importlib import import_module

from backend.frameworks.framework import Compiled, Framework, Unsupported
from backend.registry import implementation
from backend.spec import FRAMEWORKS, Case, check_choice

__all__ = ["Compiled", "Framework", "Unsupported", "framework_class", "framework_of"]


def framework_class(name: str) -> type[Framework]:
    """The class of that framework, imported only now. Raises SpecError for an unknown name."""
    check_choice("framework", name, FRAMEWORKS)
    return implementation(import_module(f"{__name__}.{name}_framework"), Framework)


def framework_of(case: Case) -> Framework:
    """The framework of a case on its device, in its dtype and mode. Raises Unsupported where it cannot be."""
    return framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
