"""The notes on a result, and the form that adds one. Notes are plain text: nothing here reads them as markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from backend import units
from backend.spec import AUTHOR_LIMIT, NOTE_LIMIT, Note, SpecError
from pages.components.question.reader import reader
from results_db import Store, StoreError


def notes_card(store: Store, id: str) -> None:
    """Draws what was said of the result with this id, oldest first."""
    notes = store.notes([id]).get(id, ())
    for note in notes:
        with st.container(border=True):
            st.text(note.text)
            st.text(f"{note.author or 'somebody'}, {units.age(pd.Timestamp(note.at))}")
    with st.expander("Add a note" if not notes else "Add another note"), st.form(f"note_{id}", border=False):
        st.text_area("Note", key=f"note_text_{id}", max_chars=NOTE_LIMIT, height=90, help=(
            "Plain text, kept with the result for good and exported with it."))
        st.text_input("Your name", key="note_author", max_chars=AUTHOR_LIMIT, placeholder="optional",
                      persist_state="session")
        st.form_submit_button("Keep the note", on_click=_add, args=(store, id))
    if problem := st.session_state.pop(f"note_problem_{id}", ""):
        st.error(problem)


def _add(store: Store, id: str) -> None:
    """Keeps what the form holds; a sentence where it cannot be kept."""
    author = (st.session_state.get("note_author") or "").strip() or reader()
    try:
        note = Note(id, datetime.now(UTC).isoformat(), author, (st.session_state[f"note_text_{id}"] or "").strip())
        store.add_notes([note])
    except (SpecError, StoreError) as error:
        st.session_state[f"note_problem_{id}"] = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return
    st.session_state[f"note_text_{id}"] = ""
