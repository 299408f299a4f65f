"""Which messages beside the ladder the facts of an account ask for: instalments, promises, thanks,
plans, hand-overs. Pure. Whether and when each is sent is `telling_outlook`'s.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from . import telling_kinds as kinds
from .account import Account
from .approval import HandedOver
from .calendar import later
from .charge_documents import PREFIX
from .due import View
from .facts import Dispute, Promise
from .identity import ItemRef
from .instalments import can_be_agreed
from .invoice import OpenItem
from .lines import Line
from .outcomes import FAILED
from .owed import on_account_covers
from .payment_plans import CUSTOMER, PROPOSED, PaymentPlan
from .policy import Policy
from .posting import Allocation
from .tell_rules import TellRule
from .telling_days import next_told, told_from
from .tellings import HandOverTold, InstalmentTold, PlanTold, PromiseTold, Telling, Thanks
from .told import Received, Tells, Told, counted

AGREED_FOR, OFFERED_FOR, BROKEN_FOR, HANDED_FOR = 7, 14, 5, 7
"""Days after which nobody is told any more that a plan was agreed, that one is offered, that a
promise was broken, that something was handed over: what was recorded late is known by then."""
THANKED_FOR = 3
"""Days after a payment in which there are thanks for it."""


class Wanted(NamedTuple):
    """A telling that the account's facts ask for, whether or not it was made."""

    tells: Tells
    first: date
    last: date
    """The last day on which it is worth telling."""
    rule: TellRule
    policy: Policy
    currency: str
    items: tuple[ItemRef, ...]
    asks: bool
    """Whether it asks for money: then what is disputed or handed over is not asked for."""
    said: Callable[[date], Telling]
    """What it says on a day."""


def wanted(view: View) -> Iterator[Wanted]:
    """What the facts of the account ask to be told, in the order of the facts."""
    account = view.account
    for plan in account.plans:
        yield from _of_plan(view, plan)
    for promise in account.promises:
        yield from _of_promise(view, promise)
    yield from _of_payments(view)
    for fact in account.handed_over:
        yield from _of_hand_over(view, fact)


def told_before(account: Account, tells: Tells) -> Told | None:
    """What was told already that makes the telling needless, or is to be tried again."""
    return next((one for one in account.told if tells.within(one.tells)), None)


def _of_plan(view: View, plan: PaymentPlan) -> Iterator[Wanted]:
    policy = _policy(view, plan.items)
    if policy is None:
        return

    def one(
        kind: str, mark: str, first: date, last: date, said: Callable[[date], Telling]
    ) -> Iterator[Wanted]:
        rule = policy.tell.get(kind)
        if rule is not None:
            tells = Tells(kind, mark, plan.id)
            asks = kind not in (kinds.PLAN_AGREED, kinds.PLAN_OFFER)
            yield Wanted(tells, first, last, rule, policy, plan.currency, plan.items, asks, said)

    def whole(day: date, *, agreed: bool) -> PlanTold:
        return PlanTold(plan, lines_of(view.account, plan.items, day), day, agreed=agreed)

    if plan.state == PROPOSED and plan.by != CUSTOMER and can_be_agreed(view.account, plan):
        until = later(plan.on, OFFERED_FOR)
        yield from one(
            kinds.PLAN_OFFER, terms(plan), plan.on, until, lambda day: whole(day, agreed=False)
        )
    if not plan.in_good_standing(view.today):
        return
    until = later(plan.on, AGREED_FOR)
    mark = plan.on.isoformat()
    yield from one(kinds.PLAN_AGREED, mark, plan.on, until, lambda day: whole(day, agreed=True))
    yield from _instalment_due(view, plan, policy, one)
    yield from _instalment_missed(view, plan, policy, one)


def terms(plan: PaymentPlan) -> str:
    """Eight characters for what a plan asks for: other terms are another offer."""
    said = [plan.on.isoformat(), *(f"{one.due}:{one.amount}" for one in plan.instalments)]
    return f"{zlib.crc32(' '.join(said).encode()):08x}"


One = Callable[[str, str, date, date, Callable[[date], Telling]], Iterable[Wanted]]


