"""What stands between each open item and its next step: the day it could be reminded, and why.
One item at a time; cases, groups and what a notice would list are `groups`'.
"""

from datetime import date
from typing import NamedTuple

from . import reasons
from .account import Account
from .approval import EXPIRED
from .approval import Step as AskedStep
from .calendar import later
from .holding import Wait, freed, holding, until_of
from .identity import ItemRef
from .invoice import OpenItem, Reached
from .policy import ACCOUNT, Policy, Step


class ItemOutlook(NamedTuple):
    """An open item: the first day from today on which its next step may go (None: no such day is
    known), the reason that sets it, and from when it can be asked for at all."""

    item: OpenItem
    reached: Reached | None
    late_from: date
    """The due day, rolled to a business day where the creditor says so: days late count from it."""
    free_from: date | None
    """First day on which nothing holds it (dispute, hold, promise, plan); None: no end is known."""
    asked_from: date | None
    """First day on which it is overdue and free: from then on notices list it."""
    day: date | None
    reason: str
    step: Step | None = None
    """The step it takes on `day`."""
    repeat: int = 0
    early: date | None = None
    """First day of a step before the due day, which lapses on that day; it comes before `day`."""
    early_step: Step | None = None
    collection: date | None = None
    """The last day on which it may be collected by mandate, where its policy waits for that."""

    @property
    def level(self) -> int:
        """The level reached so far; 0: none."""
        return self.reached.level if self.reached else 0

    @property
    def next_day(self) -> date | None:
        """The first day of any step."""
        return self.early or self.day


def outlook_of(
    account: Account,
    item: OpenItem,
    policy: Policy | None,
    late_from: date,
    today: date,
    collection: date | None = None,
) -> ItemOutlook:
    """The outlook of one item under its policy (None: it has none). `collection`: the last day on
    which it may be collected by mandate."""
    one = _outlook_of(account, item, policy, late_from, today, collection)
    return one._replace(collection=collection) if collection else one


def _outlook_of(
    account: Account,
    item: OpenItem,
    policy: Policy | None,
    late_from: date,
    today: date,
    collection: date | None,
) -> ItemOutlook:
    reached = account.level_of(item)
    free_from: date | None = today
    held_by = ""
    if (
        account.disputes
        or account.holds
        or account.promises
        or account.plans
        or account.handed_over
        or collection
    ):
        free_from, held_by = freed(account, item.ref, policy, today, collection)
    if policy is None:
        return ItemOutlook(item, reached, late_from, free_from, None, None, reasons.NO_POLICY)
    overdue_from = policy.first_overdue_day(late_from)
    asked_from = max(overdue_from, free_from) if free_from else None
    level = reached.level if reached else 0
    known = (item, reached, late_from, free_from, asked_from)
    early_step = policy.step_after(level) if today < item.due else None
    if early_step is not None and not early_step.early:
        early_step = None
    step, repeat = next_step(policy, reached)
    done = finished(policy, reached, step or early_step)
    refused = not_allowed(account, policy, item.ref, step, repeat) if account.refusals else None
    if refused is not None and refused.until is None:
        done = done or refused.reason
    if done or free_from is None:
        why = held_by if held_by == reasons.HANDED_OVER else done or held_by
        return ItemOutlook(*known, None, why, step, repeat, None, early_step)
    common = common_waits(policy, item, reached)
    if free_from > today:
        common.append(Wait(free_from, held_by))
    if refused is not None:
        common.append(refused)
    day, reason = None, reasons.LADDER_DONE
    if step is not None:
        own = step_day(step, item, reached, late_from, repeat)
        waits = (
            Wait(overdue_from, reasons.NOT_OVERDUE),
            Wait(own, reasons.STEP_NOT_DUE),
            *common,
        )
        day, reason = max(waits, key=until_of)
    if early_step is not None:
        own = early_step.day_after_due(item.due)
        early, why = max((Wait(own, reasons.STEP_NOT_DUE), *common), key=until_of)
        if early is not None and early < item.due:
            return ItemOutlook(*known, day, why, step, repeat, early, early_step)
        if step is None:
            reason = reasons.STEP_LAPSED
    return ItemOutlook(*known, day, reason, step, repeat)


