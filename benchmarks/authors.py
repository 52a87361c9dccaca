"""Libraries timed as their authors time them, beside our time of the same call: `python benchmarks/authors.py`.

A peer may only be called slow where its authors would find it as slow. Their benchmark and our `run` take turns in
fresh processes on one core; each line is our time over theirs, which should be 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.environment import machine, version
from backend.execution.process_environment import process_environment
from backend.statistics import median

ROOT = Path(__file__).parents[1]
_SECONDS = 2.0   # of calls that a median is taken of


@dataclass(frozen=True)
class Own:
    """A benchmark of the authors: `time` gives seconds per call, in a process of its own."""

    source: str
    package: str
    framework: str
    time: Callable[[], float]
    ours: str      # the arguments of `run` for the same call
    metric: str    # of ours, which is what theirs measures


def e3nn() -> float:
    """e3nn's example: a scripted FullyConnectedTensorProduct of 1,000 rows under PyTorch's Timer. The example draws
    new inputs for each call and records gradients; here is neither, as in `run`."""
    import torch
    from e3nn.o3 import FullyConnectedTensorProduct, Irreps
    from e3nn.util.jit import compile
    from torch.utils.benchmark import Timer

    irreps = Irreps("8x0e + 8x1o + 8x2e")
    product = compile(FullyConnectedTensorProduct(irreps, irreps, irreps))
    x, y = irreps.randn(1000, -1), irreps.randn(1000, -1)
    with torch.no_grad():
        timer = Timer(stmt="product(x, y)", globals={"product": product, "x": x, "y": y})
        return timer.blocked_autorange(min_run_time=_SECONDS).median


def e3nn_jax() -> float:
    """e3nn-jax's example without weights: a jitted tensor_product of 1,000 rows, each call waited for, under the
    process's clock."""
    import e3nn_jax as library
    import jax

    irreps = library.Irreps("0e + 1o + 2e + 3o")
    keys = jax.random.split(jax.random.PRNGKey(0))
    x, y = (library.normal(irreps, key, (1000,)) for key in keys)
    product = jax.jit(lambda x, y: library.tensor_product(x, y).array)
    for _ in range(10):
        product(x, y).block_until_ready()
    times, end = [], time.perf_counter() + _SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(20):
            product(x, y).block_until_ready()
        times.append((time.perf_counter() - start) / 20)
    return median(times)


BENCHMARKS = {
    "e3nn": Own("examples/tensor_product_benchmark.py of e3nn", "e3nn", "torch", e3nn,
                "--product e3nn_tensor_product:script --framework torch --setting layer --l-max 2 --parity natural "
                "--mixing uvw --weights shared --channels 8 --batch 1000", "throughput_time"),
    "e3nn-jax": Own("examples/tensor_product_benchmark.py of e3nn-jax", "e3nn-jax", "jax", e3nn_jax,
                    "--product e3nn_jax --framework jax --setting mimo --l-max 3 --batch 1000",
                    "latency"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="fresh processes of each side")
    parser.add_argument("--time", choices=BENCHMARKS, help="print the authors' seconds per call, in this process")
    asked = parser.parse_args()
    if asked.time:
        print(BENCHMARKS[asked.time].time())
        return
    print(f"{machine()['name']}, 1 thread, load {os.getloadavg()[0]:.1f} at the start")
    for name, own in BENCHMARKS.items():
        pairs = [(_theirs(name, own), _ours(own)) for _ in range(asked.rounds)]
        theirs, ours = (median([pair[side] for pair in pairs]) for side in (0, 1))
        ratio = median([ours / theirs for theirs, ours in pairs])
        print(f"{name} {version(own.package)}, {own.source}: theirs {theirs * 1e3:.3f} ms, ours {ours * 1e3:.3f} ms, "
              f"ratio of a pair {ratio:.3f}, in the rounds "
              f"{min(b / a for a, b in pairs):.3f} to {max(b / a for a, b in pairs):.3f}")


def _theirs(name: str, own: Own) -> float:
    return float(_run([__file__, "--time", name], own))


def _ours(own: Own) -> float:
    result = json.loads(_run(["-m", "backend", "run", *own.ours.split()], own))
    if result["status"] != "ok":
        sys.exit(f"{own.ours} was {result['status']}: {result['message']}")
    return result["metrics"][own.metric]


def _run(arguments: list[str], own: Own) -> str:
    """The last line of what a fresh process printed, with the environment of every measuring process."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True,
                          env=process_environment((own.framework, "cpu", 1), os.environ))
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
