"""What must be said beside a published figure: the known defects of the paper's measurements, by what they touch."""

from __future__ import annotations

from backend.spec import Problem
from results_db.published.kinds import DEVICES

ALWAYS = "One channel, forward only, one run of one process; no spread is recorded."
TF32 = "JAX's default precision on this GPU is TF32, which touches grid and matrix products more than Clebsch-Gordan."
SORTED = "Its outputs are sorted by irrep inside the clock, which no other product's are."
NOT_MATRIX = ("Another, larger operation than the matrix product: it multiplies matrices of (L+1)² rows, O(L⁶), where "
              "2L+1 suffice, O(L⁴). It says nothing about the cost of the matrix product.")
FOURIER = ("Not a fair Fourier baseline: a direct convolution with coefficients that are off by 5e-4 (L = 1) to 2.5e-3 "
           "(L = 3), relative.")
FIXED_GRID = "A fixed grid of 100 x 99 points at every L, where (2L+1)(4L+1) suffice."
UNUSABLE = ("Not to be read as this GPU's time: Clebsch-Gordan at L = 8 takes 73 ms at batch 1,000 in this file, and "
            "3.1 ms at batch 10,000 by the same GPU's kernel times.")
NO_NORMALISER = "The file has no normaliser."
TWO_COUNTERS = "The paper's two files of FLOP on the CPU use different counters and differ 10 to 120 times."
KERNELS = "Launch overhead is not in it: on the RTX A5500 the wall time at L = 1 is about twice as long."


def caveats(kind: str, device: str, named: str, setting: str, l_max: int, batch: int) -> tuple[str, ...]:
    """The sentences for a row of a file, whatever its numbers."""
    gpu, a100 = device != DEVICES["cpu"], device == DEVICES["a100"]
    clebsch_gordan, gaunt = named.startswith("CGTP"), named.startswith("GTP")
    grid_fixed = named == "GTP-grid" and gpu and (
        (kind == "walltime" and a100) or (kind == "nsight" and not a100 and batch == 100_000))
    said = {
        _even_only(setting, l_max, kind): clebsch_gordan and setting != "siso",
        _empty(l_max, gaunt): setting == "siso" and l_max % 2 and (clebsch_gordan or gaunt),
        NOT_MATRIX: named == "Matrix-TP",
        FOURIER: named == "GTP-fourier",
        FIXED_GRID: grid_fixed,
        UNUSABLE: kind == "walltime" and a100,
        SORTED: clebsch_gordan,
        TWO_COUNTERS: kind.startswith("flops"),
        KERNELS: kind == "nsight",
        TF32: gpu,
        ALWAYS: True,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)


def repeated(lines: list[int]) -> str:
    return f"The file has this case {len(lines)} times with different numbers, on lines {', '.join(map(str, lines))}."


def gaps(missing: list[int]) -> str:
    return f"The series has gaps: the file has no row at L = {', '.join(map(str, missing))}."


def _even_only(setting: str, l_max: int, kind: str) -> str:
    every = len(Problem.of(setting, l_max).paths)
    even = len(Problem.of(setting, l_max, parity="natural").paths)
    sentence = f"Even paths only: {even} of the {every} paths were computed, those that Gaunt reaches too."
    if setting == "mimo" and kind in ("nsight", "flops_perf"):
        sentence += f" The paper divides by all {every}, {every / even:.2f} times too favourable."
    return sentence


def _empty(l_max: int, gaunt: bool) -> str:
    timed = "zeros are timed" if gaunt else "an empty call is timed"
    return f"Nothing is computed: at odd L = {l_max} the product L x L -> L has no even path, and {timed}."
