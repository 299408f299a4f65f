"""The one door: what an account is due for at an instant (`decide`), and when next (`plan`).
Pure and total. Both read the same outlook, so a plan that has come is a decision that acts.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from types import MappingProxyType

from . import reasons
from .account import Account, LastNotice, Plan
from .attempts import after_backoff, earliest, on_channel, tried
from .calendar import instant, later
from .charging import with_charges
from .due import Decision, Due, View, Wait
from .gates import Gates
from .groups import Group, groups
from .handing import exports, next_hand_over
from .identity import ItemRef
from .lines import (
    Line,
    carrier_on,
    charges_alone,
    early_lines_on,
    held_back,
    lines_of_notice,
    lines_on,
    of_level,
)
from .outcomes import FAILED
from .policy import ACCOUNT, LEVEL, Rulebook
from .proposing import asked, expiries, parts
from .replaced import replace

RESUME_AFTER = 15 * 60
"""Seconds after which the agenda brings an account whose large posting did not end."""


def decide(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> Decision:
    """What to do with an account at an instant. Never called with a claim in mind: whoever holds
    or meets a claim follows the fence, not a decision."""
    view = View.of(account, rulebook, now, gates)
    due = _first(_outlook(view))
    if due.at is not None and due.at <= now:
        if due.act is not None:
            return due.act
        if due.send is not None:
            return due.send if due.send.proposal else with_charges(view, due.send)
    return Wait(_as_plan(due, now))


def plan(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> Plan:
    """When the account is next due for action. A standing claim keeps the plan that stands:
    no write but lapse may postpone it (the fence)."""
    if account.head.claim is not None:
        return account.head.plan
    fresh = _as_plan(_first(_outlook(View.of(account, rulebook, now, gates))), now)
    kept = account.head.plan
    return replace(fresh, since=kept.since) if fresh.says_the_same(kept) else fresh


def _as_plan(due: Due, now: int) -> Plan:
    return Plan(due.at, due.channel if due.at is not None else None, due.reason, due.detail, now)


def _first(dues: Iterable[Due]) -> Due:
    """The least instant; where nothing will ever be due, the first reason."""
    best: Due | None = None
    for due in dues:
        if best is None or (due.at is not None and (best.at is None or due.at < best.at)):
            best = due
    return best or Due(None, reasons.NOTHING_OPEN, "")


def _outlook(view: View) -> list[Due]:
    head = view.account.head
    if head.parked:
        return [Due(None, reasons.PARKED, head.parked)]
    if head.applying:
        later_on = view.now + RESUME_AFTER
        return [Due(later_on, reasons.POSTING_IN_PROGRESS, head.applying.id, channel="email")]
    all_groups = groups(view.account, view.rulebook, view.today)
    dues = _plans_missed(view)
    dues += [
        due
        for last in head.last
        if last.outcome in FAILED and (due := _next_attempt(view, all_groups, last))
    ]
    dues += [next_notice(view, part) for group in all_groups for part in parts(group)]
    if view.account.proposals:
        dues += expiries(view)
    if view.account.handed_over:
        dues += exports(view)
    dues += [due for group in all_groups if (due := next_hand_over(view, group))]
    return dues


def _plans_missed(view: View) -> list[Due]:
    """When each plan in force is found broken if nothing comes: the account is then written, and
    what the plan held is due by the normal rules."""
    dues = []
    for one in view.account.plans:
        if one.in_force and one.broken_from < date.max:
            at = instant(one.broken_from, time(0), view.zone)
            reason = reasons.PLAN_BROKEN if at <= view.now else reasons.IN_PLAN
            dues.append(Due(at, reason, one.id, channel="email"))
    return dues


def _next_attempt(view: View, all_groups: list[Group], last: LastNotice) -> Due | None:
    """The next attempt of a notice whose last one failed: the items that carry its serial."""
    group = next(
        (g for g in all_groups if (g.currency, g.policy.id) == (last.currency, last.policy)), None
    )
    if group is None:
        return None
    begin, not_before = earliest(view, last.serial)
    for turn in (begin, *(turn for turn in group.case.turns if turn > begin)):
        day = group.next_open(turn)
        lines = lines_of_notice(group, last.serial, day)
        if lines:
            break
    else:
        return None
    step = group.policy.step(max(line.level for line in lines if line.advanced))
    if step is None:
        return None
    if step.approval is not None:
        # What was allowed, or less: nothing that came to be listed since but its own charges.
        mine = last.serial
        lines = tuple(x for x in lines if x.advanced or (x.charge and x.charge.serial == mine))
    due = on_channel(view, group.policy, step, lines, day, not_before, last.serial)
    if due.send is None:
        told = due.at is not None or due.reason == reasons.CONTACT_REVIEW
        return due if told else None
    attempt = max(last.attempt + 1, tried(view.account, last.serial))
    send = replace(due.send, attempt=attempt, reason=reasons.NEXT_ATTEMPT)
    due = due._replace(reason=reasons.NEXT_ATTEMPT, detail=last.outcome, send=send)
    return after_backoff(view, last.serial, due)


def next_notice(view: View, group: Group) -> Due:
    """The first day on which the group's notice goes out, or why there is none."""
    policy = group.policy
    ready = [day for one in group.items if (day := one.next_day) is not None]
    if not ready:
        worst = group.items[0]
        return Due(None, worst.reason, str(worst.item.ref))
    serial = view.account.head.serial + 1
    begin, not_before = earliest(view, serial)
    least = policy.minimum.get(group.currency, 0)
    if (
        least
        and sum([one.item.open for one in group.items]) < least
        and not any(one.early for one in group.items)
    ):
        return Due(None, reasons.BELOW_MINIMUM, policy.id)
    obstacle = Due(None, reasons.ON_ACCOUNT_COVERS, str(group.items[0].item.ref))
    passed: Mapping[ItemRef, str] = MappingProxyType({})
    for wanted in _days(group, max(begin, min(ready))):
        day = group.next_open(wanted)
        due = _on(view, group, day, not_before, serial)
        if day == view.today:
            passed = due.passed
        if due.at is None:
            obstacle = due
            continue
        if due.at > view.now and due.reason in (reasons.STEP_DUE, reasons.APPROVAL_NEEDED):
            due = _with_reason(view, group, due, wanted, day, obstacle)
        return due._replace(passed=passed) if passed else due
    return obstacle._replace(passed=passed) if passed else obstacle


