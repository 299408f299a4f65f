"""What every report reads: a creditor's accounts as of a day, and what it was asked for.
The reports themselves are `reports` and `agreement_reports`.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from dunning.domain import history
from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.history import Attempt, Record
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting
from dunning.domain.reports import then
from dunning.domain.reports.score import USUAL, Weights
from dunning.service.ports import Ledger

T = TypeVar("T")
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
    threads: int = 1
    """Accounts that are read side by side: they wait for the table's answers."""
    before_each: Callable[[], None] = lambda: None
    """Called before each account is read; may raise, where it takes too long."""
    past: bool = False
    """Whether `as_of` is over: accounts are as they stand now, and `read` tells what was then."""
    told_since: list[str] = field(default_factory=list)
    """Of a past day: numbers of its documents that were told, or amended, after it, as read."""

    @property
    def creditor(self) -> str:
        """Whose book it is."""
        return self.rulebook.creditor.creditor

    def each(self, read: Callable[[str, Account], T]) -> Iterator[T]:
        """What is read of every account, in the order of the book."""

        def one(key: str) -> tuple[T, ...]:
            self.before_each()
            state = self.ledger.read(self.creditor, key)
            return () if state is None else (read(key, state),)

        keys = self.ledger.book(self.creditor)
        if self.threads == 1:
            for key in keys:
                yield from one(key)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            for found in pool.map(one, keys):
                yield from found

    def accounts(self) -> Iterator[tuple[str, Account]]:
        """Every account with its key."""
        return self.each(lambda key, state: (key, state))

    def open_items(self) -> list[OpenItem]:
        """All that is open: a read of each account, and of a past day a long one."""
        if self.past:
            return self.read()[2]
        return [item for _, state in self.accounts() for item in state.open]

    def read(self) -> tuple[list[Invoice], list[Posting], list[OpenItem]]:
        """All documents, postings and open items: a long read. Of a past day those of that day."""

        def of(key: str, state: Account) -> tuple[list[Invoice], list[Posting], list[OpenItem]]:
            invoices = list(self.ledger.invoices(self.creditor, key))
            money = list(self.ledger.postings(self.creditor, key))
            if not self.past:
                return invoices, money, list(state.open)
            self.told_since.extend(then.told_since(invoices, self.as_of))
            return (
                then.issued_by(invoices, self.as_of),
                then.postings_by(money, self.as_of),
                then.open_by(invoices, money, self.as_of),
            )

        invoices: list[Invoice] = []
        postings: list[Posting] = []
        items: list[OpenItem] = []
        for documents, money, owed in self.each(of):
            invoices += documents
            postings += money
            items += owed
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
