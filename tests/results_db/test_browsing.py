"""Parts of the history: what passes the filters, compared with the same filters of the whole frame."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from backend.spec import SPREAD
from results_db import browsing
from results_db.browsing import Wanted
from results_db.newest import newest_on, threads_measured

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def full(store, make_case, make_result):
    """Forty results of ten cases on two machines, half a day apart, out of order."""
    results = []
    for number in range(40):
        case = make_case(1 + number % 5, mixing=("uuu", "uvu")[number % 2])
        status = "failed" if number % 8 == 7 else "ok"
        results.append(make_result(
            case, status=status, message="it broke" if status == "failed" else "",
            environment={"machine": {"name": f"CPU {number % 2}"}, "device": "CPU", "versions": {"jax": "0.10.2"},
                         "source": f"{number:012x}"},
            at=START + timedelta(hours=12 * (number * 7 % 40))))
    store.add_many(results)
    return store


def ids(frame):
    return frame["id"].tolist()


@pytest.mark.parametrize(("wanted", "passes"), [
    (Wanted(), lambda frame: frame["id"] == frame["id"]),
    (Wanted(l_max=(2, 4)), lambda frame: frame["l_max"].isin([2, 4])),
    (Wanted(machine=("CPU 1",), status=("failed",)), lambda frame: frame["status"] == "failed"),
    (Wanted(framework=("torch",)), lambda frame: frame["framework"] == "torch"),
    (Wanted(spread=(("uvu", *list(SPREAD.values())[1:]),)), lambda frame: frame["mixing"] == "uvu"),
    (Wanted(since=date(2026, 11, 3)), lambda frame: frame["measured_at"] >= "2026-11-03"),
    (Wanted(until=date(2026, 11, 3)), lambda frame: frame["measured_at"] < "2026-11-04"),
    (Wanted(text="BROKE cpu"), lambda frame: frame["message"] == "it broke"),
    (Wanted(text="gaunt 0.10.2"), lambda frame: frame["id"] == frame["id"]),
    (Wanted(text="100%"), lambda frame: frame["id"] == ""),
])
def test_what_passes_is_what_passes_in_the_whole_frame(full, wanted, passes):
    whole = full.results()
    expected = ids(whole[passes(whole)])
    assert browsing.count(full, wanted) == len(expected)
    assert ids(browsing.page(full, wanted, start=0, rows=100)) == expected


def test_pages_follow_one_another(full):
    whole = full.results()
    pages = [browsing.page(full, Wanted(), start=start, rows=15) for start in (0, 15, 30, 45)]
    assert [len(each) for each in pages] == [15, 15, 10, 0]
    pd.testing.assert_frame_equal(pd.concat(pages[:3], ignore_index=True), whole)


def test_the_first_digits_of_an_id_find_it(full):
    one = ids(full.results())[17]
    assert one in ids(browsing.page(full, Wanted(text=one[:6]), start=0, rows=100))
    assert ids(browsing.page(full, Wanted(text=one), start=0, rows=100)) == [one]


def test_choices_are_what_occurs(full):
    known = browsing.choices(full)
    assert known["total"] == [40] and known["l_max"] == [1, 2, 3, 4, 5]
    assert known["machine"] == ["CPU 0", "CPU 1"] and known["status"] == ["failed", "ok"]
    assert {mixing for _, mixing, *_ in known["spread"]} == {"uuu", "uvu"}


def test_an_empty_history_has_no_choices(store):
    known = browsing.choices(store)
    assert known.pop("total") == [0] and not any(known.values())
    assert browsing.page(store, Wanted(), start=0, rows=10).empty


def test_the_newest_of_each_case_on_a_device(full):
    whole = full.results(status="ok", machine="CPU 0")
    found = newest_on(full, machine="CPU 0", device="cpu", device_name="CPU", threads=1)
    assert ids(found) == ids(whole.drop_duplicates("key"))
    assert newest_on(full, machine="CPU 0", device="cpu", device_name="CPU", threads=2).empty
    assert threads_measured(full, "CPU 0") == [1] and not threads_measured(full, "CPU 2")
