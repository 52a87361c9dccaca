"""How far predictions are off on a history's own measured cases, which they were not told of: `make bench
BENCH=cost_model`, with ARGS="--history PATH" or the one that HISTORY names.

Each kind of case (product, framework, mode) is held out in three ways: a tenth at a time at random; every degree L but
the least and the largest; every batch but these. The model is fitted anew without what is held out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pandas as pd

from backend.catalogue import label
from backend.cost_model import CostModel
from backend.spec import Case, Problem
from results_db import history_path
from results_db.client import open_history
from results_db.measured import measured

WAYS = ("at random", "a degree", "a batch")
_SIZES = ("l1", "l2", "l_out", "channels", "batch", "inner", "neighbours")
_FIELDS = [each.name for kind in (Case, Problem) for each in fields(kind) if each.name != "problem"]
_KIND = [name for name in _FIELDS if name not in (*_SIZES, "seed")]
_PARTS = 10


def held_out(rows: pd.DataFrame, *, least: int = 20, seed: int = 0) -> pd.DataFrame:
    """One line a held-out case: its kind, `way`, `error` (|predicted / measured - 1|), whether it is `inside` its 90 %
    interval, and `half`, half the width of that in logarithms. `rows` as of `measured`; kinds with fewer sizes than
    `least` are left out."""
    found = []
    for kind, group in rows.drop_duplicates("key", keep="last").groupby(_KIND, sort=False):
        group = group.reset_index(drop=True)
        if len(group) < least:
            continue
        cases = [Case.from_json(row) for row in group[_FIELDS].to_dict("records")]
        for way, out in _parts(group, seed):
            model = CostModel(group.drop(index=out))
            for at in out:
                if (said := model.predict(cases[at])) is not None:
                    value = group["throughput_time"][at]
                    found.append(dict(zip(_KIND, kind, strict=True)) | {
                        "way": way, "error": abs(said.time / value - 1), "inside": said.low <= value <= said.high,
                        "half": np.log(said.high / said.low) / 2})
    return pd.DataFrame(found, columns=[*_KIND, "way", "error", "inside", "half"])


def report(found: pd.DataFrame) -> str:
    """Markdown: a line a kind, and all together."""
    lines = ["| kind | " + " | ".join(f"{way}: error | inside | ±" for way in WAYS) + " |", "|---" * 10 + "|"]
    for kind, group in found.groupby(["product", "variant", "framework", "setting", "direction", "compilation"]):
        lines.append(f"| {label(*kind[:2])}, {', '.join(kind[2:])} | {_numbers(group)} |")
    return "\n".join([*lines, f"| **all, {len(found)} predictions** | {_numbers(found)} |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=Path, default=history_path(), help="a history file (default: HISTORY's)")
    parser.add_argument("--least", type=int, default=20, metavar="N", help="sizes that a kind must have (default 20)")
    asked = parser.parse_args()
    if not asked.history.exists():
        sys.exit(f"--history must name a history, got {asked.history}: measure with `python -m backend run --store`")
    with open_history(asked.history, warn=print) as history:
        rows = measured(history)
    began = time.perf_counter()
    model = CostModel(rows)
    kinds = len(model.held_out())
    print(f"{len(rows):,} results of {', '.join(rows['device'].unique())}; {kinds} laws fitted in "
          f"{time.perf_counter() - began:.1f} s\n")
    print(report(held_out(rows, least=asked.least)))


def _parts(group: pd.DataFrame, seed: int) -> Iterator[tuple[str, list[int]]]:
    """(way, rows that are held out)."""
    order = np.random.default_rng(seed).permutation(len(group))
    yield from ((WAYS[0], order[at::_PARTS].tolist()) for at in range(_PARTS))
    for way, name in zip(WAYS[1:], ("l_max", "batch"), strict=True):
        for value in sorted(group[name].unique())[1:-1]:
            yield way, group.index[group[name] == value].tolist()


def _numbers(found: pd.DataFrame) -> str:
    parts = []
    for way in WAYS:
        each = found[found["way"] == way]
        parts.append(f"{each['error'].median():.1%} | {each['inside'].mean():.0%} | "
                     f"{np.expm1(each['half'].median()):.0%}" if len(each) else "– | – | –")
    return " | ".join(parts)


if __name__ == "__main__":
    main()