def notice_today(view: View, group: Group) -> Due:
    """The group's notice of today, or what stands in its way on this very day."""
    serial = view.account.head.serial + 1
    begin, not_before = earliest(view, serial)
    if begin > view.today:
        tries = view.account.head.tries
        return Due(None, reasons.BACKOFF, tries.why if tries else "")
    if group.next_open(view.today) != view.today:
        return Due(None, reasons.NOT_A_SEND_DAY, group.policy.id)
    return _on(view, group, view.today, not_before, serial)


def _days(group: Group, begin: date) -> Iterator[date]:
    """The days on which what can be sent may change, from a first one on."""
    days = {begin}
    for one in group.items:
        days.update(day for day in (one.day, one.early) if day is not None and day > begin)
    days.update(turn for turn in group.case.turns if turn > begin)
    # The newest run lies ahead where the customer has moved to an earlier zone.
    for bound in group.bounds:
        days.update(day for day in bound if day > begin)
    days.update(later(run, 1) for _, run in group.runs if run >= begin)
    return iter(sorted(days))


def _on(view: View, group: Group, day: date, not_before: int, serial: int) -> Due:
    """The group's notice on a day: the lines that may go, the channel, the instant; or the obstacle
    that stands in the way on that day."""
    found = _lines(group, day)
    if isinstance(found, Due):
        return found
    passed: dict[ItemRef, str] = {}
    due = Due(None, reasons.NO_USABLE_ADDRESS, "")
    lines = found
    while any(line.advanced for line in lines):
        level = max(line.level for line in lines if line.advanced)
        step = group.policy.step(level)
        assert step is not None  # an advanced line was advanced to a step of this ladder
        apart = group.policy.notice_per == LEVEL and group.policy.track != ACCOUNT
        part = of_level(lines, level) if apart else lines
        if group.ran(day, level):
            due = Due(None, reasons.MIN_INTERVAL, group.policy.id)
        else:
            if group.asks:
                due = asked(view, group, step, part, day, not_before)
            else:
                due = on_channel(view, group.policy, step, part, day, not_before, serial)
                if due.reason == reasons.CONTACT_REVIEW:
                    due = asked(view, group, step, part, day, not_before, due.detail)
            if due.at is not None:
                due = after_backoff(view, serial, due)
                return due._replace(passed=passed) if passed else due
            if due.reason == reasons.APPROVAL_PENDING and group.policy.notice_per != LEVEL:
                return due
            # No item's notice may hinge on another's step: what is left goes out without it.
            passed |= {x.ref: due.reason for x in lines if x.advanced and x.level == level}
        lines = held_back(lines, level)
    return due._replace(passed=passed)


