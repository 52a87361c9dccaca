"""A fixture for products with a planted fault."""

import textwrap

import pytest

from backend.catalogue import make_case
from backend.expressivity.certificate import certify
from backend.spec import Problem

TEMPLATE = '''
import numpy as np
from backend.so3 import Irrep, Irreps
from backend.tensor_products.{module} import {base}
{imports}

CATALOGUE = {{
    "key": "planted", "group": "{group}", "frameworks": ["numpy", "jax", "torch"], "layouts": ["channels_dim"],
    "coupling": "{coupling}",
}}


class Planted({base}):
    def __init__(self, problem, framework, *, variant, layout):
        super().__init__(problem, framework, variant="{variant}", layout=layout)

{body}
'''


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """(base product, body of the class) -> the certificate of the product with that fault."""
    monkeypatch.setenv("PLUGINS", str(tmp_path))

    def plant(body, *, module="gaunt_grid", base="GauntGrid", variant="dense", coupling="gaunt", group="O3", imports="",
              framework="numpy", l_max=2, **mode):
        text = TEMPLATE.format(module=module, base=base, variant=variant, coupling=coupling, group=group,
                               imports=imports, body=textwrap.indent(textwrap.dedent(body), "    "))
        (tmp_path / "planted.py").write_text(text)
        return certify(make_case("planted", "", framework, Problem.of("mimo", l_max), **mode))

    return plant
