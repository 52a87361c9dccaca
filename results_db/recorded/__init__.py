"""Recorded sets: results of named machines that ship with the program, beside the history and never in it."""

from results_db.recorded.description import RecordedSet
from results_db.recorded.reading import FOLDER, Recorded, shipped
from results_db.recorded.writing import newest_of_one_machine, write_set

__all__ = ["FOLDER", "Recorded", "RecordedSet", "newest_of_one_machine", "shipped", "write_set"]
