"""What stands between each open item and its next step: the day it could be reminded, and why.
Grouped by case and policy, the unit of a notice. Which channel and which instant: `decision`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from . import reasons
from .account import Account
from .facts import PROMISE_GRACE_DAYS
from .identity import ItemRef
from .invoice import OpenItem
from .policy import Policy, Rulebook

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ItemOutlook:
    """An open item: the first day from `today` on which its next step may go (None: no such day
    is known), the reason that sets it, and whether it can be asked for on a given day."""

    item: OpenItem
    day: date | None
    reason: str
    overdue_from: date
    free_from: date | None
    """First day on which nothing holds it (dispute, hold, promise); None: no end is known."""

    def asked_on(self, day: date) -> bool:
        """Whether it is overdue and free on that day: the items that a notice lists."""
        return self.overdue_from <= day and self.free_from is not None and self.free_from <= day


@dataclass(frozen=True, slots=True)
class Group:
    """The open items of one case under one policy, oldest first."""

    currency: str
    policy: Policy
    items: tuple[ItemOutlook, ...]
    last_run: date | None
    """Day of the newest notice to the account under any policy."""
    own_run: date | None
    """Day of the newest notice of this very group."""
    interval_day: date | None
    """First day that min_interval leaves, counted from `last_run`."""
    turns: tuple[date, ...] = ()
    """Days after today on which more of the case can be asked for, under whichever policy: an item
    becomes overdue, or free. Sums, and what credit covers, change on these days alone."""

    def allows(self, day: date) -> bool:
        """Whether the interval between notices leaves that day. Several notices of one run count
        once, so another group's notice of the same day does not stand in the way."""
        if self.last_run is None or self.interval_day is None:
            return True
        if self.last_run == day:
            return self.own_run != day
        return day >= self.interval_day


_NO_POLICY = Policy(id="", ladder=())


def groups(account: Account, rulebook: Rulebook, today: date) -> list[Group]:
    """The account's open items by currency and policy, each item with its outlook."""
    found: dict[tuple[str, str], list[ItemOutlook]] = {}
    policies: dict[str, Policy] = {}
    for item in account.open:
        policy = rulebook.policy_for(item, account.customer) or _NO_POLICY
        policies[policy.id] = policy
        found.setdefault((item.currency, policy.id), []).append(
            _item_outlook(account, item, policy, today)
        )
    last_run, interval = _last_run(account, rulebook)
    turns: dict[str, set[date]] = {}
    for (currency, _), items in found.items():
        asked_from = {max(one.overdue_from, one.free_from) for one in items if one.free_from}
        turns.setdefault(currency, set()).update(day for day in asked_from if day > today)
    result = []
    for (currency, policy_id), items in sorted(found.items()):
        policy = policies[policy_id]
        result.append(
            Group(
                currency=currency,
                policy=policy,
                items=tuple(sorted(items, key=lambda one: (one.item.due, one.item.ref))),
                last_run=last_run,
                own_run=max(
                    (
                        n.day
                        for n in account.head.last
                        if (n.currency, n.policy) == (currency, policy_id)
                    ),
                    default=None,
                ),
                interval_day=last_run and last_run + max(interval, policy.min_interval) * ONE_DAY,
                turns=tuple(sorted(turns[currency])),
            )
        )
    return result


def _last_run(account: Account, rulebook: Rulebook) -> tuple[date | None, int]:
    """Day of the newest notice and the largest interval of the policies it was under."""
    last_run = max((n.day for n in account.head.last), default=None)
    interval = 1
    for notice in account.head.last:
        policy = rulebook.named(notice.policy)
        if notice.day == last_run and policy:
            interval = max(interval, policy.min_interval)
    return last_run, interval


def _item_outlook(account: Account, item: OpenItem, policy: Policy, today: date) -> ItemOutlook:
    free_from, held_by = _free_from(account, item.ref, today)
    overdue_from = policy.first_overdue_day(item.due)

    def outlook(day: date | None, reason: str) -> ItemOutlook:
        return ItemOutlook(item, day, reason, overdue_from, free_from)

    if policy is _NO_POLICY:
        return outlook(None, reasons.NO_POLICY)
    reached = account.level_of(item)
    step = policy.step_after(reached.level if reached else 0)
    if step is None:
        return outlook(None, reasons.LADDER_DONE)
    sent = policy.notices_up_to(reached.level) if reached else 0
    if policy.max_notices is not None and sent >= policy.max_notices:
        return outlook(None, reasons.MAX_NOTICES)
    if free_from is None:
        return outlook(None, held_by)
    waits = [(overdue_from, reasons.NOT_OVERDUE)]
    if step.after_due is not None:
        waits.append((item.due + step.after_due * ONE_DAY, reasons.STEP_NOT_DUE))
    elif step.after_previous is not None:
        since = max(d for d in (reached and reached.day, item.reopened, item.due) if d)
        waits.append((since + step.after_previous * ONE_DAY, reasons.STEP_NOT_DUE))
    if reached:
        # One level at most on one run, also when the policy has changed since.
        waits.append((reached.day + ONE_DAY, reasons.MIN_INTERVAL))
    if item.reopened:
        waits.append((item.reopened + policy.min_interval * ONE_DAY, reasons.REOPENED))
    if free_from > today:
        waits.append((free_from, held_by))
    return outlook(*max(waits, key=lambda wait: wait[0]))


def _free_from(account: Account, ref: ItemRef, today: date) -> tuple[date | None, str]:
    """The first day from today on which no dispute, hold or promise covers the item, and which of
    them is the last to end."""
    free, by = today, ""
    for dispute in account.disputes:
        if dispute.covers(ref):
            return None, reasons.DISPUTED
    for hold in account.holds:
        if hold.covers(ref):
            if hold.until is None:
                return None, reasons.HELD
            if hold.until >= free:
                free, by = hold.until + ONE_DAY, reasons.HELD
    for promise in account.promises:
        last = promise.by + PROMISE_GRACE_DAYS * ONE_DAY
        if promise.covers(ref) and last >= free:
            free, by = last + ONE_DAY, reasons.PROMISED
    return free, by


def net_of_credit(
    account: Account, rulebook: Rulebook, currency: str, day: date
) -> dict[ItemRef, int]:
    """What is asked for on a day: each item of the case that is overdue and free, with its open
    amount less the credit on account, set against the oldest first (contracts, "Credit")."""
    credit = account.head.credit.get(currency, 0)
    net: dict[ItemRef, int] = {}
    for item in sorted(account.open, key=lambda one: (one.due, one.ref)):
        if item.currency != currency:
            continue
        policy = rulebook.policy_for(item, account.customer)
        if policy is None or policy.first_overdue_day(item.due) > day:
            continue
        free_from, _ = _free_from(account, item.ref, day)
        if free_from is None or free_from > day:
            continue
        covered = min(credit, item.open)
        credit -= covered
        net[item.ref] = item.open - covered
    return net
