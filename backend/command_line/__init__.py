"""The commands of `python -m backend`, one a file."""

DONE, FAILED, WRONG = 0, 1, 2   # exit codes
COMMANDS = ("list", "run", "sweep", "predict", "compare", "limits", "expressivity", "certify", "develop", "profile",
            "cluster")
