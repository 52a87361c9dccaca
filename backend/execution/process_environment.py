"""The environment variables of a measuring process: all that frameworks read when they are imported."""

from __future__ import annotations

from collections.abc import Mapping

from backend.execution.jobs import ProcessKey

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


# glibc else gives the memory of large arrays back after a call, and the next pays for every page again, or does not,
# as the process happens to have it: PyTorch, dense Clebsch-Gordan, L 2, 8 channels, batch 1,000, float32 took 3.1 ms,
# with ratios that differed by 30 % between processes, and with these 1.0-1.4 ms and 4 % (AMD EPYC, November 2026).
# Other threads take theirs from arenas that give memory back all the same, if it happens to lie across two of their
# heaps: JAX, sparse Clebsch-Gordan, L 3, took 4.5 ms in five of eight processes and 1.07 ms in the others, and with one
# arena for all 1.06 ms in all of eight.
KEPT_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**46)}


def process_environment(key: ProcessKey, base: Mapping[str, str]) -> dict[str, str]:
    """`base` with thread pools of the size asked for, no memory reserved ahead, memory of arrays kept for
    the next call (where `base` says nothing else), no GPU in sight for `cpu`."""
    framework, device, threads = key
    variables = KEPT_MEMORY | dict(base) | {name: str(threads) for name in _THREADS}
    variables |= {
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "TORCHINDUCTOR_COMPILE_THREADS": "1",   # else torch.compile forks a pool that competes with the clock
        "KINETO_LOG_LEVEL": "99",               # else torch's profiler fills the log with its stages
        "PYTHONUNBUFFERED": "1",
    }
    if device == "cpu":
        variables["CUDA_VISIBLE_DEVICES"] = ""
    if device == "cpu" and framework == "jax":
        variables["JAX_PLATFORMS"] = "cpu"
    return variables
