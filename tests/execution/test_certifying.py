"""Certificates from a child process: handed over, once for each question, killed when late or closed."""

import sys
import threading

import psutil
import pytest

from backend.catalogue import make_case
from backend.execution.certifying import Question
from backend.execution.certifying import certifier as make_certifier
from backend.spec import Problem

ANSWERS = 'import json, sys; print(json.dumps({"type": "certificate", "said": sys.argv[1:]}), flush=True)'
HANGS = "import time; time.sleep(600)"   # what is killed
BREAKS = "import sys; sys.exit('no such product here')"


def question(l_max=2, **rest):
    return Question(make_case("matrix", "", "numpy", Problem.of("mimo", l_max)), **rest)


@pytest.fixture
def certifier():
    made = []

    def make(script, **options):
        made.append(make_certifier((sys.executable, "-c", script), **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def finish(certifier):
    for thread in certifier._threads:
        thread.join(20)


def test_a_certificate_is_handed_over(certifier):
    kept, one = [], certifier(ANSWERS)
    one.start(question(inner=2), kept.append)
    finish(one)
    assert kept == [{"said": [*question(inner=2).arguments(), "--json"]}]
    assert one.running(question(inner=2)) is None and one.failure(question(inner=2)) == ""
    assert {"matrix:sums", "--l-out", "--inner", "2"} <= set(kept[0]["said"])


def test_a_question_is_asked_once_while_it_runs(certifier):
    one = certifier(HANGS)
    one.start(question(), print)
    one.start(question(), print)
    assert len(one._threads) == 1
    assert one.running(question()) >= 0 and one.running(question(1)) is None


def test_a_late_certificate_is_stopped_and_says_so(certifier):
    one = certifier(HANGS, seconds=0.2)
    one.start(question(), print)
    finish(one)
    assert "longer than 0.2 s" in one.failure(question())


def test_a_child_that_breaks_says_why(certifier):
    one = certifier(BREAKS)
    one.start(question(), print)
    finish(one)
    assert one.failure(question()) == "no such product here"


def test_what_cannot_be_kept_is_said(certifier):
    def refuse(_):
        raise ValueError("the history is closed")

    one = certifier(ANSWERS)
    one.start(question(), refuse)
    finish(one)
    assert one.failure(question()) == "the history is closed"


def test_closing_kills_the_child(certifier):
    one = certifier(HANGS)
    one.start(question(), print)
    one.start(question(1), print)   # waits its turn
    started = threading.Event()
    while not (children := [each for each in psutil.Process().children(recursive=True) if HANGS in each.cmdline()]):
        assert not started.wait(0.01)
    one.close()
    psutil.wait_procs(children, timeout=10)
    assert not any(each.is_running() for each in children)
    assert one.failure(question()) == one.failure(question(1)) == "it was cancelled"


def test_a_question_names_how_channels_meet():
    mixed = Question(make_case("matrix", "", "numpy", Problem.of("mimo", 2, mixing="uvw", weights="shared")))
    assert mixed.arguments()[-4:] == ("--mixing", "uvw", "--weights", "shared")
    assert "--mixing" not in question().arguments()
    assert [each.asked()["mixing"] for each in (mixed, question())] == ["uvw", "uuu"]
    assert [each.asked()["mixing_weights"] for each in (mixed, question())] == ["shared", "none"]


def test_a_question_rests_on_sources_and_versions():
    asked = question(outer=3).asked()
    assert (asked["product"], asked["variant"], asked["l1"], asked["outer"]) == ("matrix", "sums", 2, 3)
    assert len(asked["source"]) == 12
