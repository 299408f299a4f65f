"""What a write does to the facts of tellings: a payment is kept until there are thanks for it, and
what was told of something that is over is forgotten (the history has it). Pure.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from . import telling_kinds as kinds
from .account import Account
from .change import Change, apply
from .new_links import LinkAsked
from .payment_plans import PROPOSED
from .policy import Rulebook
from .posting import Posting
from .tellings_wanted import THANKED_FOR
from .told import Received, Told

KEPT_FOR = 7
"""Days after which thanks, what they were for, and answers are forgotten."""
MOST = 8
"""Facts that one write forgets; the others are the next one's."""


def with_tellings(
    state: Account, change: Change, after: Account, rulebook: Rulebook, today: date
) -> tuple[Change, Account]:
    """A change with that in it, and the account as it leaves it."""
    fresh = [f for f in change.put if isinstance(f, Posting) and f.key in change.seen]
    put = tuple(_received(state, fresh, change, rulebook, today))
    gone: list[Told | Received | LinkAsked] = [one for one in after.asked if one.over(today)]
    if after.told or after.received:
        undone = {posting.undoes for posting in fresh}
        gone += [
            one for one in after.received if one.key in undone or (today - one.on).days > KEPT_FOR
        ]
        gone += [one for one in after.told if _over(after, one, today)]
    if not put and not gone:
        return change, after
    delete = tuple(one for one in gone[:MOST] if one not in change.put)
    change = replace(change, put=(*change.put, *put), delete=(*change.delete, *delete))
    return change, apply(state, change)


def _received(
    state: Account, fresh: list[Posting], change: Change, rulebook: Rulebook, today: date
) -> Iterator[Received]:
    """The payments of a write that a policy says thanks for: of these days, and of what was open.
    One that is applied in parts is thanked for by nobody; so much is paid by whom one knows."""
    if change.head.applying:
        return
    for one in fresh:
        if not one.pays or one.amount <= 0 or not 0 <= (today - one.on).days <= THANKED_FOR:
            continue
        items = (state.item(part.ref) for part in one.allocations)
        item = next((found for found in items if found is not None), None)
        policy = rulebook.policy_for(item, state.customer) if item else None
        if policy is None or kinds.THANKS not in policy.tell:
            continue
        yield Received(
            one.key, one.on, change.head.seq, one.currency, one.amount, one.allocations, policy.id
        )


def _over(after: Account, one: Told, today: date) -> bool:
    """Whether what was told can come up no more, nor its serial."""
    if one.serial > after.head.serial:
        return False
    kind, _, subject = one.tells
    if kind in (kinds.THANKS, kinds.NEW_LINK):
        return (today - one.day).days > KEPT_FOR
    if kind in (kinds.PROMISE_REMINDER, kinds.PROMISE_BROKEN):
        return all(promise.id != subject for promise in after.promises)
    if kind == kinds.HAND_OVER:
        mine = subject.partition("/")[2]
        return all(fact.id != mine or fact.back for fact in after.handed_over)
    return not any(
        plan.id == subject and (plan.in_force or plan.state == PROPOSED) for plan in after.plans
    )
