"""What every report reads: a creditor's accounts as of a day, and what it was asked for.
The reports themselves are `reports` and `agreement_reports`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dunning.domain.account import Account
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting
from dunning.domain.reports.score import USUAL, Weights
from dunning.service.ports import Ledger

Output = dict[str, object]


@dataclass(frozen=True, slots=True)
class Book:
    """A creditor's accounts, and what a report is asked for."""

    ledger: Ledger
    rulebook: Rulebook
    as_of: date
    days: int | None = None
    """Days that a report looks over, where it looks over any; None: its own."""
    weights: Weights = USUAL

    @property
    def creditor(self) -> str:
        """Whose book it is."""
        return self.rulebook.creditor.creditor

    def accounts(self) -> Iterator[tuple[str, Account]]:
        """Every account with its key."""
        for key in self.ledger.book(self.creditor):
            state = self.ledger.read(self.creditor, key)
            if state is not None:
                yield key, state

    def read(self) -> tuple[list[Invoice], list[Posting], list[OpenItem]]:
        """All documents, postings and open items: a long read."""
        invoices: list[Invoice] = []
        postings: list[Posting] = []
        items: list[OpenItem] = []
        for key, state in self.accounts():
            invoices += self.ledger.invoices(self.creditor, key)
            postings += self.ledger.postings(self.creditor, key)
            items += state.open
        return invoices, postings, items
