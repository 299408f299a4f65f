"""What is kept of requests that may come again, by the keys that systems give them."""

from typing import NamedTuple, Protocol

KEYS = "key"
"""Source of those keys, of requests of whatever kind: one key, one request."""


class Kept(NamedTuple):
    """What is kept of a request: what it said, and its answer as JSON ("": it told the ledger
    something, which is answered from there)."""

    by: str
    answer: str = ""


class Requests(Protocol):
    """Requests of a creditor by their keys: those that told the ledger something, and others."""

    def request(self, creditor: str, key: str) -> Kept | None:
        """The request that came with a key, consistently."""

    def keep(self, creditor: str, key: str, kept: Kept) -> None:
        """Keep a request under its key, unless there is one already: the first word stands."""
