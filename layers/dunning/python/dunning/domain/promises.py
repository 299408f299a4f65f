"""What a customer may promise: for which items, until when, and how often it still helps. What a
promise holds back is `holding`'s, whether it was kept `upkeep`'s.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .account import Account
from .calendar import Duration, later
from .facts import MOST_PROMISES
from .identity import ItemRef
from .invoice import OpenItem

USUAL_WITHIN: Duration = 14
"""Days within which a promise may lie where the policy says nothing."""
TOO_MANY = "promised_too_often"
NOT_OFFERED = "not_offered"


class Promisable(NamedTuple):
    """What may be promised in one currency: minor units of all of it, the last day, and which
    promise for these items it would be (1, 2); or why none is taken."""

    currency: str
    items: tuple[ItemRef, ...] = ()
    amount: int = 0
    last: date = date.min
    number: int = 0
    reason: str = ""


def promisable(
    account: Account,
    items: Iterable[OpenItem],
    currency: str,
    within: Iterable[Duration],
    today: date,
) -> Promisable:
    """What may be promised for due items of a currency; `within`: of their policies, of which the
    shortest counts. An item that two promises have held back already is held back by no third, so
    none is taken that would promise nothing to who gives it."""
    mine = [item for item in items if item.currency == currency]
    last = min((later(today, span) for span in within), default=today)
    if last <= today:
        return Promisable(currency, reason=NOT_OFFERED)
    made = {
        item.ref: sum(promise.covers(item.ref) for promise in account.promises) for item in mine
    }
    free = [item for item in mine if made[item.ref] < MOST_PROMISES]
    if not free:
        return Promisable(currency, reason=TOO_MANY)
    return Promisable(
        currency,
        tuple(item.ref for item in free),
        sum(item.open for item in free),
        last,
        1 + max(made[item.ref] for item in free),
    )