def _instalment_due(view: View, plan: PaymentPlan, policy: Policy, one: One) -> Iterator[Wanted]:
    """The next instalment that nobody was told of; where several are told of on one day, the last
    of them, for it tells of those before it. One that fell due so soon after the agreement that the
    agreement told of it has none; one that is too late for any send day keeps back no other."""
    rule = policy.tell.get(kinds.INSTALMENT_DUE)
    if rule is None:
        return
    coming = []
    for number in _unpaid(plan):
        if plan.collects(plan.instalments[number - 1]):
            continue  # nobody is asked for what the bank is
        due = plan.instalments[number - 1].due
        first = later(due, -rule.days)
        known = Tells(kinds.INSTALMENT_DUE, str(number), plan.id)
        before = told_before(view.account, known)
        over = before is not None and before.outcome not in FAILED
        covered = on_account_covers(view.account, plan.currency, due)
        if due >= view.today and first > plan.on and not over and not covered:
            where = policy, view.rulebook, view.account
            first = told_from(*where, first, due, plan.on)
            day = next_told(*where, max(first, view.today))
            coming.append((day > due, day, number, first, due))
    if coming:
        soonest = min(coming)[:2]
        *_, number, first, due = max(each for each in coming if each[:2] == soonest)
        yield from one(
            kinds.INSTALMENT_DUE,
            str(number),
            first,
            due,
            lambda day: InstalmentTold(plan, number, day),
        )


def _instalment_missed(view: View, plan: PaymentPlan, policy: Policy, one: One) -> Iterator[Wanted]:
    """The first instalment that is missing or will be, while the plan can still be saved. One that
    is missing once more, for its money did not stay or not arrive, is told of once more."""
    rule = policy.tell.get(kinds.INSTALMENT_MISSED)
    missing = _unpaid(plan)
    if rule is None or not missing:
        return
    number = min(missing, key=lambda one: plan.last_day(plan.instalments[one - 1]))
    instalment = plan.instalments[number - 1]
    begin = plan.grace_from(instalment)
    first, last = later(begin, rule.days), plan.last_day(instalment)
    if on_account_covers(view.account, plan.currency, max(first, view.today)):
        return
    mark = counted(number, begin if begin > instalment.due else None)
    yield from one(
        kinds.INSTALMENT_MISSED,
        mark,
        first,
        last,
        lambda day: InstalmentTold(plan, number, day, missed=True),
    )


def _unpaid(plan: PaymentPlan) -> list[int]:
    """The numbers of the instalments of which something is missing."""
    parts = zip(plan.instalments, plan.paid(), strict=True)
    return [number for number, (one, paid) in enumerate(parts, 1) if paid < one.amount]


def _of_promise(view: View, promise: Promise) -> Iterator[Wanted]:
    """A word before the promised day; one after it, unless a notice has asked for it by then, or
    the customer has promised anew."""
    policy = _policy(view, promise.items)
    if policy is None or promise.received >= promise.amount:
        return

    def one(kind: str, rule: TellRule, first: date, last: date, *, broken: bool) -> Wanted:
        def said(day: date) -> Telling:
            return PromiseTold(
                promise, lines_of(view.account, promise.items, day), day, broken=broken
            )

        tells = Tells(kind, "", promise.id)
        return Wanted(tells, first, last, rule, policy, promise.currency, promise.items, True, said)

    before = policy.tell.get(kinds.PROMISE_REMINDER)
    if before is not None and later(promise.by, -before.days) > promise.on:
        first = later(promise.by, -before.days)
        where = policy, view.rulebook, view.account
        first = told_from(*where, first, promise.by, promise.on)
        yield one(kinds.PROMISE_REMINDER, before, first, promise.by, broken=False)
    after = policy.tell.get(kinds.PROMISE_BROKEN)
    if after is not None and not _overtaken(view.account, promise):
        first = later(promise.last_day, after.days)
        last = later(first, BROKEN_FOR)
        yield one(kinds.PROMISE_BROKEN, after, first, last, broken=True)


def _overtaken(account: Account, promise: Promise) -> bool:
    """Whether a broken promise needs no word of its own: a notice of the case has gone out since,
    or there is a newer promise of the same."""
    newer = any(
        other.id != promise.id
        and (other.on, other.by) > (promise.on, promise.by)
        and not set(other.items).isdisjoint(promise.items)
        for other in account.promises
    )
    since = promise.last_day
    return newer or any(
        one.currency == promise.currency and one.day > since for one in account.head.last
    )


