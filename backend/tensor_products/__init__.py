"""Tensor products of irreps, one algorithm a file; library baselines are files too."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from backend.catalogue import Entry, available, entry
from backend.frameworks import Framework, Unsupported
from backend.registry import implementation, load_file
from backend.spec import Case, Problem
from backend.tensor_products.mixed import Mixed
from backend.tensor_products.operation import Operation
from backend.tensor_products.square import Square
from backend.tensor_products.tensor_product import TensorProduct

__all__ = ["Operation", "TensorProduct", "Unsupported", "build", "make", "spread", "tensor_product_class"]


def tensor_product_class(key: str) -> type[TensorProduct]:
    """The class of that product, imported only now. Raises SpecError for an unknown key."""
    path = entry(key).path
    if path.parent == Path(__file__).parent:
        return implementation(import_module(f"{__name__}.{path.stem}"), TensorProduct)
    return implementation(load_file(path), TensorProduct)


def build(case: Case, framework: Framework) -> Operation:
    """The product of the case, spread as its problem says, with its constants ready. Raises Unsupported where it
    cannot do the problem."""
    return make(case.product, case.problem, framework, variant=case.variant, layout=case.layout)


def make(key: str, problem: Problem, framework: Framework, *, variant: str = "", layout: str = "") -> Operation:
    """The product `key` on a problem; variant and layout are its defaults where empty."""
    known = entry(key)
    variant, layout = variant or known.default_variant, layout or known.layouts[0]
    if framework.name not in known.frameworks:
        raise Unsupported(f"{known.label} has no framework {framework.name}; it has {', '.join(known.frameworks)}")
    if reason := available(known, framework.name):
        raise Unsupported(reason)
    if not known.does(problem.setting):
        raise Unsupported(f"{known.label} does not do the setting {problem.setting}; it does "
                          f"{', '.join(known.settings)}")
    if layout not in known.layouts:
        raise Unsupported(f"{known.label} has no layout {layout}; it has {', '.join(known.layouts)}")
    if not problem.paths:
        raise Unsupported(
            f"{problem.setting} {problem.l1} x {problem.l2} -> {problem.l_out} has no path of parity {problem.parity}"
        )
    if reason := known.cannot_spread(problem):
        raise Unsupported(reason)
    product = tensor_product_class(key)
    return spread(known, problem, framework, lambda alone: product(alone, framework, variant=variant, layout=layout),
                  variant=variant, layout=layout)


def spread(
    known: Entry, problem: Problem, framework: Framework, plain: Callable[[Problem], TensorProduct], *, variant: str,
    layout: str,
) -> Operation:
    """The operation of a problem around the product that `plain` makes for a plain one; a product that mixes, and a
    library's square, are the operation themselves."""
    rest = {"variant": variant, "layout": layout}
    if problem.setting == "square" and known.family != "library":
        return Square(problem, framework, plain, native="square" in known.settings, **rest)
    if known.mixings or not problem.spread:
        return plain(problem)
    return Mixed(problem, framework, plain, repeat_y=known.family == "plugin", **rest)
