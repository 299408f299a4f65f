"""What a write does to payment plans: money on their items is counted, one whose instalment was
missed breaks, one that is paid completes. Pure; every end leaves a record of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from . import history, reasons
from .account import Account
from .calendar import later
from .change import Change, apply
from .facts import Ended
from .history import Record
from .identity import ItemRef
from .money import format_amount
from .owed import on_account_covers
from .payment_plans import (
    ADJUSTED,
    BROKEN,
    CANCELLED,
    COMPLETED,
    PROPOSED,
    PaymentPlan,
    Receipt,
)
from .posting import WAIVER, Posting

NO_MONEY = frozenset({"credit_note", "write_off", WAIVER})
"""Postings that take something off an item and pay no instalment: they shorten a plan."""

ON_ACCOUNT_DAYS = 7
"""Days after which it is looked at again whether money on account covers what a plan misses."""


def with_plans(state: Account, change: Change, now: int, today: date) -> tuple[Change, Account]:
    """A change with what it does to plans, and the account as it leaves it.

    A plan that was broken by today before this write is broken, whatever the write brings: when it
    is found out makes no difference."""
    after = apply(state, change)
    for plan in after.plans:
        change = _followed(state, after, plan, change, now, today)
    return change, apply(state, change)


def _followed(
    state: Account, after: Account, plan: PaymentPlan, change: Change, now: int, today: date
) -> Change:
    stood = any(one.id == plan.id and one.in_force for one in state.plans)
    before = plan
    while stood and plan.in_force and plan.broken_from <= today:
        if not on_account_covers(state, plan.currency, plan.broken_from):
            return _broken(state, plan, change, now)
        plan = replace(plan, awaited=later(plan.broken_from, ON_ACCOUNT_DAYS - 1))
    if plan != before:
        change = _with(change, plan)
    if plan.in_force:
        fresh = [f for f in change.put if isinstance(f, Posting) and f.key in change.seen]
        counted = _counted(state, after, plan, fresh, today)
        if counted != plan:
            mine = {receipt.key for receipt in counted.receipts}
            marked = tuple(
                replace(f, in_plan=True) if isinstance(f, Posting) and f.key in mine else f
                for f in change.put
            )
            change = _with(replace(change, put=marked), counted)
            plan = counted
    if any(item.ref in plan.items for item in after.open) or change.head.applying:
        return change
    if plan.in_force:
        change = _told(state, plan, reasons.PLAN_COMPLETED, change, now)
        plan = replace(plan, state=COMPLETED, coming=())
    elif plan.state == PROPOSED:
        change = _told(state, plan, reasons.PLAN_OBSOLETE, change, now)
        plan = replace(plan, state=CANCELLED)
    gone = tuple(one for one in state.plans if one.id == plan.id)
    put = (*(f for f in change.put if not _is(f, plan)), Ended(plan, plan.id, today, plan.state))
    return replace(change, put=put, delete=(*change.delete, *gone))


def _broken(state: Account, plan: PaymentPlan, change: Change, now: int) -> Change:
    """A plan whose instalment was missed holds nothing any more; it stands beside its items."""
    missed = plan.unpaid()[0]
    amount = format_amount(missed.amount, plan.currency)
    said = f"{amount} {plan.currency} of the instalment of {missed.due} did not come"
    over = replace(plan, state=BROKEN, until=later(plan.broken_from, -1))
    return _told(state, plan, reasons.PLAN_BROKEN, _with(change, over), now, said)


def _with(change: Change, plan: PaymentPlan) -> Change:
    return replace(change, put=(*(f for f in change.put if not _is(f, plan)), plan))


def _is(fact: object, plan: PaymentPlan) -> bool:
    return isinstance(fact, PaymentPlan) and fact.id == plan.id


def _told(
    state: Account, plan: PaymentPlan, code: str, change: Change, now: int, said: str = ""
) -> Change:
    seq = change.head.seq + 1
    record = Record(seq, now, history.PAYMENT_PLAN, code, state.head.plan, plan.id, detail=said)
    head = replace(change.head, seq=seq)
    return replace(change, head=head, history=(*change.history, record))


def _counted(
    state: Account, after: Account, plan: PaymentPlan, fresh: Iterable[Posting], today: date
) -> PaymentPlan:
    """The plan after what these postings put on its items, or took off them. A large posting counts
    with its first part; what changed besides postings is made up for, so that what is left of the
    plan stays what is open of its items."""
    moved = 0
    for posting in fresh:
        amount = sum(a.amount for a in posting.allocations if plan.covers(a.ref))
        if posting.applied:
            moved += amount
        if amount > 0:
            from_end = posting.type in NO_MONEY
            plan = plan.counted(Receipt(posting.key, posting.on, amount, from_end))
        elif amount < 0:
            plan = plan.taken_back(posting.undoes or posting.key, -amount, posting.on)
    if state.head.applying or after.head.applying:
        return plan
    rest = _open_of(state, plan.items) - _open_of(after, plan.items) - moved
    if rest > 0:
        return plan.counted(Receipt(ADJUSTED, today, rest, from_end=True))
    return plan.taken_back(ADJUSTED, -rest) if rest < 0 else plan


def _open_of(account: Account, refs: Iterable[ItemRef]) -> int:
    mine = set(refs)
    return sum(item.open for item in account.open if item.ref in mine)
