"""What each instalment that is still to come takes off the items of its plan, whether a payment of
it was begun, and whether a plan is of what is open. When one is missed: `payment_plans`.
"""

from datetime import date
from typing import NamedTuple

from .account import Account
from .facts import PAYMENT_BEGUN
from .identity import ItemRef
from .payment_plans import PaymentPlan


class Coming(NamedTuple):
    """An instalment: its day, and minor units that are missing of it."""

    due: date
    amount: int
    begun: bool
    """Whether a payment of its items was begun and may still come."""
    collected: bool
    """Whether it is debited by a mandate."""

    @property
    def asked(self) -> bool:
        """Whether its payer is asked for it, once it is due."""
        return not self.begun and not self.collected


def coming(account: Account, plan: PaymentPlan, today: date) -> tuple[Coming, ...]:
    """The instalments of a plan that are still to come; each is for the oldest of its items that
    the ones before it leave open."""
    left = open_of(account, plan)
    paying = {
        ref
        for hold in account.holds
        if hold.kind == PAYMENT_BEGUN and (hold.until is None or today <= hold.until)
        for ref in hold.items
    }
    found = []
    for one in plan.unpaid():
        parts = taken(left, one.amount)
        begun = any(ref in paying for ref, _ in parts)
        found.append(Coming(one.due, one.amount, begun, plan.collects(one)))
    return tuple(found)


def can_be_agreed(account: Account, plan: PaymentPlan) -> bool:
    """Whether a proposal is still of what is open of its items: otherwise nobody can say yes."""
    return plan.total == sum(open_of(account, plan).values())


def open_of(account: Account, plan: PaymentPlan) -> dict[ItemRef, int]:
    """Minor units that are open of a plan's items, oldest first."""
    covered = [item for item in account.open if plan.covers(item.ref)]
    covered.sort(key=lambda item: (item.due, item.ref))
    return {item.ref: item.open for item in covered}


def taken(left: dict[ItemRef, int], amount: int) -> tuple[tuple[ItemRef, int], ...]:
    """The parts of an amount on what is left of items, which become less by it."""
    parts = []
    for ref in left:
        part = min(amount, left[ref])
        if part:
            parts.append((ref, part))
            left[ref] -= part
            amount -= part
    return tuple(parts)
