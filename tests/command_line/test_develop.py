"""`python -m backend develop`: one look, a save that makes a second version, a file that is no plug-in."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from backend.catalogue import catalogue
from backend.command_line.versions import versions
from backend.spec import SpecError

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "docs" / "plugin_template.py").read_text()
ASKED = ("--framework", "numpy", "--l-max", "1", "--channels", "1", "--batch", "10", "--turns", "1")


def command(path, *more):
    return [sys.executable, "-m", "backend", "develop", str(path), *ASKED, *more]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(TEMPLATE)
    return path


def test_one_look_certifies_and_times(file):
    done = subprocess.run(command(file, "--once"), capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "scalars_times_all, L 1: HOLDS  2 of 6 paths" in done.stdout
    assert "per call; numpy, cpu, float32" in done.stdout
    assert re.search(r"x \(\S+ to \S+, 99%, one process\) the time of .+, the best known for these paths: "
                     r"(faster than|slower than|not distinguishable from) it", done.stdout)


def test_one_look_at_a_wrong_one_exits_with_1(file):
    file.write_text(TEMPLATE.replace("* y", "* y * y"))
    done = subprocess.run(command(file, "--once"), capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 1 and "DOES NOT HOLD" in done.stdout and "bilinear" in done.stdout


def test_every_save_is_looked_at_and_compared_with_the_last(file):
    process = subprocess.Popen(command(file), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    lines = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True)
    reader.start()

    def wait_for(words):
        seen = []
        while not any(words in line for line in seen):
            seen.append(lines.get(timeout=60))
        return "".join(seen)

    try:
        assert "its last version" not in wait_for("best known")
        file.write_text("CATALOGUE = {")
        wait_for("line 1")
        file.write_text(TEMPLATE.replace("* y", "* (y * 2)"))
        assert "the time of its last version" in wait_for("best known")
        file.write_text(TEMPLATE.replace("return self", "import time; time.sleep(0.005); return self"))
        assert "the time of its last version: slower than it" in wait_for("best known")
        file.write_text(TEMPLATE.replace("* y", "* y + (1 if x.dtype == 'float32' else 0)"))
        assert "not timed: its output must be that of the float64 oracle" in wait_for("not timed")
        process.send_signal(signal.SIGTERM)   # a shell has its jobs ignore SIGINT
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        reader.join(20)
        process.stdout.close()


@pytest.mark.parametrize("arguments", [("nowhere.py",), ("--framework", "numpy")])
def test_wrong_arguments_exit_with_2(arguments):
    done = subprocess.run([sys.executable, "-m", "backend", "develop", *arguments], capture_output=True, text=True,
                          cwd=ROOT, timeout=60)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_versions_stand_side_by_side(file, monkeypatch):
    monkeypatch.setenv("PLUGINS", "elsewhere")
    with versions(file) as history:
        assert history.changed()
        history.take()
        assert not history.changed() and history.last_key == "" and history.key in catalogue()
        file.write_text("broken =")
        with pytest.raises(SpecError, match="line 1"):
            history.take()
        file.write_text(TEMPLATE.replace("The scalar", "A scalar"))
        history.take()
        assert history.last_key == "scalars_times_all_last"
        assert catalogue()[history.last_key].summary.startswith("The scalar")
        assert catalogue()[history.key].summary.startswith("A scalar")
        file.write_text(TEMPLATE.replace('"scalars_times_all"', '"other"'))
        history.take()
        assert (history.key, history.last_key) == ("other", "")
    assert os.environ["PLUGINS"] == "elsewhere"
