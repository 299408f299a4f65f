"""Payment plans: instalments in place of the ladder, what has come of them, and when one is missed.
Pure values; what a body does to a plan is `plan_entries`', what a write does to it `plan_upkeep`'s.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .calendar import later
from .identity import ItemRef
from .posting import PostingKey

if TYPE_CHECKING:
    from .account import Account

PROPOSED, ACTIVE = "proposed", "active"
COMPLETED, BROKEN, CANCELLED = "completed", "broken", "cancelled"
CUSTOMER = "customer"
STATES = (PROPOSED, ACTIVE, COMPLETED, BROKEN, CANCELLED)
BANK_TRANSFER_DAYS = 2
"""Days of grace after the day on which money was to come: an instalment's, or a promised one."""
ADJUSTED = PostingKey("", "")
"""Key of what covered items lost without a posting: an invoice that was amended."""


class Instalment(NamedTuple):
    """One part of a plan: its due day, and minor units."""

    due: date
    amount: int


class Receipt(NamedTuple):
    """Minor units that one posting took off the covered items, on a day."""

    key: PostingKey
    day: date
    amount: int
    from_end: bool = False
    """Whether it is no payment (a credit note, a write-off): it shortens the plan from its end."""


class Coming(NamedTuple):
    """A debit that a provider is asked for: the due day of the instalment that it is for, its own
    day, minor units, and the last day on which it comes or is told to have failed."""

    due: date
    on: date
    amount: int
    until: date


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """An agreement to pay named items in instalments. In force, it takes them out of the ladder.

    Outside a large posting that is under way, `left` is what is open of its items, always.
    """

    id: str
    on: date
    """The day of its last word: proposed, or agreed."""
    items: tuple[ItemRef, ...]
    currency: str
    instalments: tuple[Instalment, ...]
    """By due day; a down payment is the first, due on the day of agreement."""
    state: str = PROPOSED
    down: bool = False
    """Whether the first instalment is the down payment."""
    receipts: tuple[Receipt, ...] = ()
    """In the order in which they became known."""
    until: date | None = None
    """The last day on which it was in force, once it is broken or cancelled. It stands, and holds
    nothing, while something is open of its items: these days bear no interest."""
    reopened: date | None = None
    """The day on which money was last taken back: what is unpaid has its grace from there anew."""
    by: str = ""
    """Whose its terms are: the customer's own (CUSTOMER) wait for somebody of the creditor."""
    coming: tuple[Coming, ...] = ()
    """Debits by a mandate that may still come, by their days: nobody is asked for what they are
    for. Together never more than is left of the plan while its mandate stands."""
    awaited: date | None = None
    """The last day on which a payment may still come that was begun in time with a provider: what
    has not come by then is missing from there."""

    @property
    def in_force(self) -> bool:
        """Whether it holds its items back. A proposal holds nothing."""
        return self.state == ACTIVE

    @property
    def over(self) -> bool:
        """Whether it was in force and is broken or cancelled."""
        return self.state in (BROKEN, CANCELLED)

    @property
    def total(self) -> int:
        """Minor units of all instalments."""
        return sum(one.amount for one in self.instalments)

    @property
    def received(self) -> int:
        """Minor units that came of them."""
        return sum(one.amount for one in self.receipts)

    @property
    def left(self) -> int:
        """Minor units that are still to come."""
        return self.total - self.received

    def covers(self, ref: ItemRef) -> bool:
        """Whether the plan is about that item."""
        return ref in self.items

    def paid(self) -> tuple[int, ...]:
        """Minor units of each instalment that are paid: what came, exactly, and never more than an
        instalment has.

        A payment fills the instalments that are due on its day, else the next one; what is beyond
        shortens the plan from its end (contracts, "Plan")."""
        paid = [0] * len(self.instalments)
        for receipt in self.receipts:
            rest = receipt.amount
            for place in self._first_for(receipt, paid):
                part = min(rest, self.instalments[place].amount - paid[place])
                paid[place] += part
                rest -= part
            for place in reversed(range(len(paid))):
                part = min(rest, self.instalments[place].amount - paid[place])
                paid[place] += part
                rest -= part
        return tuple(paid)

    def _first_for(self, receipt: Receipt, paid: list[int]) -> list[int]:
        if receipt.from_end:
            return []
        unpaid = [n for n, one in enumerate(self.instalments) if paid[n] < one.amount]
        due = [n for n in unpaid if self.instalments[n].due <= receipt.day]
        return due or unpaid[:1]

    def unpaid(self) -> tuple[Instalment, ...]:
        """The instalments that are still to come, each with what is missing of it."""
        parts = zip(self.instalments, self.paid(), strict=True)
        left = (one._replace(amount=one.amount - paid) for one, paid in parts)
        return tuple(one for one in left if one.amount)

    def due_on(self, day: date) -> int:
        """Minor units that are due by a day and have not come."""
        return sum(one.amount for one in self.unpaid() if one.due <= day)

    def grace_from(self, instalment: Instalment) -> date:
        """The day from which an instalment's grace counts: its own, that on which money was taken
        back or a debit failed, or the last one on which a debit of it, or a payment that was begun,
        may still come."""
        waits = [one.until for one in self.coming if one.due == instalment.due]
        others = [day for day in (self.reopened, self.awaited) if day is not None]
        return max([instalment.due, *others, *waits])

    def last_day(self, instalment: Instalment) -> date:
        """The last day on which an instalment is in time."""
        return later(self.grace_from(instalment), BANK_TRANSFER_DAYS)

    def collects(self, instalment: Instalment) -> bool:
        """Whether a debit of an instalment may still come."""
        return any(one.due == instalment.due for one in self.coming)

    @property
    def broken_from(self) -> date:
        """The day on which it will be broken if nothing comes: the one after the last day of the
        first instalment that is missing."""
        unpaid = self.unpaid()
        if self.coming and unpaid:
            # A debit may be later than the instalment after it, which may have none any more.
            return later(min(map(self.last_day, unpaid)), 1)
        return later(self.last_day(unpaid[0]), 1) if unpaid else date.max

    def in_good_standing(self, day: date) -> bool:
        """Whether it is in force on that day with nothing missed."""
        return self.in_force and day < self.broken_from

    def was_in_force(self, day: date) -> bool:
        """Whether it held its items on a day that is over, by what is known of it now. Until when a
        completed one did, whoever keeps it knows."""
        if day < self.on or self.state == PROPOSED:
            return False
        if self.in_force:
            return day < self.broken_from
        return self.state == COMPLETED or (self.until is not None and day <= self.until)

    def counted(self, receipt: Receipt) -> "PaymentPlan":
        """The plan after money (or a credit) for its items."""
        return replace(self, receipts=(*self.receipts, receipt))

    def taken_back(self, key: PostingKey, amount: int, day: date | None = None) -> "PaymentPlan":
        """The plan after minor units of a posting were taken back (on a day, from which the grace
        counts anew): as if they had never come. What it had not counted (it came before the plan)
        is owed with the last instalment."""
        receipts = []
        for receipt in self.receipts:
            back = min(amount, receipt.amount) if receipt.key == key else 0
            amount -= back
            if receipt.amount > back:
                receipts.append(receipt._replace(amount=receipt.amount - back))
        days = [one for one in (self.reopened, day) if one is not None]
        newest = max(days, default=None)
        return replace(self, receipts=tuple(receipts), reopened=newest).longer_by(amount)

    def longer_by(self, amount: int) -> "PaymentPlan":
        """The plan with so much more in its last instalment."""
        *others, last = self.instalments
        return replace(self, instalments=(*others, last._replace(amount=last.amount + amount)))


def suspends_interest(account: "Account", ref: ItemRef, day: date) -> bool:
    """Whether an item bears no interest on a day, being in a plan in good standing (contracts,
    "Plan")."""
    return any(first <= day <= last for first, last in without_interest(account, ref))


def without_interest(account: "Account", ref: ItemRef) -> list[tuple[date, date]]:
    """First and last days on which plans over an item are or were in good standing, in order."""
    spans = []
    for plan in account.plans:
        last = later(plan.broken_from, -1) if plan.in_force else plan.until
        if last is not None and plan.covers(ref) and plan.state != PROPOSED and plan.on <= last:
            spans.append((plan.on, last))
    return sorted(spans)
