"""The command line: `python -m backend COMMAND`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from backend.catalogue import plugin_faults
from backend.command_line import COMMANDS, FAILED, WRONG
from backend.spec import SpecError

_ABOUT = """Tensor products of irreps: what there is, what it can express, what it costs.

Exit codes: 0 done (unsupported is an answer), 1 some case failed (the rest is there), 2 wrong arguments."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code, after doing what the arguments ask. Of a command that they name no other's module is loaded."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="python -m backend", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    named = [name for name in arguments[:1] if name in COMMANDS]
    for name in named or COMMANDS:
        import_module(f"backend.command_line.{name}").add_to(commands)
    asked = parser.parse_args(arguments)
    try:
        for fault in plugin_faults():
            print(f"warning: {fault}", file=sys.stderr)
        code = asked.run(asked)
        print(end="", flush=True)
        return code
    except SpecError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:   # the reader has seen enough, as `head` has; Python would complain again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:   # what has been printed stands
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
