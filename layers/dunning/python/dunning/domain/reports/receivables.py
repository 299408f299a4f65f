"""What is owed as of a day, days sales outstanding, and the collection effectiveness index.
By currency; by days of issue and value dates alone, so that any past day can be looked at.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.calendar import later
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.posting import Posting

from .shares import ratio

DAYS = 90
"""Days that are looked back over, unless said otherwise."""
CREDIT_NOTE = "credit_note"


class Receivables(NamedTuple):
    """One currency over the last `days` days; minor units.

    *Receivables* of a day: the totals of all documents issued by then, charges included, less all
    postings that count by then (value date): what is open, less what is on account. *Sales*: the
    totals of documents issued in the period, less the credit notes that count in it. *Current*: of
    the receivables at the end, what is not due before that day; what is on account is set against
    what is overdue first.
    """

    currency: str
    days: int
    opening: int
    """Receivables at the end of the day before the period."""
    sales: int
    closing: int
    """Receivables at its last day's end."""
    current: int

    @property
    def dso(self) -> Decimal | None:
        """Days sales outstanding: closing / sales x days; None where nothing was sold."""
        return ratio(self.closing * self.days, self.sales)

    @property
    def best_possible(self) -> Decimal | None:
        """The DSO if nothing were overdue: current / sales x days."""
        return ratio(self.current * self.days, self.sales)

    @property
    def cei(self) -> Decimal | None:
        """Collection effectiveness, percent: (opening + sales - closing) / (opening + sales -
        current) x 100: of what could be collected, how much was. None where nothing could. What was
        paid beyond all that was owed counts no further: 100 is the most."""
        collectable = self.opening + self.sales - self.current
        left = max(self.closing, self.current)
        return ratio((self.opening + self.sales - left) * 100, collectable)


def receivables(
    invoices: Iterable[Invoice],
    postings: Iterable[Posting],
    open_items: Iterable[OpenItem],
    as_of: date,
    days: int = DAYS,
) -> list[Receivables]:
    """Every currency of the documents, in their order. The period is the `days` days up to and
    including `as_of`; amounts of documents are those of their last word."""
    documents, posted = list(invoices), list(postings)
    begin = later(as_of, -days)
    not_due: dict[str, int] = {}
    for item in open_items:
        if item.due >= as_of:
            not_due[item.currency] = not_due.get(item.currency, 0) + item.open
    found = []
    for currency in sorted({one.currency for one in documents}):
        mine = [one for one in documents if one.currency == currency]
        money = [one for one in posted if one.currency == currency]
        sold = sum(one.total for one in mine if begin < one.issued <= as_of)
        credited = sum(
            one.amount
            for one in money
            if one.type == CREDIT_NOTE and begin < one.value_date <= as_of
        )
        closing = owed(mine, money, as_of)
        found.append(
            Receivables(
                currency,
                days,
                owed(mine, money, begin),
                sold - credited,
                closing,
                min(not_due.get(currency, 0), max(closing, 0)),
            )
        )
    return found


def owed(invoices: Iterable[Invoice], postings: Iterable[Posting], day: date) -> int:
    """Receivables of one currency at a day's end, minor units; negative where customers have more
    on account than they owe."""
    billed = sum(one.total for one in invoices if one.issued <= day)
    return billed - sum(one.amount for one in postings if one.value_date <= day)
