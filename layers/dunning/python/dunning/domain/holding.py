"""What holds an item back by itself, whatever its policy's steps say: hand-overs, disputes, holds,
promises, plans, and a collection that may still come. Steps, intervals and grace are `outlook`'s.
"""

from datetime import date
from typing import NamedTuple

from . import reasons
from .account import Account
from .calendar import later
from .facts import MOST_PROMISES, PAYMENT_BEGUN, SAID_PAID, UNMATCHED
from .identity import ItemRef
from .legal_holds import AT_WORK_ALONE, SAYS
from .policy import ACCOUNT, Policy


class Wait(NamedTuple):
    """One thing that holds an item back: the first day without it (None: no end is known)."""

    until: date | None
    reason: str


def until_of(wait: Wait) -> date:
    """The first day without it; one without an end is the last of all."""
    return wait.until or date.max


def holding(
    account: Account, ref: ItemRef, policy: Policy | None, today: date, collection: date | None
) -> list[Wait]:
    """Everything that holds an item back on a day, in no order. `collection`: the last day on which
    it may be collected by mandate."""
    found = []
    if any(fact.covers(ref) for fact in account.handed_over):
        found.append(Wait(None, reasons.HANDED_OVER))
    whole = policy is not None and policy.disputes == ACCOUNT
    if any(whole or dispute.covers(ref) for dispute in account.disputes):
        found.append(Wait(None, reasons.DISPUTED))
    found += [
        Wait(later(hold.until, 1) if hold.until else None, _reason(hold.kind))
        for hold in account.holds
        if hold.kind not in AT_WORK_ALONE and hold.covers(ref)
    ]
    if account.promises:
        last_days = _pauses(account, ref)
        found += [Wait(later(last, 1), reasons.PROMISED) for last in last_days]
    for plan in account.plans:
        if plan.in_force and plan.covers(ref):
            found.append(Wait(plan.broken_from, reasons.IN_PLAN))
    if collection is not None:
        found.append(Wait(later(collection, 1), reasons.AUTOPAY_DUE))
    return [wait for wait in found if wait.until is None or wait.until > today]


_OWN_REASONS = {
    UNMATCHED: reasons.UNMATCHED_PAYMENT,
    PAYMENT_BEGUN: reasons.PAYMENT_AWAITED,
    SAID_PAID: reasons.SAID_PAID,
}


def _reason(kind: str) -> str:
    if kind in _OWN_REASONS:
        return _OWN_REASONS[kind]
    return SAYS[kind].code if kind in SAYS else reasons.HELD


def freed(
    account: Account,
    ref: ItemRef,
    policy: Policy | None,
    today: date,
    collection: date | None = None,
) -> tuple[date | None, str]:
    """The first day from today on which nothing of all that holds an item, and what is the last of
    it to end ("": nothing holds it)."""
    holds = holding(account, ref, policy, today, collection)
    return max(holds, key=until_of) if holds else (today, "")


def _pauses(account: Account, ref: ItemRef) -> list[date]:
    """The last days of the promises that pause an item: the first two that were made for it."""
    mine = [promise for promise in account.promises if promise.covers(ref)]
    mine.sort(key=lambda promise: (promise.on, promise.id))
    return [promise.last_day for promise in mine[:MOST_PROMISES]]
