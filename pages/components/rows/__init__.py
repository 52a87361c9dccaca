"""Frames of what the history, recorded sets and the cost model know, in one form."""
