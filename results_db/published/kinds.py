"""The kinds of file in the paper's data: their columns, what each number is, the device that a file's name tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.spec import SpecError, check_choice

GIB = 1024.0**3   # the files' "GFLOP" and "GB"
NAMED = ("lmax", "irreps_type", "tensor_product_type", "batch")
NORMALISER = "normalization"


@dataclass(frozen=True)
class Quantity:
    """A column of numbers: its name here, the factor into SI units, what it counts."""

    name: str
    unit: str
    factor: float
    counted: str


@dataclass(frozen=True)
class Kind:
    """One kind of file: its columns of numbers, and what its normaliser counts."""

    quantities: Mapping[str, Quantity]
    normaliser_is: str


_OUTPUTS = ("output irreps of the call (Clebsch-Gordan: its even paths; Gaunt and Matrix-TP in MIMO: 2L+1): neither "
            "the degrees of freedom nor, for Gaunt, the paths")
_FREEDOM = ("in MIMO the degrees of freedom: all paths of Clebsch-Gordan (odd ones too), 4L+1 for Gaunt and Matrix-TP; "
            "in SISO and SIMO 1, so nothing is divided")
_RATE = "; a mean over the kernels of a call that does not weigh them by their time"
KINDS: dict[str, Kind] = {
    "walltime": Kind({"Time": Quantity("time", "s", 1.0, (
        "Wall time of one call of a jitted JAX function until its result is there: the mean of the first 80 of 100 "
        "calls"))}, _OUTPUTS),
    "nsight": Kind({
        "Time": Quantity("time", "s", 1.0, (
            "Sum of the times of a call's kernels (Nsight Compute, gpu__time_duration): without launches and the gaps "
            "between kernels")),
        "all GFLOPs": Quantity("flop", "FLOP", GIB, (
            "FLOP of a call by Nsight Compute: add and multiply 1, fused multiply-add 2, a tensor-core instruction "
            "2048; the file divides by 1024³")),
        "GB": Quantity("bytes", "B", GIB, (
            "Bytes to and from memory in a call (Nsight Compute, dram__bytes); the file divides by 1024³")),
        "TC GFLOPs/s": Quantity("tensor_core_flop_rate", "FLOP/s", GIB, f"FLOP rate of the tensor cores{_RATE}"),
        "CC GFLOPs/s": Quantity("cuda_core_flop_rate", "FLOP/s", GIB, f"FLOP rate of the CUDA cores{_RATE}"),
        "all GFLOPs/s": Quantity("flop_rate", "FLOP/s", GIB, f"FLOP rate of both{_RATE}"),
        "GB/s": Quantity("bytes_rate", "B/s", GIB, f"Rate of bytes to and from memory{_RATE}"),
    }, _FREEDOM),
    "flops": Kind({"flops": Quantity("flop", "FLOP", 1.0, (
        "FLOP of a call by a counter that the data does not name; for Matrix-TP it is 2 for each multiply-add of the "
        "operation as written"))}, _OUTPUTS),
    "flops_perf": Kind({"flops": Quantity("flop", "FLOP", 1.0, (
        "FLOP of a call as the CPU's own event counted them (perf, fp_ret_sse_avx_ops.all)"))}, _FREEDOM),
}
DEVICES = {"cpu": "AMD EPYC 7313", "rtx": "NVIDIA RTX A5500", "a100": "NVIDIA A100"}


def is_published(columns: Iterable[str]) -> bool:
    """Whether a header is that of one of the paper's files, not of an export of ours."""
    return {"lmax", "irreps_type", "tensor_product_type"} <= set(columns)


def kind_of(columns: Iterable[str], name: str, asked: str = "") -> str:
    """The kind of a file by its header, and where two kinds share one, by its name; `asked` is the reader's word.
    Raises SpecError for columns that are missing or unknown, and where nothing tells two kinds apart."""
    columns = [column for column in columns if column]   # the index of a data frame has no name
    if asked:
        check_choice("kind", asked, KINDS)
    numbers = set(columns) - {*NAMED, NORMALISER}
    fitting = [kind for kind, each in KINDS.items() if set(each.quantities) == numbers]
    if missing := set(NAMED) - set(columns):
        raise SpecError(f"a published file must have the columns {', '.join(NAMED)}, but has no "
                        f"{', '.join(sorted(missing))}")
    if not fitting or (asked and asked not in fitting):
        raise SpecError(_no_kind(numbers, asked))
    if asked or len(fitting) == 1:
        return asked or fitting[0]
    if re.match(r"flops_cpu", name, re.IGNORECASE):
        return "flops_perf" if "perf" in name.lower() else "flops"
    raise SpecError(f"the kind of {name} must be said by --kind {' or '.join(fitting)}: both have these columns and "
                    "count differently, and its name does not tell")


def device_of(name: str, kind: str, asked: str = "") -> str:
    """The device: `asked`, one of DEVICES, else what the file's name tells. Raises SpecError where neither tells, and
    where the kind is never of that device."""
    if asked:
        check_choice("device", asked.casefold(), DEVICES)
    words = {asked.casefold()} if asked else {*re.split(r"[^a-z0-9]+", name.casefold())} & {*DEVICES}
    if len(words) != 1:
        raise SpecError(f"the device must be said by --device {', '.join(DEVICES)}: the file has no column for it, and "
                        f"its name tells {' and '.join(sorted(words)) or 'none'}")
    (word,) = words
    if (kind == "nsight" and word == "cpu") or (kind.startswith("flops") and word != "cpu"):
        raise SpecError(f"a file of kind {kind} must be of a {'GPU' if kind == 'nsight' else 'CPU'}, got {word}")
    return DEVICES[word]


def _no_kind(numbers: set[str], asked: str) -> str:
    known = {column for kind in KINDS.values() for column in kind.quantities}
    if unknown := numbers - known:
        return (f"a column must be one of {', '.join([*NAMED, NORMALISER, *sorted(known)])}, got "
                f"{', '.join(sorted(unknown))}")
    forms = "; ".join(f"{kind}: {', '.join(each.quantities)}" for kind, each in KINDS.items()
                      if not asked or kind == asked)
    return (f"the numbers of a published file must be those of one kind ({forms}), got "
            f"{', '.join(sorted(numbers)) or 'none'}; import each kind alone")