def all_waits(
    account: Account, one: ItemOutlook, policy: Policy | None, today: date
) -> tuple[str, ...]:
    """Every reason that holds an item back by itself today, the one that lasts longest first."""
    if policy is None:
        return (reasons.NO_POLICY,)
    waits = common_waits(policy, one.item, one.reached)
    refused = not_allowed(account, policy, one.item.ref, one.step, one.repeat)
    if refused is not None:
        waits.append(refused)
    if one.day is None and one.reason in (reasons.MAX_NOTICES, reasons.LADDER_DONE):
        waits.append(Wait(None, one.reason))
    waits += holding(account, one.item.ref, policy, today, one.collection)
    if one.early_step is not None:
        waits.append(Wait(one.early_step.day_after_due(one.item.due), reasons.STEP_NOT_DUE))
    elif one.step is not None:
        own = step_day(one.step, one.item, one.reached, one.late_from, one.repeat)
        waits.append(Wait(policy.first_overdue_day(one.late_from), reasons.NOT_OVERDUE))
        waits.append(Wait(own, reasons.STEP_NOT_DUE))
    standing = [wait for wait in waits if wait.until is None or wait.until > today]
    standing.sort(key=until_of, reverse=True)
    codes = [wait.reason for wait in standing]
    if today >= one.item.due and _lapsed(policy, one.level):
        codes.append(reasons.STEP_LAPSED)
    return tuple(dict.fromkeys(codes))


def _lapsed(policy: Policy, level: int) -> bool:
    return any(step.early and step.level > level for step in policy.ladder)


def next_step(policy: Policy, reached: Reached | None) -> tuple[Step | None, int]:
    """The step that follows once the item is overdue, and which repeat of the last one it is."""
    if reached is None:
        return policy.step_when_overdue(0), 0
    step = policy.step_when_overdue(reached.level)
    if step is not None:
        return step, 0
    last = policy.ladder[-1]
    if last.level != reached.level or last.repeat_every is None:
        return None, 0
    repeat = reached.repeat + 1
    if last.repeat_max is not None and repeat > last.repeat_max:
        return None, 0
    return last, repeat


def finished(policy: Policy, reached: Reached | None, step: Step | None) -> str:
    """Why no step can follow, whenever; empty if one can."""
    if step is None:
        return reasons.LADDER_DONE
    most = policy.max_notices
    if most is not None and policy.track != ACCOUNT and reached and reached.notices >= most:
        return reasons.MAX_NOTICES
    return ""


def step_day(
    step: Step, item: OpenItem, reached: Reached | None, late_from: date, repeat: int
) -> date:
    """The day of a step: from the due day, or from the later of last notice and reversal."""
    span = step.repeat_every if repeat else step.after_previous
    if span is None:
        return step.day_after_due(late_from)
    since = reached.day if reached else late_from
    if item.reopened and item.reopened > since:
        since = item.reopened
    return later(since, span)


def common_waits(policy: Policy, item: OpenItem, reached: Reached | None) -> list[Wait]:
    """What any step waits for: one level a run, also when the policy has changed since, and the
    interval from a reversal."""
    waits = []
    if reached:
        waits.append(Wait(later(reached.day, 1), reasons.MIN_INTERVAL))
    if item.reopened:
        waits.append(Wait(later(item.reopened, policy.min_interval), reasons.REOPENED))
    return waits


def not_allowed(
    account: Account, policy: Policy, ref: ItemRef, step: Step | None, repeat: int
) -> Wait | None:
    """How long a step waits that nobody allowed."""
    if step is None:
        return None
    asked = AskedStep(ref, step.level, repeat)
    found: list[Wait] = []
    for refusal in account.refusals:
        if refusal.covers(policy.id, asked):
            why = reasons.APPROVAL_EXPIRED if refusal.why == EXPIRED else reasons.APPROVAL_REJECTED
            found.append(Wait(later(refusal.until, 1) if refusal.until else None, why))
    return max(found, key=until_of, default=None)
