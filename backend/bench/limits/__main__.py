"""The process that measures limits: one JSON line, in the cores and threads of every measurement."""

from __future__ import annotations

import argparse
import json
import os
import sys

from backend.bench.cores import Cores
from backend.bench.process import die_with_parent, lines_until_end


def main() -> None:
    die_with_parent()
    asked = _parse()
    reply = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)   # what libraries print goes to the log
    lines_until_end(sys.stdin, lambda _: None)
    cores = Cores(asked.threads)
    if asked.framework == "torch":
        import torch

        torch.set_num_threads(asked.threads)
        torch.set_num_interop_threads(1)
    from backend.bench.limits import measured_limits
    from backend.frameworks import Unsupported

    try:
        with cores.claimed():
            limits = measured_limits(asked.framework, asked.device, asked.threads, seconds=asked.seconds)
    except Unsupported as reason:
        sys.exit(str(reason))
    reply.write(json.dumps(limits.to_json(), allow_nan=False) + "\n")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m backend.bench.limits", description=__doc__)
    parser.add_argument("--framework", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True, help="of trying for each number")
    return parser.parse_args()


if __name__ == "__main__":
    main()
