"""What disturbs a measurement is found, in plain sentences, and what does not is not."""

import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from backend.bench.clocks import clocks
from backend.bench.condition_words import findings, remarks
from backend.bench.conditions import Reading, conditions, read
from backend.bench.cores import least_busy, rivals
from backend.bench.gpu_conditions import slowed_by
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import make_case
from backend.frameworks import framework_class
from backend.spec import Problem

linux = pytest.mark.skipif(sys.platform != "linux", reason="no other system lets a process choose its core")
BURN = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); print(flush=True)\nwhile True: pass"
XLA = """import os, sys
os.sched_setaffinity(0, {int(core) for core in sys.argv[1:]})
import jax
jax.numpy.ones(2).block_until_ready()
from backend.frameworks import framework_class
print(framework_class("jax").threads(), flush=True)"""
CLAIM = """import sys
from backend.bench.cores import Cores, affinity
with Cores(1).claimed():
    print(*affinity(), flush=True)
    sys.stdin.read()"""


def confine(cores):
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), cores)


@pytest.fixture
def core():
    """A core that every thread of this process is confined to for the test."""
    before = os.sched_getaffinity(0)
    confine({max(before)})
    yield max(before)
    confine(before)


@pytest.fixture
def start():
    """Starts a Python program with these arguments; returns when it has printed a line, which it gives."""
    started = []

    def start(program, *arguments):
        process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@linux
def test_a_competitor_on_the_same_core_is_found(core, start):
    start(BURN, str(core))
    case = make_case("gaunt_grid", "", "numpy", Problem.of("mimo", 2, batch=200))
    result = run(case, {}, Options(samples=5, min_sample_time=0.02, max_time=0.3, warm_up_time=0.0))
    live = result.environment["live"]
    taken = [int(found) for each in live["conditions"]["findings"]
             for found in re.findall(r"^another process used (\d+)% of this core$", each)]
    assert len(taken) == 1 and taken[0] >= 30
    assert live["cpu_over_wall"] <= 0.7
    assert live["conditions"]["switches"] > 0
    assert live["conditions"]["cores"] == [core]
    assert set(live["conditions"]["not_told"]) | set(live["conditions"]["clocks"][1]) == {
        "frequency", "governor", "boost", "throttled"}


@linux
def test_the_share_that_others_took_is_that_of_the_gaps_in_our_time(core):
    """However busy the machine is: a loop that only looks at the clock sees when it was not running."""
    before, last, gaps = read("cpu"), time.perf_counter(), 0.0
    end = last + 0.3
    while last < end:
        now = time.perf_counter()
        gaps += now - last if now - last > 1e-4 else 0.0
        last = now
    after = read("cpu")
    found = conditions(before, before, after, threads=1, used=1)
    assert found["taken"] == pytest.approx(gaps / found["seconds"], abs=0.05)
    assert (after.own - before.own) / found["seconds"] == pytest.approx(1 - found["taken"], abs=0.05)


def reading(**changes):
    cores = {core: (0.0, 0.0) for core in range(4)}
    quiet = Reading(0.0, 0.0, cores, 0.0, None, 0, 0, 0, 0.1, 8e9, (2,), (), (), {}, {})
    return replace(quiet, **changes)


def said(before=None, *, threads=1, used=1, **after):
    wall = {"wall": 1.0, "own": 1.0 * threads, "waited": 0.001}
    before, after = before or reading(), reading(**wall | after)
    return conditions(before, before, after, threads=threads, used=used)


def busy(*shares, steal=0.0):
    return {core: (share, steal) for core, share in enumerate(shares)}


def test_of_a_quiet_measurement_nothing_is_said():
    sleeping = said(own=0.4, use=busy(0, 0, 0.4, 0))
    waiting_for_its_own = said(threads=2, used=2, cores=(2, 3), own=1.9, waited=1.2, use=busy(0, 0, 1.0, 0.95))
    told_nothing = said(used=0, use={}, waited=None)
    for quiet in (said(use=busy(0.02, 0.1, 1.0, 0.3)), sleeping, waiting_for_its_own, told_nothing):
        assert findings(quiet, threads=len(quiet["cores"])) == []
        assert remarks(quiet) == []


