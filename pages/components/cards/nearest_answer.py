"""What is known where nothing answers the question itself: the same asked for inference, or at a usual size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from backend import units
from pages.components.cards.choice_words import answer_sentence
from pages.components.question.choosing import Asked
from pages.components.question.selection import Question, direction_label
from pages.components.rows.choices import answer_of
from pages.components.services import Services


def say_nearest(here: Services, asked: Asked) -> None:
    """Says the answer to the nearest question that has times, and that it is another one."""
    for near in _nearest(asked):
        answer = answer_of(here, near)
        if answer.ranked:
            question = near.question
            where = " · ".join([units.plural(question.channels, "channel"), f"batch {question.batch:,}",
                                direction_label(question.direction)])
            st.caption(f"**Not your question, but the nearest that has times** ({where}; {answer.place}): "
                       f"{answer_sentence(answer, frameworks=near.any_framework)} Another size or direction may have "
                       "another winner.")
            return


def _nearest(asked: Asked) -> Iterator[Asked]:
    """The same question at the batch that is worth measuring first; for inference; at the usual channels and batch;
    both."""
    if (small := asked.pilot()) is not None:
        yield small
    usual = Question()
    size = {"channels": usual.channels, "batch": usual.batch}
    direction = {"direction": usual.direction}
    for changes in (direction, size, direction | size):
        if (question := replace(asked.question, **changes)) != asked.question:
            yield replace(asked, question=question)
