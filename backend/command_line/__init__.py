"""The commands of `python -m backend`, one a file."""

DONE, FAILED, WRONG = 0, 1, 2   # exit codes
