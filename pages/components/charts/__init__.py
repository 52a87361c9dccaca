"""Frames in, figures out: axes, marks, labels, hover."""
