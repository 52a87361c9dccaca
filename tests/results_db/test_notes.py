"""Notes: plain text on results, kept for good, carried by every form of exchange."""

import io
import json

import pytest

from backend.spec import AUTHOR_LIMIT, NOTE_LIMIT, Note, SpecError
from results_db import NotFound, Store, browsing
from results_db.browsing import Wanted
from results_db.exchange import read_lines, write_results
from results_db.importing import import_lines

AT = "2026-11-23T12:00:00+00:00"
HARD = ["<script>alert(1)</script> **bold** $x$ [link](javascript:x)", "two lines\n\twith a tab; ψ ⊗ 日本 🙂",
        "'; DROP TABLE x"]


@pytest.fixture
def noted(store, varied_results):
    """A store with results, some of which have notes."""
    store.add_many(varied_results)
    first, second, *_ = varied_results
    notes = [Note(first.id, f"2026-11-23T12:00:0{number}+00:00", "A. Reader", text) for number, text in enumerate(HARD)]
    assert store.add_notes([*notes, Note(second.id, AT, "", "seen again")]) == 4
    return store


def test_notes_are_read_as_they_were_written_oldest_first(noted, varied_results):
    first = varied_results[0].id
    assert [note.text for note in noted.notes([first])[first]] == HARD
    assert len(noted.notes()) == 2 and noted.notes([varied_results[3].id]) == {}


def test_a_note_is_kept_once_and_only_on_a_result_that_is_there(noted, varied_results):
    version = noted.data_version
    assert noted.add_notes(noted.notes()[varied_results[0].id]) == 0 and noted.data_version == version
    with pytest.raises(NotFound, match="has no result 00000000"):
        noted.add_notes([Note(varied_results[0].id, AT, "", "good"), Note("0" * 32, AT, "", "bad")])
    assert len(noted.notes()[varied_results[0].id]) == len(HARD)   # neither was written


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_notes_go_with_their_results(noted, varied_results, tmp_path, format):
    file = io.BytesIO()
    noted.export(file, format)
    with Store(tmp_path / "other.duckdb") as other:
        lines = list(read_lines(io.BytesIO(file.getvalue()), format))
        imported = import_lines(lines, other)
        assert (imported.added, imported.rejected) == (len(varied_results) + 4, ())
        assert other.notes() == noted.notes() and list(other.each_result()) == varied_results
        again = import_lines(lines, other)
        assert (again.added, again.known) == (0, len(varied_results) + 4)


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_without_notes_a_file_is_as_older_versions_wrote_it(store, varied_results, format):
    store.add_many(varied_results)
    exported, plain = io.BytesIO(), io.BytesIO()
    store.export(exported, format)
    write_results(store.each_result(), plain, format)
    assert exported.getvalue() == plain.getvalue() and b"notes" not in plain.getvalue()


def test_a_note_on_nothing_is_said_and_the_rest_is_read(store, varied_results):
    orphan = json.dumps(Note("0" * 32, AT, "", "lost").to_json())
    spoilt = json.dumps({"type": "note", "result": "7", "at": AT, "author": "", "text": "x"})
    good = json.dumps(varied_results[0].to_json())
    imported = import_lines(read_lines(io.BytesIO(f"{orphan}\n{spoilt}\n{good}\n".encode()), "jsonl"), store)
    assert imported.added == 1 and sorted(line.number for line in imported.rejected) == [1, 2]
    assert {"a note must be on a result of the history", "a note must be of a result's id"} == {
        line.reason.split(",")[0] for line in imported.rejected}


def test_a_search_finds_what_notes_say(noted, varied_results):
    found = browsing.page(noted, Wanted(text="SEEN again"), start=0, rows=10)
    assert found["id"].tolist() == [varied_results[1].id]


@pytest.mark.parametrize(("changes", "reason"), [
    ({"text": " \n"}, "a note must say something"),
    ({"text": "x" * (NOTE_LIMIT + 1)}, "text of a note must have at most 2,000 characters, got 2,001"),
    ({"author": "x" * (AUTHOR_LIMIT + 1)}, "author of a note must have at most 80"),
    ({"text": "a\x00b"}, "plain text, got the character U\\+0000"),
    ({"text": "a\u202eb"}, "plain text, got the character U\\+202E"),
    ({"author": "a\nb"}, "author of a note must be plain text"),
    ({"text": "\ud800"}, "plain text, got the character U\\+D800"),
    ({"text": 7}, "text of a note must be text, got 7"),
    ({"result": "../../etc"}, "32 hexadecimal digits"),
])
def test_what_is_no_note_says_why(changes, reason):
    with pytest.raises(SpecError, match=reason):
        Note(**{"result": "a" * 32, "at": AT, "author": "me", "text": "fine"} | changes)
