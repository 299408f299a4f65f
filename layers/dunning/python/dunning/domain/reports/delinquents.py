"""Who owes what is overdue, and what is known of them: what a collector's list is made of.
Which of it counts for how much is `score`'s.
"""

from collections.abc import Iterable
from datetime import date

from dunning.domain.account import Account
from dunning.domain.behaviour import MOST_MONTHS, month_of, over, paid
from dunning.domain.calendar import Months, later
from dunning.domain.facts import Ended, Promise
from dunning.domain.groups import Group, groups
from dunning.domain.invoice import Invoice
from dunning.domain.outlook import ItemOutlook, all_waits
from dunning.domain.policy import Rulebook
from dunning.domain.promise_upkeep import BROKEN, PARTLY
from dunning.domain.reasons import (
    MIN_INTERVAL,
    NO_POLICY,
    ON_ACCOUNT_COVERS,
    REOPENED,
    STEP_NOT_DUE,
)

from .score import Known

OWN_PACE = frozenset({STEP_NOT_DUE, MIN_INTERVAL, REOPENED})
"""What makes a reminder wait, and is no reason for a person not to call."""


def known(
    account: Account,
    rulebook: Rulebook,
    invoices: Iterable[Invoice],
    ended: Iterable[Ended],
    today: date,
) -> Known | None:
    """What is known of a customer on a day; None where nothing can be asked for.

    Overdue, and what holds an item back, are the decision's own: the policy's grace, disputes,
    holds, promises, money on account. What is under no policy is left out and says so."""
    overdue: dict[str, int] = {}
    left_out: dict[tuple[str, str], int] = {}
    oldest, level, levels = today, 0, 0
    for group in groups(account, rulebook, today):
        net = group.case.net(today)
        for one in group.items:
            item = one.item
            asked = net.get(item.ref, 0)
            if asked:
                overdue[item.currency] = overdue.get(item.currency, 0) + asked
                oldest = min(oldest, item.due)
                if (one.level, _top(group)) > (level, levels):
                    level, levels = one.level, _top(group)
            if (rest := item.open - asked) and _overdue(group, one, today):
                reason = _why_not(account, group, one, today, covered=item.ref in net)
                key = (reason, item.currency)
                left_out[key] = left_out.get(key, 0) + rest
    if not overdue:
        return None
    settled = over(account.head.behaviour, today, MOST_MONTHS)
    days_to_pay, days_past_due = _averages(invoices, today)
    return Known(
        customer=account.head.customer,
        overdue=dict(sorted(overdue.items())),
        left_out=left_out,
        days_late=(today - oldest).days,
        settled=settled.settled,
        late=settled.late,
        days_to_pay=days_to_pay,
        days_past_due=days_past_due,
        broken_promises=_broken(account.promises, ended, today),
        level=level,
        levels=levels,
    )


def _top(group: Group) -> int:
    return max((step.level for step in group.policy.ladder), default=0)


def _overdue(group: Group, one: ItemOutlook, today: date) -> bool:
    if not group.policy.id:
        return one.item.due < today
    return group.policy.first_overdue_day(one.late_from) <= today


def _why_not(
    account: Account, group: Group, one: ItemOutlook, today: date, *, covered: bool
) -> str:
    """Why an overdue item is not asked for, or not for all of it."""
    if covered:
        return ON_ACCOUNT_COVERS
    if not group.policy.id:
        return NO_POLICY
    codes = all_waits(account, one, group.policy, today)
    return next((code for code in codes if code not in OWN_PACE), one.reason)


def _averages(invoices: Iterable[Invoice], today: date) -> tuple[int | None, int | None]:
    """Average days from issue to payment, and from due day to payment, of the invoices that were
    paid within twelve months; half days up."""
    running = month_of(today)
    found = [
        ((one.on - invoice.issued).days, (one.on - one.due).days)
        for invoice in invoices
        if (one := paid(invoice)) is not None
        and running - MOST_MONTHS < month_of(one.on) <= running
    ]
    if not found:
        return None, None
    to_pay, past_due = zip(*found, strict=True)
    return _average(to_pay), _average(past_due)


def _average(days: tuple[int, ...]) -> int:
    return (2 * sum(days) + len(days)) // (2 * len(days))


def _broken(promises: Iterable[Promise], ended: Iterable[Ended], today: date) -> int:
    """Promises of the last twelve months that were not kept, or in part alone."""
    since = later(today, Months(-MOST_MONTHS))
    past = [one.fact for one in ended if isinstance(one.fact, Promise)]
    return sum(
        1
        for promise in (*promises, *past)
        if since < promise.last_day < today
        and (
            promise.outcome in (PARTLY, BROKEN)
            or (not promise.outcome and promise.received < promise.amount)
        )
    )
