"""Our products beside the libraries that compute the same function: `python benchmarks/peers.py`.

Each problem is measured in fresh processes; in each, all contestants take turns, and a ratio is that of two
neighbours in time: the peer's time over ours, so above 1 ours is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product as cartesian
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.catalogue import available, entry, label, make_case, select
from backend.command_line.arguments import integers, words
from backend.environment import machine, version
from backend.execution.process_environment import process_environment
from backend.spec import COMPILATIONS, Case, Problem, SpecError, check_choice, unique
from benchmarks.ratios import Pair, report

_FULL = "clebsch_gordan_dense:all,clebsch_gordan_sparse:all"
_MIXING = "e3nn_tensor_product:all,cuequivariance_mixing"
_FUNCTIONS = {   # what is computed: (ours, peers, setting, how channels meet)
    "Full Clebsch-Gordan": (_FULL, "e3nn:all,e3nn_jax:all,cuequivariance,e3j:all", "mimo", {}),
    "Gaunt": ("gaunt_grid:all,gaunt_fourier:all", "e3nn_grid:all,e3nn_jax_grid:all,s2fft,torch_harmonics", "mimo", {}),
    "Channelwise (uvu), weights per sample": (_FULL, _MIXING, "layer", {"mixing": "uvu", "weights": "per_sample"}),
    "Fully connected (uvw), shared weights": (_FULL, _MIXING, "layer", {"mixing": "uvw", "weights": "shared"}),
}
_NOT_AS_MEANT = {("e3nn", "v2", "eager"), ("e3nn", "script", "compiled")}   # no author would run them so
_PACKAGES = ("numpy", "jax", "torch", "e3nn", "e3nn-jax", "cuequivariance", "e3j", "s2fft",
             "torch-harmonics")


def main() -> None:
    asked = _parse()
    try:
        modes = [tuple(mode.split(":")) for mode in words("modes", asked.modes)]
        sizes = [(l, {"batch": batch, "channels": channels}) for batch, channels, l in cartesian(
            integers("batch", asked.batch), integers("channels", asked.channels), integers("l_max", asked.l_max))]
        check_choice("functions", asked.functions, ("all", *_FUNCTIONS))
        jobs = [job for mode in modes for size in sizes for job in _jobs(asked, *size, *mode)]
    except (SpecError, ValueError, KeyError) as error:
        sys.exit(f"{error}")
    text = report(_measured(asked, jobs), _heading(asked))
    print(text)
    if asked.write:
        asked.write.write_text(text)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", default="all", metavar="F", help=f"all or one of: {'; '.join(_FUNCTIONS)}")
    parser.add_argument("--l-max", default="1-4", metavar="L,...")
    parser.add_argument("--batch", default="1000", metavar="B,...", help="such as 1,1000,100000")
    parser.add_argument("--channels", default="1,32", metavar="C,...", help="such as 1,32,128")
    parser.add_argument("--modes", default="jax:jit,torch:eager", metavar="F:C,...",
                        help="framework and compilation; torch:compiled takes minutes to compile")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--direction", default="forward")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=3, help="fresh ones for each problem")
    parser.add_argument("--rounds", type=int, default=10, help="samples of each contestant in each process")
    parser.add_argument("--min-sample-time", type=float, default=0.005, help="seconds of work in a sample")
    parser.add_argument("--write", type=Path, metavar="FILE", help="such as benchmarks/README.md (default: nothing)")
    return parser.parse_args()


def _jobs(
    asked: argparse.Namespace, l_max: int, size: dict[str, int], framework: str, compilation: str
) -> Iterator[tuple]:
    """(function, problem, framework, compilation, pairs of cases) for every function."""
    if compilation not in COMPILATIONS[framework]:
        raise SpecError(f"a mode must be a framework and its compilation, got {framework}:{compilation}")
    mode = {"compilation": compilation, "dtype": asked.dtype, "direction": asked.direction, "threads": asked.threads}
    for function, (*names, setting, spread) in _FUNCTIONS.items():
        if asked.functions not in ("all", function):
            continue
        problem = Problem.of(setting, l_max, **size, **spread)
        ours, peers = ([
            (key, variant) for key, variant in select(each)
            if framework in entry(key).frameworks and not available(entry(key), framework)
            and (key, variant, compilation) not in _NOT_AS_MEANT
        ] for each in names)
        pairs = []
        for (key, variant), (peer, peer_variant) in cartesian(ours, peers):
            theirs = make_case(peer, peer_variant, framework, problem, **mode)
            layouts = dict.fromkeys((entry(key).layouts[0], theirs.layout))   # our best, then theirs
            pairs += [(make_case(key, variant, framework, problem, layout=layout, **mode), theirs)
                      for layout in layouts]
        if pairs:
            yield function, problem, framework, compilation, pairs


def _measured(asked: argparse.Namespace, jobs: Sequence[tuple]) -> Iterator[Pair]:
    for number, (function, problem, framework, compilation, pairs) in enumerate(jobs, 1):
        print(f"{number} of {len(jobs)}: {function}, {framework} {compilation}, L {problem.l_max}, batch "
              f"{problem.batch:,}, channels {problem.channels}", file=sys.stderr, flush=True)
        cases = unique(case for pair in pairs for case in pair)
        replies = [_process(asked, framework, cases, seed) for seed in range(asked.processes)]
        for ours, theirs in pairs:
            times = [[reply["samples"].get(case.key, ()) for case in (ours, theirs)] for reply in replies]
            reasons = [f"{label(case.product, case.variant)}: {reply['left_out'][case.key]}"
                       for reply in replies[:1] for case in (ours, theirs) if case.key in reply["left_out"]]
            yield Pair(function, f"{framework} {compilation}", ours, theirs, times, reasons,
                       floor=min((reply["floor"] for reply in replies if reply["floor"]), default=0.0))


def _process(asked: argparse.Namespace, framework: str, cases: Sequence[Case], seed: int) -> dict:
    """What a fresh process measured; empty, with its last words, where it died."""
    job = {"framework": framework, "threads": asked.threads, "seed": seed, "rounds": asked.rounds,
           "min_sample_time": asked.min_sample_time, "cases": [case.to_json() for case in cases]}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("side_by_side.py"))], input=json.dumps(job), text=True,
        capture_output=True, env=process_environment((framework, "cpu", asked.threads), os.environ))
    if done.returncode == 0:
        return json.loads(done.stdout)
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]
    return {"samples": {}, "floor": 0.0,
            "left_out": {case.key: f"the process ended with {done.returncode}: {last}" for case in cases}}


def _heading(asked: argparse.Namespace) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    threads = "1 thread" if asked.threads == 1 else f"{asked.threads} threads"
    return (f"{machine()['name']}, {threads}, {asked.dtype}, {asked.direction}, {date.today()}; load "
            f"{os.getloadavg()[0]:.1f} at the end; {asked.processes} processes of {asked.rounds} rounds. Python "
            f"{sys.version.split()[0]}, {versions}.")


if __name__ == "__main__":
    main()
