"""How a customer has paid: settled invoices by month, of which late, and the manner that follows.
A count and a rule about it; what a write does to the count is `payment_record`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .invoice import KINDS, Invoice

MOST_MONTHS = 12
"""Months that are kept: the running one and the eleven before it."""
AHEAD = 12
"""Months ahead that are kept as well, for money that counts from a coming day."""

FRIENDLY, NEUTRAL, FIRM = "friendly", "neutral", "firm"
MANNERS = (FRIENDLY, NEUTRAL, FIRM)


class Count(NamedTuple):
    """Invoices that were settled, and how many of them were settled late."""

    settled: int = 0
    late: int = 0

    def plus(self, other: "Count") -> "Count":
        """Both together; never less than nothing, nor more late than settled."""
        settled = max(self.settled + other.settled, 0)
        return Count(settled, min(max(self.late + other.late, 0), settled))


Record = Mapping[int, Count]
"""Counts by month (`month_of`); months with nothing are left out."""


class Paid(NamedTuple):
    """An invoice that was paid: when the last of it was, and when the last of it had been due."""

    on: date
    due: date

    @property
    def late(self) -> bool:
        """Whether it was paid after the due day of its last item: no grace, and no rolled day."""
        return self.on > self.due

    @property
    def counts(self) -> Count:
        """What it adds to its month."""
        return Count(1, int(self.late))


def paid(invoice: Invoice) -> Paid | None:
    """When an invoice was paid, by the value dates of what settled it; None: it does not count.

    It counts when none of its items is open and a payment settled each. A credit note, a write-off
    or an amendment that takes away the rest says nothing of how somebody pays; an open-item list
    says that something was settled and neither when nor how. Charges are no invoices.
    """
    if invoice.kind not in KINDS or not invoice.items:
        return None
    days = []
    for number in range(1, len(invoice.items) + 1):
        settled = invoice.settled.get(number)
        if settled is None or settled.paid is None:
            return None
        days.append(settled.paid)
    return Paid(max(days), max(item.due for item in invoice.items))


def month_of(day: date) -> int:
    """A month as one number: months since the year 0."""
    return day.year * 12 + day.month - 1


def kept(record: Record, changes: Iterable[tuple[int, Count]], today: date) -> Record:
    """A record after changes of its months, without those that are not kept any more, of which a
    change says nothing either."""
    running = month_of(today)
    first, last = running - MOST_MONTHS + 1, running + AHEAD
    after = {month: count for month, count in record.items() if first <= month <= last}
    for month, change in changes:
        if first <= month <= last:
            after[month] = after.get(month, Count()).plus(change)
    return {month: count for month, count in sorted(after.items()) if count.settled}


def record_of(invoices: Iterable[Invoice], today: date) -> Record:
    """The record that invoices add up to, counted from the first to the last."""
    found = [one for one in map(paid, invoices) if one is not None]
    return kept({}, [(month_of(one.on), one.counts) for one in found], today)


def over(record: Record, day: date, months: int) -> Count:
    """What was settled in so many months up to that day: its own and those before it."""
    running = month_of(day)
    total = Count()
    for month, count in record.items():
        if running - months < month <= running:
            total = total.plus(count)
    return total


class Standing(NamedTuple):
    """How a customer is spoken to because of how they paid, and what that follows from."""

    manner: str
    settled: int
    late: int
    months: int

    @property
    def sentence(self) -> str:
        """For a person."""
        invoices = "invoice" if self.settled == 1 else "invoices"
        return (
            f"{self.manner}: of {self.settled} {invoices} paid within {self.months} months"
            f" {self.late} late"
        )


@dataclass(frozen=True, slots=True)
class Behaviour:
    """From which share of late invoices on somebody is spoken to how (cases.md, F12)."""

    months: int = MOST_MONTHS
    least_settled: int = 3
    """With fewer settled invoices nothing is concluded: neutral."""
    friendly_below: int = 25
    """Percent of the settled invoices that were late: below, friendly."""
    firm_above: int = 50
    """Percent; above, firm. At either figure and between them, neutral."""

    def standing(self, record: Record, day: date) -> Standing:
        """How to speak to a customer on a day."""
        settled, late = over(record, day, self.months)
        manner = NEUTRAL
        if settled >= self.least_settled and settled:
            if late * 100 < self.friendly_below * settled:
                manner = FRIENDLY
            elif late * 100 > self.firm_above * settled:
                manner = FIRM
        return Standing(manner, settled, late, self.months)


USUAL = Behaviour()


class ToneBy(NamedTuple):
    """The tone of a step for each manner."""

    friendly: str
    neutral: str
    firm: str

    def of(self, manner: str) -> str:
        """The tone for a manner."""
        return self[MANNERS.index(manner)]


BY_BEHAVIOUR = ToneBy("friendly", "persuasive", "formal")
"""What `tone: by_behaviour` says."""