def _of_payments(view: View) -> Iterator[Wanted]:
    """One message for all payments of a currency that came since the last thanks."""
    account = view.account
    for currency in sorted({one.currency for one in account.received}):
        mine = [
            one
            for one in account.received
            if one.currency == currency
            and later(one.on, THANKED_FOR) >= view.today
            and not _thanked(account, one)
        ]
        if not mine:
            continue
        newest = max(mine, key=lambda one: one.seq)
        policy = view.rulebook.named(newest.policy)
        rule = policy.tell.get(kinds.THANKS) if policy else None
        if policy is None or rule is None:
            continue
        tells = Tells(kinds.THANKS, str(newest.seq), currency)
        last = later(newest.on, THANKED_FOR)
        items = tuple(item.ref for item in _overdue(view, currency))
        yield Wanted(
            tells, newest.on, last, rule, policy, currency, items, False, _thanks(view, mine)
        )


def _thanked(account: Account, one: Received) -> bool:
    """Whether an earlier message has thanked for it, and did not fail: what failed is said again
    with the next."""
    tells = Tells(kinds.THANKS, str(one.seq), one.currency)
    before = told_before(account, tells)
    return before is not None and before.outcome not in FAILED


def _thanks(view: View, payments: list[Received]) -> Callable[[date], Telling]:
    settled: dict[ItemRef, int] = {}
    for payment in payments:
        for ref, amount in payment.settled:
            if not ref.invoice.startswith(PREFIX):
                settled[ref] = settled.get(ref, 0) + amount

    def said(day: date) -> Telling:
        currency = payments[0].currency
        items = tuple(item.ref for item in _overdue(view, currency))
        return Thanks(
            currency,
            sum(payment.amount for payment in payments),
            max(payment.on for payment in payments),
            tuple(Allocation(ref, amount) for ref, amount in settled.items()),
            lines_of(view.account, items, day),
        )

    return said


def _overdue(view: View, currency: str) -> list[OpenItem]:
    """What is past its due day and neither disputed, in a plan, nor in other hands."""
    account = view.account
    plans = (plan for plan in account.plans if plan.in_force)
    apart: tuple[Dispute | HandedOver | PaymentPlan, ...] = (
        *account.disputes, *account.handed_over, *plans,
    )  # fmt: skip
    return [
        item
        for item in account.open
        if item.currency == currency
        and item.due < view.today
        and not any(fact.covers(item.ref) for fact in apart)
    ]


def _of_hand_over(view: View, fact: HandedOver) -> Iterator[Wanted]:
    """Of each hand-over one message; of one in several currencies, one each."""
    if fact.back is not None:
        return
    for currency in sorted({i.currency for i in view.account.open if i.ref in fact.items}):
        mine = [i.ref for i in view.account.open if i.ref in fact.items and i.currency == currency]
        policy = _policy(view, mine)
        rule = policy.tell.get(kinds.HAND_OVER) if policy else None
        if policy is None or rule is None or fact.to not in rule.to:
            continue
        refs = tuple(mine)

        def said(day: date, refs: tuple[ItemRef, ...] = refs, currency: str = currency) -> Telling:
            return HandOverTold(fact, currency, lines_of(view.account, refs, day), day)

        tells = Tells(kinds.HAND_OVER, "", f"{currency}/{fact.id}")
        last = later(fact.on, HANDED_FOR)
        yield Wanted(tells, fact.on, last, rule, policy, currency, refs, False, said)


def _policy(view: View, refs: Iterable[ItemRef]) -> Policy | None:
    """The policy of the oldest open item among these."""
    mine = set(refs)
    items = [item for item in view.account.open if item.ref in mine]
    if not items:
        return None
    oldest = min(items, key=lambda item: (item.due, item.ref))
    return view.rulebook.policy_for(oldest, view.account.customer)


def lines_of(account: Account, refs: Iterable[ItemRef], day: date) -> tuple[Line, ...]:
    """Open items as a message lists them, oldest first; none of them takes a step."""
    mine = set(refs)
    found = sorted((i for i in account.open if i.ref in mine), key=lambda i: (i.due, i.ref))
    return tuple(
        Line(
            item.ref,
            item.due,
            item.amount,
            item.open,
            (day - item.due).days,
            reached.level if (reached := account.level_of(item)) else 0,
            False,
            charge=item.charge,
        )
        for item in found
    )
