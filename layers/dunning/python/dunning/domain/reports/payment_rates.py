"""How much of what fell due was paid, and how soon: by currency and month of the due day.
By value dates of payments that still stand; credit notes, write-offs and lists are no payments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dunning.domain.behaviour import month_of
from dunning.domain.calendar import later
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import KINDS, Invoice
from dunning.domain.posting import Posting

from .shares import percent

WITHIN = (0, 30, 60, 90)
"""Days after the due day by which money is looked for."""
MONTHS = 12


@dataclass(slots=True)
class PaymentRates:
    """The due items of one currency that fell due in one month; minor units."""

    currency: str
    month: int
    items: int = 0
    due: int = 0
    """What they were for."""
    otherwise: int = 0
    """What of it was credited, written off, or cleared by an open-item list."""
    paid: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WITHIN, 0))
    """What of it was paid within so many days after its due day, the earlier included."""
    paid_later: int = 0
    open: int = 0
    last_due: date = date.min

    def rate(self, days: int, as_of: date) -> Decimal | None:
        """Percent: paid within `days` days / (due - otherwise) x 100. None while those days have
        not passed for the last of the items, and where nothing was to be paid."""
        if later(self.last_due, days) >= as_of:
            return None
        return percent(self.paid[days], self.due - self.otherwise)


Money = dict[ItemRef, list[tuple[date | None, int]]]
"""By item what stands on it: the value date (None: no payment) and minor units."""


def standing_money(postings: Iterable[Posting]) -> Money:
    """What postings still do to each item, whatever was taken back of them."""
    found: Money = {}
    for posting in postings:
        if posting.undoes is None:
            when = posting.value_date if posting.pays else None
            for ref, amount in posting.standing()[0]:
                found.setdefault(ref, []).append((when, amount))
    return found


def payment_rates(
    invoices: Iterable[Invoice], postings: Iterable[Posting], as_of: date, months: int = MONTHS
) -> list[PaymentRates]:
    """By currency and month, oldest first: the items that fell due before `as_of`, in its month and
    the ones before it, `months` in all. Charges are left out."""
    money = standing_money(postings)
    first = month_of(as_of) - months + 1
    found: dict[tuple[str, int], PaymentRates] = {}
    for currency, ref, due, amount in _items(invoices):
        month = month_of(due)
        if due >= as_of or month < first:
            continue
        row = found.setdefault((currency, month), PaymentRates(currency, month))
        row.items += 1
        row.due += amount
        row.open += amount
        row.last_due = max(row.last_due, due)
        for when, part in money.get(ref, ()):
            row.open -= part
            if when is None:
                row.otherwise += part
                continue
            for days in WITHIN:
                if when <= later(due, days):
                    row.paid[days] += part
            if when > later(due, WITHIN[-1]):
                row.paid_later += part
    return [found[key] for key in sorted(found)]


def _items(invoices: Iterable[Invoice]) -> Iterator[tuple[str, ItemRef, date, int]]:
    for invoice in invoices:
        if invoice.kind in KINDS:
            for number, item in enumerate(invoice.items, 1):
                yield invoice.currency, ItemRef(invoice.number, number), item.due, item.amount