@pytest.mark.parametrize(("after", "sentence"), [
    ({"own": 0.6, "waited": 0.4, "use": busy(0, 0, 1.0, 0)}, "another process used 40% of this core"),
    ({"use": busy(0, 0, 1.0, 0, steal=0.07)}, "the host took 7% of its time (steal)"),
    ({"used": 8}, "the framework computes with 8 threads, asked for 1"),
    ({"rivals": (17,)}, "another measurement, process 17, was on this core"),
    ({"twins": (3,), "use": busy(0, 0, 1.0, 0.5)}, "another process used 50% of the hyper-thread beside this core"),
    ({"cores": (0, 1, 2, 3)}, "it could run on 4 cores, asked for 1"),
    ({"stopped": 0.25}, "the container's limit of CPU time held it back for 25% of the time"),
    ({"memory_free": 2e8}, "only 200 MB of memory were free"),
    ({"faults": 5000}, "5,000 pages of memory had to be read from a disk"),
    ({"new_pages": 400_000}, "it took 400,000 pages of memory a second anew, given back between calls"),
    ({"clocks": {"throttled": 3}}, "heat slowed its core down 3 times"),
    ({"gpu": {"processes": 3}}, "2 other processes computed on the GPU"),
    ({"gpu": {"slowed_by": ["heat", "its power limit"]}}, "heat and its power limit slowed the GPU down"),
])
def test_what_disturbs_is_said(after, sentence):
    assert findings(said(**after), threads=1) == [sentence]


def test_a_clock_that_falls_is_said():
    fast = reading(clocks={"frequency": 3.5e9}, gpu={"clock": 1.98e9})
    found = said(fast, clocks={"frequency": 2.9e9}, gpu={"clock": 1.2e9})
    assert findings(found, threads=1) == ["its clock fell from 3.50 GHz to 2.90 GHz",
                                          "the GPU's clock fell from 1.98 GHz to 1.20 GHz"]


def test_several_threads_are_held_to_what_their_cores_counted():
    found = said(threads=2, used=2, cores=(2, 3), own=1.2, use=busy(0, 0, 1.0, 1.0))
    assert findings(found, threads=2) == ["another process used 40% of these 2 cores"]


def test_busy_neighbours_are_a_remark():
    found = said(use=busy(1.0, 1.0, 1.0, 0.5))
    assert findings(found, threads=1) == []
    assert remarks(found) == ["other processes used 2.5 of the other 3 cores, which share the memory"]


def test_the_least_busy_cores_are_chosen_and_claimed_ones_left():
    use = {0: 0.9, 1: 0.0, 2: 0.02, 3: 0.4}
    assert least_busy(1, range(4), use, claimed=(), mine=()) == (2,)      # a fiftieth is nothing; the last of equals
    assert least_busy(1, range(4), use, claimed=(), mine=(1,)) == (1,)    # it stays where it is
    assert least_busy(2, range(4), use, claimed=(2,), mine=()) == (1, 3)
    assert least_busy(1, (0, 1), use, claimed=(0, 1), mine=()) == (1,)    # none is free: shared, and said


@linux
def test_two_measuring_processes_choose_two_cores_or_say_so(start):
    cores = os.sched_getaffinity(0)
    if len(cores) < 2:
        pytest.skip("one core leaves no choice")
    (first, one), (second, other) = start(CLAIM), start(CLAIM)
    assert first.pid in rivals([int(one)]) and second.pid in rivals([int(other)])
    if one == other:   # every core is claimed by some other measurement of this machine
        assert all(map(rivals, ([core] for core in cores)))
    first.stdin.close()   # the block of its claim ends
    first.wait()
    assert first.pid not in rivals([int(one)])


def test_clocks_are_read_where_the_system_gives_them(tmp_path):
    assert clocks([0, 1], tmp_path) == {}
    for core, frequency, count in ((0, 3_500_000, 2), (1, 3_400_000, 1)):
        for name, text in (("cpufreq/scaling_cur_freq", frequency), ("cpufreq/scaling_governor", "performance"),
                           ("thermal_throttle/core_throttle_count", count)):
            path = tmp_path / f"cpu{core}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")
    (tmp_path / "intel_pstate").mkdir()
    (tmp_path / "intel_pstate" / "no_turbo").write_text("1\n")
    assert clocks([0, 1], tmp_path) == {"frequency": 3.4e9, "governor": "performance", "boost": False, "throttled": 3}


def test_why_a_gpu_is_slowed_down_is_said_in_words():
    import pynvml

    heat = pynvml.nvmlClocksEventReasonSwThermalSlowdown | pynvml.nvmlClocksEventReasonHwThermalSlowdown
    assert slowed_by(pynvml, heat | pynvml.nvmlClocksEventReasonSwPowerCap) == ["heat", "its power limit"]
    assert slowed_by(pynvml, pynvml.nvmlClocksEventReasonGpuIdle) == []


def test_frameworks_tell_their_threads():
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            assert framework_class("torch").threads() == count
    finally:
        torch.set_num_threads(before)
    with threadpool_limits(1, user_api="blas"):
        assert framework_class("numpy").threads() == 1


@linux
def test_the_pool_of_xla_is_counted(start):
    """It is as large as the cores that the process may run on when JAX starts."""
    chosen = sorted(os.sched_getaffinity(0))[:2]
    _, told = start(XLA, *map(str, chosen))
    assert int(told) == len(chosen)
