"""Small parts: the environment of a process, the bounded log, the pace of a job, made results, jobs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import fake_case

from backend.execution.jobs import Job
from backend.execution.log_tail import LogTail
from backend.execution.outcome import exit_outcome, made_result
from backend.execution.process_environment import KEPT_MEMORY, process_environment
from backend.execution.progress import Pace
from backend.spec import Case, Problem, SpecError

ROOT = Path(__file__).parents[2]


def test_thread_pools_are_fixed_before_anything_is_imported():
    variables = process_environment(("torch", "cpu", 3), {"PATH": "/bin", "OMP_NUM_THREADS": "64"})
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
        assert variables[name] == "3"
    assert variables["PATH"] == "/bin"
    assert variables["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"


@pytest.mark.parametrize(
    ("framework", "device", "hidden", "platforms"),
    [("jax", "cpu", "", "cpu"), ("torch", "cpu", "", None), ("jax", "cuda", None, None)],
)
def test_a_process_for_the_cpu_sees_no_gpu(framework, device, hidden, platforms):
    variables = process_environment((framework, device, 1), {})
    assert variables.get("CUDA_VISIBLE_DEVICES") == hidden
    assert variables.get("JAX_PLATFORMS") == platforms


def test_the_log_keeps_its_end_and_tells_news_once():
    log = LogTail(limit=10)
    log.write(b"one\ntwo\n")
    assert log.news() == "one\ntwo\n"
    log.write(b"three\n \n")
    assert log.news() == "three\n \n"
    assert log.news() == ""
    assert log.text == "o\nthree\n \n"
    assert log.last_line == "three"
    log.write(b"x" * 99)
    assert log.news() == "x" * 10


def test_half_a_character_does_not_break_the_log():
    log = LogTail()
    log.write("é".encode()[:1])
    assert log.news() == "\N{REPLACEMENT CHARACTER}"


def test_the_pace_of_a_job():
    """Four cases, 2 s each: nothing is promised before the first is done; time that passes is taken off."""
    pace = Pace()
    assert (pace.eta(5.0, [None] * 4), pace.elapsed(5.0)) == (None, 0.0)
    pace = pace.started_at(10.0)
    assert (pace.eta(11.0, [None] * 4), pace.elapsed(11.0)) == (None, 1.0)
    pace = pace.finished_at(12.0).started_at(12.0)
    assert (pace.eta(12.0, [None] * 3), pace.eta(13.5, [None] * 3), pace.eta(99.0, [None] * 3)) == (6.0, 4.5, 0.0)
    pace = pace.finished_at(16.0)
    assert pace.eta(16.0, [None] * 2) == 6.0
    assert pace.finished_at(17.0).finished_at(18.0).eta(18.0, [None] * 0) == 0.0


def test_the_pace_of_a_job_that_gives_way_leaves_out_what_others_take():
    pace = Pace().started_at(0.0).finished_at(2.0).gave_way_at(2.0)
    assert (pace.elapsed(50.0), pace.eta(50.0, [None] * 3)) == (2.0, 6.0)
    pace = pace.started_at(100.0)
    assert (pace.elapsed(101.0), pace.eta(101.0, [None] * 3)) == (3.0, 5.0)


def test_what_is_foreseen_of_cases_makes_the_time_left():
    """Two of 5 s and one of 40 s: told before any is done; those that take twice as long weigh on the rest, the more
    the more was measured; a case of which nothing is foreseen takes the mean of those done."""
    pace = Pace()
    assert pace.eta(0.0, [5.0, 5.0, 40.0]) == 50.0
    assert pace.eta(0.0, [5.0, 5.0, None]) == 15.0
    pace = pace.started_at(0.0)
    assert pace.eta(2.0, [5.0, 5.0, 40.0]) == 48.0
    pace = pace.finished_at(10.0, 5.0)
    assert pace.eta(10.0, [5.0, 40.0]) == 45.0 * (10 + 10) / (5 + 10)
    assert pace.eta(12.0, [5.0, None]) == 5.0 * (10 + 10) / (5 + 10) + 10.0 - 2.0
    pace = pace.finished_at(1010.0, 500.0)
    assert pace.eta(1010.0, [40.0]) == pytest.approx(80.0, rel=0.02)


@pytest.mark.parametrize("returncode", [-11, -64, 0, 1])
def test_every_end_of_a_process_has_a_sentence(returncode):
    status, message = exit_outcome(returncode, "")
    assert status == "failed"
    assert str(abs(returncode)) in message


def test_a_result_is_made_for_a_product_that_is_no_longer_there():
    case = Case(Problem.of("mimo", 1), "forgotten", "", "numpy", compilation="eager")
    result = made_result(case, "interrupted", "a sentence")
    assert result.case == case
    assert result.environment["machine"]["name"]


def test_a_job_holds_its_cases_in_the_order_of_measuring():
    one, two, other = fake_case(seed=1), fake_case(seed=2), fake_case(threads=2)
    job = Job.new([one, other, two], options={}, requested_by="")
    assert job.cases == (one, two, other)
    assert (job.state, job.device, job.remaining) == ("queued", "cpu", job.cases)


@pytest.mark.parametrize("cases", [[], [fake_case(), fake_case(device="cuda")]])
def test_a_job_is_for_one_device(cases):
    with pytest.raises(SpecError, match="a job must"):
        Job.new(cases, options={}, requested_by="")


def test_memory_is_kept_from_call_to_call_unless_the_user_says_otherwise():
    assert KEPT_MEMORY.items() <= process_environment(("torch", "cpu", 1), {}).items()
    own = process_environment(("torch", "cpu", 1), {"MALLOC_MMAP_MAX_": "65536"})
    assert own["MALLOC_MMAP_MAX_"] == "65536"


def printed_numbers(code):
    """What a measuring process of NumPy prints."""
    done = subprocess.run([sys.executable, "-c", code], env=process_environment(("numpy", "cpu", 1), os.environ),
                          cwd=ROOT, text=True, capture_output=True, check=True)
    return list(map(int, done.stdout.split()))


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator is glibc's")
def test_a_thread_keeps_memory_too():
    """An array that no longer fits into a heap of glibc's, 64 MiB, is one that an arena of a thread gives back."""
    code = ("import resource, threading, numpy as np\n"
            "def pages():\n"
            "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
            "    np.ones(4_000_000)\n"
            "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before\n"
            "def told():\n"
            "    kept = np.ones(5_000_000)\n"
            "    print(pages(), pages(), pages(), kept.size)\n"
            "thread = threading.Thread(target=told)\n"
            "thread.start(); thread.join()\n")
    first, *later, _ = printed_numbers(code)
    assert max(later) < first / 10


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator is glibc's")
def test_a_process_keeps_memory_and_gives_it_back_when_asked():
    code = ("import numpy as np, psutil\n"
            "from backend.bench.process import give_memory_back\n"
            "own = psutil.Process()\n"
            "for _ in range(2): np.ones(50_000_000)\n"
            "kept = own.memory_info().rss\n"
            "give_memory_back()\n"
            "print(kept, own.memory_info().rss)\n")
    kept, left = printed_numbers(code)
    assert kept > 4e8 > left
