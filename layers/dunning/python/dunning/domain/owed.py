"""What a customer owes, as they are shown it: each open item with what came of it and why it may
wait, the charges, the credit, the sums. Values alone; words and looks are a page's.

Unlike a notice it lists what is not yet due as well, and what is held: a statement leaves nothing
out. It asks only for what is due and held by nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .account import Account
from .facts import PAYMENT_BEGUN
from .identity import ItemRef
from .instalments import Coming, coming
from .invoice import ChargeOf, OpenItem
from .posting import Posting

HANDED_OVER, DISPUTED, HELD, IN_PLAN, PAYING, COLLECTED = (
    "handed_over",
    "disputed",
    "held",
    "in_plan",
    "paying",
    "collected",
)
"""Why an open item is not asked for: somebody else pursues it, it is disputed or on hold, paid in
instalments, a payment of it was begun and may still come, or it is collected by mandate."""


class Came(NamedTuple):
    """Minor units of one posting that stand on an item, its type, and the day it counts."""

    day: date
    type: str
    amount: int


@dataclass(frozen=True, slots=True)
class OwedItem:
    """One open due item, or a charge: minor units."""

    ref: ItemRef
    due: date
    amount: int
    open: int
    days_late: int
    parts: int
    """Items of its document that the statement knows of, as far as they are open."""
    why_not: str = ""
    """Why it is not asked for; empty: it is, once it is due."""
    came: tuple[Came, ...] = ()
    charge: ChargeOf | None = None

    @property
    def settled(self) -> int:
        """What was paid of it, credited or written off."""
        return self.amount - self.open

    @property
    def now(self) -> bool:
        """Whether it is to be paid now."""
        return self.days_late >= 0 and not self.why_not


@dataclass(frozen=True, slots=True)
class Owed:
    """A customer's case in one currency, oldest first."""

    currency: str
    items: tuple[OwedItem, ...]
    credit: int = 0
    """Money and credit on account that no item has used."""
    rates: tuple[Coming, ...] = ()
    """Instalments of the plans in force."""
    today: date = date.min

    @property
    def due(self) -> tuple[OwedItem, ...]:
        """Documents' items that are due, held or not."""
        return tuple(one for one in self.items if one.days_late >= 0 and one.charge is None)

    @property
    def coming(self) -> tuple[OwedItem, ...]:
        """Documents' items that are not yet due."""
        return tuple(one for one in self.items if one.days_late < 0 and one.charge is None)

    @property
    def charges(self) -> tuple[OwedItem, ...]:
        """What notices have charged."""
        return tuple(one for one in self.items if one.charge is not None)

    @property
    def now(self) -> int:
        """What is to be paid now: what is due and held by nothing, instalments that are due and
        asked for, less what is on account. Never negative."""
        items = sum(one.open for one in self.items if one.now)
        rates = sum(one.amount for one in self.rates if one.due <= self.today and one.asked)
        return max(0, items + rates - self.credit)

    @property
    def covered(self) -> bool:
        """Whether money on account is enough for all that is due, instalments among it: nobody is
        asked for it, and no plan is broken for it, until somebody has used that money."""
        items = sum(one.open for one in self.items if one.now)
        rates = sum(one.amount for one in self.rates if one.due <= self.today)
        return 0 < items + rates <= self.credit

    @property
    def total(self) -> int:
        """All that is open, due or not, less what is on account; negative: more came than that."""
        return sum(one.open for one in self.items) - self.credit


def owed(account: Account, today: date, postings: Iterable[Posting] = ()) -> tuple[Owed, ...]:
    """The statement of an account on the customer's day, by currency. With `postings`, each item
    says what came of it."""
    came = _came(postings)
    currencies = {item.currency for item in account.open}
    currencies |= {currency for currency, amount in account.head.credit.items() if amount}
    return tuple(_case(account, currency, today, came) for currency in sorted(currencies))


def on_account_covers(account: Account, currency: str, day: date) -> bool:
    """Whether money on account is enough for all of a currency that is due by a day."""
    if not account.head.credit.get(currency):
        return False
    return any(one.covered for one in owed(account, day) if one.currency == currency)


def _case(
    account: Account, currency: str, today: date, came: Mapping[ItemRef, tuple[Came, ...]]
) -> Owed:
    mine = [item for item in account.open if item.currency == currency]
    parts: dict[str, int] = {}
    for item in mine:
        parts[item.ref.invoice] = parts.get(item.ref.invoice, 0) + 1
    rates = [
        one
        for plan in account.plans
        if plan.in_force and plan.currency == currency
        for one in coming(account, plan, today)
    ]
    return Owed(
        currency,
        tuple(
            OwedItem(
                item.ref,
                item.due,
                item.amount,
                item.open,
                (today - item.due).days,
                parts[item.ref.invoice],
                _why_not(account, item, today),
                came.get(item.ref, ()),
                item.charge,
            )
            for item in sorted(mine, key=lambda item: (item.due, item.ref))
        ),
        account.head.credit.get(currency, 0),
        tuple(sorted(rates)),
        today,
    )


def _why_not(account: Account, item: OpenItem, today: date) -> str:
    """What keeps an item, or what it is a charge on, from being asked for; the gravest of it."""
    refs = (item.ref, item.charge.parent) if item.charge else (item.ref,)
    for ref in refs:
        if any(fact.covers(ref) for fact in account.handed_over):
            return HANDED_OVER
        if any(dispute.covers(ref) for dispute in account.disputes):
            return DISPUTED
        kinds = {
            hold.kind
            for hold in account.holds
            if hold.covers(ref) and (hold.until is None or today <= hold.until)
        }
        if kinds - {PAYMENT_BEGUN}:
            return HELD
        if any(plan.in_force and plan.covers(ref) for plan in account.plans):
            return IN_PLAN
        if kinds and ref == item.ref:
            return PAYING
    collected = account.customer.autopay if item.autopay is None else item.autopay
    return COLLECTED if collected and item.charge is None else ""


def _came(postings: Iterable[Posting]) -> dict[ItemRef, tuple[Came, ...]]:
    """What stands of postings on each item, oldest first; what was taken back is not told."""
    found: dict[ItemRef, list[Came]] = {}
    for posting in postings:
        for ref, amount in posting.standing()[0]:
            if amount > 0:
                found.setdefault(ref, []).append(Came(posting.value_date, posting.type, amount))
    return {ref: tuple(sorted(came)) for ref, came in found.items()}
