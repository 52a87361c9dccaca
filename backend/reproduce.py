"""The command that measures a case again, without a browser."""

from __future__ import annotations

import shlex

from backend.spec import Case, Problem


def command(case: Case) -> str:
    """The line that a shell runs to measure this case: every axis is written out, whatever the defaults become."""
    problem = case.problem
    return shlex.join([
        "python", "-m", "backend", "run",
        "--product", f"{case.product}:{case.variant}",
        "--framework", case.framework,
        "--device", case.device,
        "--setting", problem.setting,
        *_degrees(problem),
        "--channels", str(problem.channels),
        "--batch", str(problem.batch),
        "--parity", problem.parity,
        *(word for name, value in problem.spread.items() for word in (f"--{name}", str(value))),
        "--layout", case.layout,
        "--dtype", case.dtype,
        *_unless("--precision", case.precision, "highest"),
        "--direction", case.direction,
        "--compilation", case.compilation,
        "--threads", str(case.threads),
        *_unless("--seed", str(case.seed), "0"),
    ])


def _degrees(problem: Problem) -> list[str]:
    usual = Problem.of(problem.setting, problem.l_max)
    if (usual.l1, usual.l2, usual.l_out) == (problem.l1, problem.l2, problem.l_out):
        return ["--l-max", str(problem.l_max)]
    return ["--l1", str(problem.l1), "--l2", str(problem.l2), "--l-out", str(problem.l_out)]


def _unless(option: str, value: str, default: str) -> list[str]:
    return [] if value == default else [option, value]
