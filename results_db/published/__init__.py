"""Figures of "The Price of Freedom" (arXiv:2506.13523), a provenance of their own: never mixed with results."""

from results_db.published.freedom import computed
from results_db.published.headlines import Headline, headlines
from results_db.published.kinds import DEVICES, KINDS, is_published
from results_db.published.point import SOURCE, Point
from results_db.published.reading import read_points

__all__ = ["DEVICES", "KINDS", "SOURCE", "Headline", "Point", "computed", "headlines", "is_published", "read_points"]
