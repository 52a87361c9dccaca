"""Which product to use: requirements and what is known of each product, to a ranking with reasons."""

from backend.choosing.candidates import ORDER, Candidate, candidates
from backend.choosing.crossover import STATES, Cell, Place, cell, deciding, likely, nearest_unknown
from backend.choosing.ranking import Answer, Choice, RuledOut, losses, ranking
from backend.choosing.reach import possible_paths, reach
from backend.choosing.requirements import FREE, SYMMETRIES, Reason, Requirements, beyond, full_freedom, reasons

__all__ = [
    "FREE", "ORDER", "STATES", "SYMMETRIES", "Answer", "Candidate", "Cell", "Choice", "Place", "Reason",
    "Requirements", "RuledOut", "beyond", "candidates", "cell", "deciding", "full_freedom", "likely", "losses",
    "nearest_unknown", "possible_paths", "ranking", "reach", "reasons",
]