def _lines(group: Group, day: date) -> tuple[Line, ...] | Due:
    """What a notice of that day lists, or the obstacle. Where intervals or the minimum keep what
    is overdue back, what is not yet due goes alone."""
    early = early_lines_on(group, day)
    net = group.case.net(day)
    lines = lines_on(group, net, day)
    obstacle = None
    if not any(line.advanced for line in lines):
        obstacle = _nobody(group, net, day)
    elif not group.leaves(day):
        obstacle = Due(None, reasons.MIN_INTERVAL, group.policy.id)
    elif _used_up(group):
        obstacle = Due(None, reasons.MAX_NOTICES, str(lines[0].ref))
    elif not group.policy.allows(sum(line.open for line in lines), group.case.open, group.currency):
        obstacle = Due(None, reasons.BELOW_MINIMUM, group.policy.id)
    if obstacle is None:
        return (*lines, *early)
    return early or obstacle


def _used_up(group: Group) -> bool:
    """Whether an account that one item carries has had all notices of its episode."""
    most = group.policy.max_notices
    return most is not None and group.policy.track == ACCOUNT and group.notices >= most


def _nobody(group: Group, net: Mapping[ItemRef, int], day: date) -> Due:
    """Why no overdue item takes a step on a day."""
    if group.policy.track == ACCOUNT and (carrier := carrier_on(group, net)):
        return Due(None, carrier.reason, str(carrier.item.ref))
    mine = [one for one in group.items if one.day is not None and one.day <= day]
    if group.charged and not charges_alone(group, net):
        mine = [one for one in mine if one.item.charge is None]
    if mine:
        return Due(None, reasons.ON_ACCOUNT_COVERS, str(mine[0].item.ref))
    worst = group.items[0]
    return Due(None, worst.reason, str(worst.item.ref))


def _with_reason(view: View, group: Group, due: Due, wanted: date, day: date, obstacle: Due) -> Due:
    """A notice of a coming hour or day, with the reason that it is not now."""
    for one in group.items:
        if day in (one.day, one.early) and one.item.ref not in due.passed:
            return due._replace(reason=one.reason, detail=str(one.item.ref))
    if any(day == first for _, first in group.bounds):
        return due._replace(reason=reasons.MIN_INTERVAL, detail=group.policy.id)
    if day != wanted:
        return due._replace(reason=reasons.NOT_A_SEND_DAY, detail=group.policy.id)
    if day > view.today:
        return due._replace(reason=obstacle.reason, detail=obstacle.detail)
    return due  # due since an earlier day: it waits for the hour alone
