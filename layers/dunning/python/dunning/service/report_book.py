"""What every report reads: a creditor's accounts as of a day, and what it was asked for.
The reports themselves are `reports` and `agreement_reports`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dunning.domain import history
from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.history import Attempt, Record
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting
from dunning.domain.reports.score import USUAL, Weights
from dunning.service.ports import Ledger

Output = dict[str, object]
LEFT = frozenset({history.SENT, history.PRESUMED_SENT})
NEVER_LEFT = frozenset({history.RELEASED, history.REJECTED, history.NOT_SENT})


@dataclass(frozen=True, slots=True)
class Book:
    """A creditor's accounts, and what a report is asked for."""

    ledger: Ledger
    rulebook: Rulebook
    as_of: date
    days: int | None = None
    """Days that a report looks over, where it looks over any; None: its own."""
    weights: Weights = USUAL
    sample: int = 100
    """Percent of the accounts that the report on experiments reads: always the same ones."""

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


def sent_notices(records: Iterable[Record], zone: str) -> list[tuple[date, Attempt]]:
    """The notices of an account, oldest first: each with the day of its first attempt that left,
    and as its last one was."""
    found: dict[int, tuple[date, Attempt]] = {}
    tried: dict[int, tuple[date, Attempt]] = {}
    for record in records:
        if record.attempt is not None:
            one = record.attempt
            tried[one.serial] = (local_day(record.at, zone), one)
            if record.code in LEFT:
                first = found.get(one.serial, tried[one.serial])[0]
                found[one.serial] = (first, one)
        elif record.kind == history.SETTLED and record.id.isdigit():
            serial = int(record.id)
            if record.code in LEFT and serial in tried:
                found.setdefault(serial, tried[serial])
            elif record.code in NEVER_LEFT:
                found.pop(serial, None)
    return [found[serial] for serial in sorted(found)]
