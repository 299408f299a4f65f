"""Parts of ranges over the ledger in memory, in the order of the table's keys."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from dunning.adapters.dynamodb import keys
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.customer import Customer
from dunning.domain.facts import Ended
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey

T = TypeVar("T")


class MemoryRanges:
    """Ranges of accounts in dictionaries."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger

    def accounts(self, creditor: str, after: str, most: int) -> list[str]:
        return list(islice(self._ledger.book(creditor, after), most))

    def customer(self, creditor: str, account: str) -> Customer | None:
        state = self._ledger.read(creditor, account)
        return state.customer if state else None

    def invoices(self, creditor: str, account: str, after: str, most: int) -> list[Invoice]:
        found = self._ledger.invoices(creditor, account)
        start = keys.invoice(after) if after else ""
        return _behind(found, lambda one: keys.invoice(one.number), start, most)

    def postings(
        self, creditor: str, account: str, after: PostingKey | None, most: int
    ) -> list[Posting]:
        found = self._ledger.postings(creditor, account)
        start = keys.posting(after) if after else ""
        return _behind(found, lambda one: keys.posting(one.key), start, most)

    def ended(self, creditor: str, account: str, kind: str, after: str, most: int) -> list[Ended]:
        found = (one for one in self._ledger.ended(creditor, account) if one.kind == kind)
        start = keys.ended(kind, after) if after else ""
        return _behind(found, lambda one: keys.ended(kind, one.fact.id), start, most)


def _behind(found: Iterable[T], key: Callable[[T], str], start: str, most: int) -> list[T]:
    return list(islice((one for one in found if key(one) > start), most))
