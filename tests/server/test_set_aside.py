"""What is set aside is not looked through, and becomes no leak."""

import gc
import weakref

import pytest

from backend.web.set_aside import set_aside


@pytest.fixture(autouse=True)
def nothing_set_aside():
    yield
    gc.unfreeze()


class Node:
    """An object that holds itself."""

    def __init__(self):
        self.itself = self


def test_garbage_that_was_set_aside_goes_the_next_time():
    node = Node()
    known = weakref.ref(node)
    set_aside()
    before = gc.get_freeze_count()
    del node
    gc.collect()
    assert known() is not None and before > 1000   # of what is set aside, nobody looks
    set_aside()
    assert known() is None
