"""Requests by their keys, beside a ledger in memory."""

from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.posting import PostingKey
from dunning.service.ports import Owner
from dunning.service.request_ports import KEYS, Kept


class MemoryRequests:
    """Requests where the ledger keeps the keys of those that told it something."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self._answers: dict[tuple[str, str], str] = {}

    def request(self, creditor: str, key: str) -> Kept | None:
        owner = self._ledger.owner_of_posting(creditor, PostingKey(KEYS, key))
        return Kept(owner.by, self._answers.get((creditor, key), "")) if owner else None

    def keep(self, creditor: str, key: str, kept: Kept) -> None:
        if self.request(creditor, key) is None:
            self._answers[creditor, key] = kept.answer
            self._ledger._seen[creditor, PostingKey(KEYS, key)] = Owner("", "", kept.by)
