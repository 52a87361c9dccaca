"""SQL of anybody's over a copy of the history, in a process of its own that can do nothing else."""

from results_db.sandbox.console import OPEN, TRUSTED, Answer, Bounds, Busy, Console

__all__ = ["OPEN", "TRUSTED", "Answer", "Bounds", "Busy", "Console"]
