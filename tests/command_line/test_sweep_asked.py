"""What `python -m backend sweep` answers without measuring: presets, dry runs, wrong arguments, and its last lines."""

import json
import re

import pytest

from backend.__main__ import main
from backend.command_line.tally import Tally
from backend.spec import Result
from backend.sweeps import preset


def test_the_tally_says_what_is_wider_than_asked_and_what_failed():
    case = preset("paper").cases()[0]
    tally = Tally.of("quick")
    for half, status in ((0.04, "ok"), (0.06, "ok"), (0.0, "unsupported")):
        metrics = {"throughput_time": 1.0, "throughput_time_low": 1 - half, "throughput_time_high": 1 + half}
        tally.add(Result(case, status, metrics=metrics if half else {}))
    assert re.fullmatch(r"3 measurements done in [\d.]+ s, 0 failed; 1 interval wider than ±5%, .*",
                        tally.text(whole=True))
    tally.add(Result(case, "failed", "it broke"))
    failed, cut = tally.text(whole=False).splitlines()
    assert failed == f"failed: {case.product} at siso L 1, batch 1,000: it broke"
    assert cut == "interrupted; the same command with --resume goes on"


def test_the_presets_are_listed_with_their_sources(capsys):
    assert main(["sweep", "--list", "--json"]) == 0
    presets = {each["preset"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {"paper", "paper-cpu", "paper-gpu", "peers", "models", "crossover"} <= set(presets)
    assert all(part["source"] for part in presets["models"]["parts"])
    assert main(["sweep", "--list"]) == 0
    text = capsys.readouterr().out
    assert all(key in text for key in presets) and "PASSIONLab/OpenEquivariance" in text


def test_a_dry_run_makes_no_history(dry_run, tmp_path, capsys):
    plan = dry_run("crossover", "--product", "matrix", "--l-max", "1", "--batch", "10")
    assert plan | {"cases": 2, "to_measure": 2, "unknown": 2} == plan
    assert main(["sweep", "crossover", "--dry-run", "--resume"]) == 0
    assert "how long is not known: nothing alike was measured here" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("arguments", "words"), [
    ((), "preset must be one of paper,"),
    (("nothing",), "preset must be one of paper,"),
    (("paper", "--processes", "0"), "processes must be an integer from 1"),
    (("paper", "--timeout", "0"), "timeout must be seconds above 0"),
    (("paper", "--l-max", "many"), "l_max must be integers"),
    (("paper", "--framework", "tf"), "framework must be one of numpy, jax, torch"),
    (("paper", "--batch", "0"), "batch must be an integer from 1"),
    (("paper", "--framework", "numpy"), "paper must have a case that is asked for"),
])
def test_wrong_arguments_exit_with_2_and_a_sentence(capsys, arguments, words):
    assert main(["sweep", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and words in shown.err and len(shown.err.strip().splitlines()) == 1
