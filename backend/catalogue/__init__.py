"""Key, label, family, group, frameworks, variants and claims of every product, read without importing any.

Products are the files of `backend/tensor_products/`, the files of the folder that PLUGINS names, and the modules that
installed distributions announce as entry points of the group `tensor_product_explorer.products`.
"""

from backend.catalogue.choosing import available, cases, label, make_case, select
from backend.catalogue.entries import CLAIMS, Entry, Unmeasured
from backend.catalogue.reading import catalogue, entry, plugin_faults

__all__ = [
    "CLAIMS", "Entry", "Unmeasured", "available", "cases", "catalogue", "entry", "label", "make_case",
    "plugin_faults", "select",
]
