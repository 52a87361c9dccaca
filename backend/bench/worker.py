"""The process that measures: blocks of cases in as JSON lines, results out as they come. It stays warm."""

from __future__ import annotations

import argparse
import gc
import json
import os
import queue
import sys
from dataclasses import replace
from typing import Any

from backend.bench.cores import Cores
from backend.bench.process import die_with_parent, give_memory_back, lines_until_end


def main() -> None:
    die_with_parent()
    arguments = _parse()
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)   # what libraries print goes to the log

    def reply(kind: str, **rest: Any) -> None:
        replies.write(json.dumps({"type": kind, **rest}, allow_nan=False) + "\n")
        replies.flush()

    cores = Cores(arguments.threads)
    blocks: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    lines_until_end(sys.stdin, blocks.put)
    about = _load(arguments.framework, arguments.threads)
    reply("ready", environment=about)
    session = _Session(reply)
    while (line := blocks.get()) is not None:
        block = json.loads(line)
        with cores.claimed():
            session.measure(block["cases"], block.get("options") or {})
        reply("done")


class _Session:
    """Measures blocks; remembers the expressivity of the problems it has met."""

    def __init__(self, reply) -> None:
        self._reply = reply
        self._known: dict[tuple, dict[str, float]] = {}
        self._frozen = False

    def measure(self, cases: list[dict], options: dict) -> None:
        from backend.bench.timing import Options
        from backend.bench.trial import run
        from backend.spec import Case

        names = set(Options.__dataclass_fields__)
        chosen = Options(**{name: value for name, value in options.items() if name in names})
        for data in cases:
            case = Case.from_json(data)
            self._reply("started", key=case.key)
            result = run(case, self._expressivity(case), chosen)
            self._reply("result", result=result.to_json())
            gc.collect()
            if not self._frozen:   # what the first case imported is no garbage: to look through it takes 0.07 s
                gc.freeze()
                self._frozen = True
            give_memory_back()

    def _expressivity(self, case) -> dict[str, float]:
        problem = replace(case.problem, batch=1, neighbours=0)
        key = (case.product, case.variant, problem)
        if key not in self._known:
            line = _expressivity_line(case, problem)
            self._known[key] = {name: float(line[name]) for name in ("degrees_of_freedom", "interactable")
                                if line.get(name) is not None}
            if line:
                self._reply("expressivity", expressivity=line)
        return self._known[key]


def _expressivity_line(case, problem) -> dict[str, Any]:
    """The expressivity of the case's product; empty where it cannot be had, and the trial then says why."""
    import traceback

    from backend.catalogue import entry
    from backend.environment import source_hash
    from backend.expressivity import expressivity
    from backend.frameworks import Unsupported, framework_class
    from backend.spec import COMPILATIONS

    known = entry(case.product)
    name = "numpy" if "numpy" in known.frameworks or (known.mixings and problem.spread) else case.framework
    try:
        framework = framework_class(name)(
            device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[name][0])
        line = expressivity(case.product, problem, framework, variant=case.variant)
    except Unsupported:
        return {}
    except Exception:
        # the timing may still stand; its own check of equivariance tells more than this one
        traceback.print_exc()
        return {}
    return line | {"source": source_hash(case.product, case.framework)}


def _load(framework: str, threads: int) -> dict[str, Any]:
    """Imports the framework and gives its devices and versions."""
    from backend.bench import trial  # noqa: F401 (now, so that no case waits for it)
    from backend.environment import machine, version
    from backend.frameworks import framework_class

    if framework == "torch":
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
    devices = framework_class(framework).devices()
    return {"machine": machine(), "devices": list(devices), "threads": threads, framework: version(framework)}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m backend.bench.worker", description=__doc__)
    parser.add_argument("--framework", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
