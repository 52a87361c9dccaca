"""The command of a case measures that case and no other."""

import argparse
import shlex

import pytest

from backend.catalogue import catalogue, select
from backend.command_line import run
from backend.command_line.cases import cases
from backend.reproduce import command
from backend.spec import Case, Problem

FIRST = next(iter(catalogue().values()))
CASES = [
    Case(Problem.of("mimo", 3, channels=8, batch=1000), FIRST.key, FIRST.default_variant, "jax"),
    Case(Problem.of("siso", 4, parity="natural"), FIRST.key, FIRST.default_variant, "torch", compilation="eager",
         direction="forward_backward", dtype="float64", layout="batch_last", threads=4),
    Case(Problem("mimo", 3, 1, 3, channels=2, batch=7), FIRST.key, FIRST.default_variant, "numpy", device="cuda",
         compilation="eager", precision="high", seed=5),
    Case(Problem.of("layer", 2, channels=4, mixing="uvu", weights="per_sample", scope="layer", inner=3, neighbours=16),
         FIRST.key, FIRST.default_variant, "jax"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.framework}-{case.problem.setting}")
def test_the_command_line_reads_the_command_as_the_case(case):
    parser = argparse.ArgumentParser()
    run.add_to(parser.add_subparsers())
    words = shlex.split(command(case))
    assert words[:4] == ["python", "-m", "backend", "run"]
    asked = parser.parse_args(words[3:])
    assert cases(asked, select(asked.product), keep_impossible=True) == (case,)
