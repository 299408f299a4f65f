"""A ledger in memory over another one: accounts as they stand there, and whatever becomes of them
stays here. What an account has behind it is read from below when it is asked for; nothing is
written there.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import Account
from dunning.domain.change import Change
from dunning.domain.facts import Ended
from dunning.domain.history import Record
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey
from dunning.service.ports import Ledger, Owner


class LedgerOver(MemoryLedger):
    """The ledger of a simulation over the one of a cell."""

    def __init__(self, below: Ledger) -> None:
        super().__init__()
        self._below = below

    def open_with(self, creditor: str, account: str, state: Account) -> None:
        """An account as it stands below; planned by whatever settings, it is planned anew here."""
        state = replace(state, head=replace(state.head, edition=0))
        self._accounts[account] = state
        self._index(creditor, account, state.head)

    def record(self, creditor: str, account: str, seq: int) -> Record | None:
        found = super().record(creditor, account, seq)
        return found or self._below.record(creditor, account, seq)

    def history(self, creditor: str, account: str) -> Iterator[Record]:
        return chain(self._below.history(creditor, account), super().history(creditor, account))

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None:
        found = super().invoice(creditor, account, number)
        return found or self._below.invoice(creditor, account, number)

    def invoices(self, creditor: str, account: str) -> Iterator[Invoice]:
        for one in self._below.invoices(creditor, account):
            self._invoices.setdefault(account, {}).setdefault(one.number, one)
        return super().invoices(creditor, account)

    def posting(self, creditor: str, account: str, key: PostingKey) -> Posting | None:
        found = super().posting(creditor, account, key)
        return found or self._below.posting(creditor, account, key)

    def postings(self, creditor: str, account: str) -> Iterator[Posting]:
        for one in self._below.postings(creditor, account):
            self._postings.setdefault(account, {}).setdefault(one.key, one)
        return super().postings(creditor, account)

    def ended(self, creditor: str, account: str) -> Iterator[Ended]:
        return chain(self._below.ended(creditor, account), super().ended(creditor, account))

    def account_of_invoice(self, creditor: str, number: str) -> str | None:
        found = super().account_of_invoice(creditor, number)
        return found or self._below.account_of_invoice(creditor, number)

    def account_of_posting(self, creditor: str, key: PostingKey) -> str | None:
        owner = self.owner_of_posting(creditor, key)
        return owner.account if owner else None

    def owner_of_posting(self, creditor: str, key: PostingKey) -> Owner | None:
        found = super().owner_of_posting(creditor, key)
        return found or self._below.owner_of_posting(creditor, key)

    def _keep_past(self, account: str, change: Change) -> None:
        creditor = change.head.creditor
        for mark in change.marks:
            found = self.invoice(creditor, account, mark.invoice)
            if found is not None:
                self._invoices.setdefault(account, {}).setdefault(mark.invoice, found)
        super()._keep_past(account, change)
