"""Supervised processes: order, crashes, time-outs, cancelling, reuse."""

import signal
import threading

import psutil
import pytest
from fakes import fake_case, gone, results, run, until

from backend.execution.events import Expressivity, Finished, Log, Started
from backend.execution.local import LocalExecutor

OK = [fake_case(seed=seed) for seed in range(3)]


def statuses(events):
    return [result.status for result in results(events)]


def test_cases_are_started_and_finished_in_order_in_one_process(executor):
    events = [event for event in run(executor, OK) if not isinstance(event, Log)]
    assert [type(event) for event in events] == [Started, Finished] * 3
    assert [event.case for event in events[::2]] == OK
    assert [result.case for result in results(events)] == OK
    assert len({result.environment["pid"] for result in results(events)}) == 1


def test_a_case_asked_twice_is_measured_once(executor):
    assert len(results(run(executor, [OK[0], OK[1], OK[0]]))) == 2


def test_each_framework_and_number_of_threads_has_its_process(executor):
    two = fake_case(threads=2)
    jax = fake_case(framework="jax", compilation="jit")
    found = results(run(executor, [OK[0], two, OK[1], jax]))
    assert [result.case for result in found] == [OK[0], OK[1], two, jax]
    assert [result.environment["threads"] for result in found] == ["1", "1", "2", "1"]
    assert len({result.environment["pid"] for result in found}) == 3


def test_options_reach_the_process_without_the_supervisors_own(executor):
    (result,) = results(run(executor, OK[:1], samples=5, case_timeout=30))
    assert result.environment["options"] == {"samples": 5}


def test_expressivity_is_passed_on(executor):
    events = run(executor, [fake_case("expressive")])
    lines = [event.line for event in events if isinstance(event, Expressivity)]
    assert lines == [{"product": "clebsch_gordan_dense", "interactable": 4}]


@pytest.mark.parametrize(
    ("behaviour", "status", "message"),
    [
        ("signal:11", "failed", "the measuring process was killed by signal 11 (SIGSEGV)"),
        ("signal:6", "failed", "the measuring process was killed by signal 6 (SIGABRT)"),
        ("exit:3", "failed", "the measuring process ended with exit code 3: Error: leaving with 3"),
        ("half line", "failed", 'the measuring process ended with exit code 0: {"type": "result", '),
        (f"signal:{signal.SIGKILL:d}", "out of memory",
         "the measuring process was killed by the operating system, most likely for lack of memory"),
        ("hang", "timed out", "not finished after the limit of 0.5 s"),
        ("mute", "failed", "the measuring process gave no result for this case"),
        ("unreadable", "failed", "the measuring process gave a result that cannot be read: status must be"),
    ],
)
def test_a_case_that_ends_badly_becomes_a_result(executor, starts, behaviour, status, message):
    events = run(executor, [OK[0], fake_case(behaviour), OK[1]], case_timeout=0.5)
    first, bad, last = results(events)
    assert (first.status, bad.status, last.status) == ("ok", status, "ok")
    assert bad.message.startswith(message)
    assert bad.case == fake_case(behaviour)
    assert len(bad.id) == 32
    assert bad.measured_at.endswith("+00:00")
    assert bad.environment["versions"]["numpy"]
    replaced = behaviour not in ("mute", "unreadable")
    assert len(starts.pids) == 1 + replaced


def test_a_last_case_without_a_result_fails(executor):
    (result,) = results(run(executor, [fake_case("mute")]))
    assert (result.status, result.message) == ("failed", "the measuring process gave no result for this case")


def test_what_a_library_prints_is_logged_and_harms_nothing(make_executor):
    events = run(make_executor("--at-start", "chatter"), [fake_case("garbage"), OK[0]])
    assert statuses(events) == ["ok", "ok"]
    log = "".join(event.text for event in events if isinstance(event, Log))
    assert "a library says hello" in log or "xxx" in log   # the end of very much text
    assert len(log) <= 3 * 16_384


def test_a_process_that_cannot_start_fails_every_case_once(make_executor, starts):
    found = results(run(make_executor("--at-start", "fail"), OK))
    reason = "ModuleNotFoundError: No module named 'jax'"
    sentence = f"the measuring process for numpy on cpu could not start: {reason}"
    assert [(each.status, each.message) for each in found] == [("failed", sentence)] * 3
    assert len(starts.pids) == 1


def test_a_command_that_does_not_exist_fails_every_case(tmp_path):
    with LocalExecutor(command=("/no/such/python",), lock_folder=tmp_path) as executor:
        found = results(run(executor, OK))
    assert [each.status for each in found] == ["failed"] * 3
    assert "could not be started" in found[0].message


