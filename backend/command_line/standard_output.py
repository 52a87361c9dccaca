"""Standard output as a command's own: what products and libraries print while they compute is no part of its answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def prints_to_the_log() -> Iterator[None]:
    """Whatever is printed meanwhile, by compiled code too, goes to standard error."""
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(own, 1)
        os.close(own)
