"""Coupling tables as NumPy computes them."""

from backend.catalogue import catalogue
from backend.expressivity import coupling_table
from backend.frameworks import framework_class
from backend.spec import COMPILATIONS

EXACT = [key for key, known in catalogue().items()
         if "numpy" in known.frameworks and not known.approximate and not known.mixings]


def arrays(name="numpy"):
    return framework_class(name)(
        device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[name][0])


def table(key, problem, **options):
    return coupling_table(key, problem, arrays(), **options)
