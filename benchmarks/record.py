"""Measures the set that ships for this machine and writes it: `python benchmarks/record.py NAME` (some ten minutes).

Results are kept in NAME.jsonl while it runs, beside the sweeps that are done, so that it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.environment import machine
from results_db.__main__ import main as results_db

_FIVE = "clebsch_gordan_dense,clebsch_gordan_sparse,gaunt_grid,gaunt_fourier,matrix"
SWEEPS = {
    "what the dashboard opens with": "--product all --setting mimo --channels 8 --batch 1000 --l-max 1-4",
    "the paper's products in its other settings": f"--product {_FIVE} --setting siso,simo --channels 1,8 --batch 1000 "
                                                  "--l-max 1-4",
    "the paper's products in MIMO, one channel": f"--product {_FIVE} --setting mimo --channels 1 --batch 1000 "
                                                 "--l-max 1-4",
    "the paper's own case: one channel, even paths, batch 10,000": f"--product {_FIVE} --setting mimo --channels 1 "
                                                                   "--batch 10000 --parity natural --l-max 1-4",
    "layers as networks have them": "--product all --setting layer --mixing uvu --weights per_sample --channels 32 "
                                    "--batch 1000 --l-max 1-3",
    "from how many inner channels on a layer gains nothing": f"--product {_FIVE},gaunt_poisson,matrix_fused --setting "
                                                             "mimo --scope layer --inner 1,2,4,8,16 --channels 2 "
                                                             "--batch 1000 --l-max 3",
}
_TITLE = "Opening view, the paper's settings, layers uvu, inner channels"
_FRAMEWORKS = ("jax", "torch")


def main() -> int:
    """The exit code: that of the command that writes the set, or of a sweep that gave nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the set: small letters, digits, hyphens, as xeon-4-cores")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--processes", default="1", help="fresh processes for each case (default 1)")
    asked = parser.parse_args()
    kept, done = Path(f"{asked.name}.jsonl"), Path(f"{asked.name}.done")
    for framework in _FRAMEWORKS:
        for words, sweep in SWEEPS.items():
            line = f"--framework {framework} --device {asked.device} --processes {asked.processes} {sweep}"
            if done.exists() and line in done.read_text().splitlines():
                continue
            print(f"{framework}: {words}", file=sys.stderr, flush=True)
            ran = subprocess.run([sys.executable, "-m", "backend", "run", *line.split()], cwd=Path(__file__).parents[1],
                                 stdout=subprocess.PIPE, text=True)
            if not ran.stdout:
                return ran.returncode
            with kept.open("a") as file:
                file.write(ran.stdout)
            with done.open("a") as file:
                file.write(f"{line}\n")
    code = results_db(["record", asked.name, "--title", _TITLE, "--from", str(kept), "--machine", machine()["name"]])
    if code == 0:
        kept.unlink()
        done.unlink(missing_ok=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
