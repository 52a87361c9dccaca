"""What products reach, from child processes: handed over as it comes, products that break or hang passed over."""

import sys
import threading

import pytest

from backend.execution.answers import NoAnswer
from backend.execution.computing_expressivity import COMPUTE, Asked, computed
from backend.execution.events import Cancelled
from backend.spec import Problem

PRODUCTS = (("matrix", "sums", "numpy"), ("gaunt_grid", "dense", "numpy"), ("poisson", "dense", "numpy"))
# answers for the products that it is asked for, but breaks or hangs at one
SCRIPT = """
import json, sys, time
for pair in sys.argv[sys.argv.index("--product") + 1].split(","):
    product, variant = pair.split(":")
    if product == "gaunt_grid":
        {}
    print(json.dumps({{"type": "expressivity", "product": product, "variant": variant}}), flush=True)
"""


def answers(end, **options):
    command = (sys.executable, "-c", SCRIPT.format(end))
    return computed(Asked(Problem.of("mimo", 2), PRODUCTS), command=command, cancelled=threading.Event(), **options)


@pytest.mark.parametrize(("end", "sentence"), [
    ("sys.exit('it broke')", "gaunt_grid: it broke"), ("time.sleep(600)", "gaunt_grid: it took longer than 2 s")])
def test_a_product_that_gives_no_line_is_passed_over_and_named(end, sentence):
    found = []
    with pytest.raises(NoAnswer, match=sentence):
        for line in answers(end, seconds=2.0):
            found.append(line["product"])
    assert found == ["matrix", "poisson"]


def test_nothing_is_begun_once_it_is_cancelled():
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        next(computed(Asked(Problem.of("mimo", 2), PRODUCTS), cancelled=cancelled))


def test_the_command_line_gives_the_lines():
    asked = Asked(Problem.of("layer", 2, mixing="uvw", weights="shared"), PRODUCTS[:2])
    matrix, gaunt = computed(asked, cancelled=threading.Event(), command=COMPUTE)
    assert (matrix["product"], matrix["mixing"], matrix["l_out"]) == ("matrix", "uvw", 2)
    assert {each[3] for each in gaunt["lost"]} == {"antisymmetric"} and len(gaunt["lost"]) + gaunt["interactable"] == 15