def test_a_process_that_is_never_ready_fails_every_case(make_executor):
    found = results(run(make_executor("--at-start", "hang"), OK, start_timeout=0.2))
    sentence = "the measuring process for numpy on cpu was not ready after 0.2 s"
    assert [each.message for each in found] == [sentence] * 3


def test_a_process_that_dies_between_cases_is_replaced_as_long_as_cases_are_done(executor, starts):
    bad = [fake_case("die after", seed=seed) for seed in range(3)]
    found = results(run(executor, [*bad, *OK]))
    assert [each.status for each in found] == ["ok"] * 6
    assert len(starts.pids) == 4


def test_a_process_that_is_killed_while_it_starts_is_replaced_once(make_executor, starts):
    found = results(run(make_executor("--at-start", "killed"), OK))
    sentence = "the measuring process for numpy on cpu could not start: it ended with exit code -9"
    assert [(each.status, each.message) for each in found] == [("failed", sentence)] * 3
    assert len(starts.pids) == 2


def test_a_process_that_does_not_read_is_given_up(make_executor, starts):
    many = [fake_case(seed=seed) for seed in range(300)]   # more than a pipe holds
    found = results(run(make_executor("--deaf"), many, start_timeout=0.5))
    sentence = "the measuring process was silent for 0.5 s between two cases"
    assert [each.message for each in found] == [sentence] * 300
    assert len(starts.pids) == 2


def test_cancel_ends_the_running_case_and_the_process_at_once(executor, starts):
    cancelled = threading.Event()
    events = []

    def on_event(event):
        events.append(event)
        if event == Started(fake_case("hang")):
            cancelled.set()

    executor.run_cases([OK[0], fake_case("hang"), OK[1]], options={}, on_event=on_event, cancelled=cancelled)
    assert statuses(events) == ["ok", "cancelled"]
    assert gone(starts.pids[0])
    assert statuses(run(executor, OK)) == ["ok"] * 3   # it can be used again


def test_cancel_while_a_process_starts(make_executor, starts):
    executor = make_executor("--at-start", "hang")
    cancelled = threading.Event()
    events = []
    arguments = {"options": {}, "on_event": events.append, "cancelled": cancelled}
    thread = threading.Thread(target=executor.run_cases, args=(OK,), kwargs=arguments)
    thread.start()
    until(lambda: starts.pids)
    cancelled.set()
    thread.join()
    assert not results(events)
    assert gone(starts.pids[0])


@pytest.mark.parametrize("session", ["same session", "own session"])
def test_what_the_process_started_dies_with_it_unless_it_left_the_group(executor, tmp_path, session):
    """One that left may hold the pipes open: the supervisor does not wait for it."""
    path = tmp_path / "child"
    cases = [fake_case(f"child:{session}:{path}"), fake_case("signal:9"), OK[0]]
    child, *others = results(run(executor, cases))
    assert [child.status, *(each.status for each in others)] == ["ok", "out of memory", "ok"]
    pid = int(child.message)
    try:
        until(lambda: gone(pid) or session == "own session")
        assert gone(pid) == (session == "same session")
    finally:
        if not gone(pid):
            psutil.Process(pid).kill()
            until(lambda: gone(pid))


def test_an_error_of_the_listener_ends_the_process_and_is_raised(executor, starts):
    def on_event(event):
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        executor.run_cases(OK, options={}, on_event=on_event, cancelled=threading.Event())
    assert gone(starts.pids[0])


def test_processes_stay_warm_and_the_one_used_longest_ago_is_closed(executor, starts):
    def pid(threads):
        (result,) = results(run(executor, [fake_case(threads=threads)]))
        return result.environment["pid"]

    first = [pid(threads) for threads in (1, 2, 3)]
    assert [pid(threads) for threads in (1, 2, 3)] == first
    pid(4)
    assert [gone(each) for each in first] == [True, False, False]
    assert pid(2) == first[1]
    assert len(starts.pids) == 4


def test_a_warm_process_that_was_killed_is_replaced(executor, starts):
    run(executor, OK)
    psutil.Process(starts.pids[0]).kill()
    assert statuses(run(executor, OK)) == ["ok"] * 3
    assert len(starts.pids) == 2


def test_idle_processes_are_closed_after_the_limit(make_executor, starts):
    patient, hasty = make_executor(), make_executor(idle_limit=0.0)
    run(patient, OK)
    run(hasty, OK)
    patient.close_idle()
    hasty.close_idle()
    assert [gone(pid) for pid in starts.pids] == [False, True]
