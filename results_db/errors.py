"""What can go wrong with the store: each error's message is a sentence for the user."""


class StoreError(RuntimeError):
    """The store cannot do what was asked; the message says why."""


class StoreLocked(StoreError):
    """Another process has the file open."""


class NotFound(StoreError, LookupError):
    """There is nothing with that id."""


class Refused(StoreError, ValueError):
    """A result that the store does not take: a field is missing or has no value that can be written."""
