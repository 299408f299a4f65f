"""The one door: what an account is due for at an instant (`decide`), and when next (`plan`).
Pure and total. Both read the same outlook, so a plan that has come is a decision that acts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from . import reasons
from .account import Account, LastNotice, Plan, Said
from .bars import usable
from .calendar import instant, local_day
from .customer import Address
from .gates import ALLOW, DEFER, ContactAttempt, Gates
from .identity import ItemRef
from .lines import Line as Line
from .lines import held_back, lines_of_notice, lines_on
from .outcomes import FAILED
from .outlook import Group, ItemOutlook, groups, net_of_credit
from .policy import Policy, Rulebook, Step

RESUME_AFTER = 15 * 60
"""Seconds after which the agenda brings an account whose large posting did not end."""


@dataclass(frozen=True, slots=True)
class Send:
    """Make this attempt now: one message, one currency, one policy, one address."""

    currency: str
    policy: str
    version: int
    channel: str
    tone: str
    level: int
    address: Address
    serial: int
    attempt: int
    lines: tuple[Line, ...]
    run: date
    ruleset: str
    reason: str

    @property
    def advanced(self) -> tuple[Line, ...]:
        """The items whose step this notice takes."""
        return tuple(line for line in self.lines if line.advanced)

    @property
    def said(self) -> tuple[Said, ...]:
        """The advanced items as the claim and the record keep them."""
        return tuple(Said(line.ref, line.level, line.open) for line in self.advanced)

    @property
    def total(self) -> int:
        """What the notice asks for: the net of every listed item, minor units."""
        return sum(line.open for line in self.lines)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to send now: the plan says until when, on which channel, and why."""

    plan: Plan


Decision = Send | Wait


@dataclass(frozen=True, slots=True)
class _Due:
    """A moment of action of one group: when, why, and what to send if it is now."""

    at: int | None
    reason: str
    detail: str
    channel: str | None = None
    send: Send | None = None
    passed: Mapping[ItemRef, str] = field(default_factory=dict)
    """Items whose step is due today and has no channel, and why: the others go without them."""


def decide(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> Decision:
    """What to do with an account at an instant. Never called with a claim in mind: whoever holds
    or meets a claim follows the fence, not a decision."""
    due = _first(_outlook(account, rulebook, now, gates))
    if due.at is not None and due.at <= now and due.send is not None:
        return due.send
    return Wait(_as_plan(due, now))


def plan(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> Plan:
    """When the account is next due for action. A standing claim keeps the plan that stands:
    no write but lapse may postpone it (the fence)."""
    if account.head.claim is not None:
        return account.head.plan
    fresh = _as_plan(_first(_outlook(account, rulebook, now, gates)), now)
    kept = account.head.plan
    return replace(fresh, since=kept.since) if fresh.says_the_same(kept) else fresh


def explain(
    account: Account, rulebook: Rulebook, now: int, gates: Gates
) -> list[tuple[ItemRef, str, str]]:
    """For every open item: its reference, the reason code that holds it or STEP_DUE, and a detail
    (the first day on which it could be reminded, where there is one). An item whose own step is
    due waits for what holds back the notice that it would stand in."""
    today = local_day(now, account.zone(rulebook.creditor))
    found = []
    for group in groups(account, rulebook, today):
        net = net_of_credit(account, rulebook, group.currency, today)
        notice = _first_day(account, rulebook, group, today, now, gates)
        for one in group.items:
            code, day = one.reason, one.day
            if day is not None and day <= today:
                code = reasons.STEP_DUE if net.get(one.item.ref, 1) else reasons.ON_ACCOUNT_COVERS
                if code == reasons.STEP_DUE and not group.allows(today):
                    code, day = reasons.MIN_INTERVAL, group.interval_day
                elif code == reasons.STEP_DUE and one.item.ref in notice.passed:
                    code = notice.passed[one.item.ref]
                elif code == reasons.STEP_DUE and (notice.at is None or notice.at > now):
                    code = notice.reason
            found.append((one.item.ref, code, day.isoformat() if day else ""))
    return found


def _as_plan(due: _Due, now: int) -> Plan:
    return Plan(due.at, due.channel if due.at is not None else None, due.reason, due.detail, now)


def _first(dues: Iterable[_Due]) -> _Due:
    """The least instant; where nothing will ever be due, the first reason."""
    best: _Due | None = None
    for due in dues:
        if best is None or (due.at is not None and (best.at is None or due.at < best.at)):
            best = due
    return best or _Due(None, reasons.NOTHING_OPEN, "")


def _outlook(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> list[_Due]:
    head = account.head
    if head.parked:
        return [_Due(None, reasons.PARKED, head.parked)]
    if head.applying:
        return [
            _Due(now + RESUME_AFTER, reasons.POSTING_IN_PROGRESS, head.applying.id, channel="email")
        ]
    zone = account.zone(rulebook.creditor)
    today = local_day(now, zone)
    all_groups = groups(account, rulebook, today)
    dues = [
        due
        for last in head.last
        if last.outcome in FAILED
        and (due := _next_attempt(account, rulebook, all_groups, last, today, now, gates))
    ]
    dues += [_first_day(account, rulebook, group, today, now, gates) for group in all_groups]
    return dues


def _next_attempt(
    account: Account,
    rulebook: Rulebook,
    all_groups: list[Group],
    last: LastNotice,
    today: date,
    now: int,
    gates: Gates,
) -> _Due | None:
    """The next attempt of a notice whose last one failed: the items that carry its serial."""
    group = next(
        (g for g in all_groups if (g.currency, g.policy.id) == (last.currency, last.policy)), None
    )
    if group is None:
        return None
    day, lines = today, lines_of_notice(account, rulebook, group, last.serial, today)
    for turn in group.turns:
        if lines:
            break
        day, lines = turn, lines_of_notice(account, rulebook, group, last.serial, turn)
    step = group.policy.step(max((line.level for line in lines), default=0))
    if not lines or step is None:
        return None
    due = _on_channel(account, rulebook, group.policy, step, lines, day, now, gates, last.serial)
    if due.send is None:
        return None if due.at is None else due
    send = replace(
        due.send,
        attempt=max(last.attempt + 1, _tried(account, last.serial)),
        reason=reasons.NEXT_ATTEMPT,
    )
    due = replace(due, reason=reasons.NEXT_ATTEMPT, detail=last.outcome, send=send)
    return _after_backoff(account, last.serial, due)


def _first_day(
    account: Account, rulebook: Rulebook, group: Group, today: date, now: int, gates: Gates
) -> _Due:
    """The first day on which the group's notice goes out, or why there is none."""
    ready = sorted(
        (one for one in group.items if one.day is not None), key=lambda one: one.day or today
    )
    if not ready:
        worst = group.items[0]
        return _Due(None, worst.reason, str(worst.item.ref))
    floor = group.policy.minimum.get(group.currency, 0)
    days = {max(today, one.day) for one in ready if one.day} | set(group.turns)
    # The newest run lies ahead where the customer has moved to an earlier zone.
    days |= {day for day in (group.last_run, group.interval_day) if day and day > today}
    why = _Due(None, reasons.ON_ACCOUNT_COVERS, str(ready[0].item.ref))
    passed: Mapping[ItemRef, str] = {}
    if sum(one.item.open for one in group.items) < floor:
        return _Due(None, reasons.BELOW_MINIMUM, group.policy.id)
    for day in sorted(days):
        if not group.allows(day):
            continue
        net = net_of_credit(account, rulebook, group.currency, day)
        lines = lines_on(account, group, net, day)
        if not any(line.advanced for line in lines):
            continue
        if sum(line.open for line in lines) < floor:
            why = _Due(None, reasons.BELOW_MINIMUM, group.policy.id)
            continue
        due = _on(account, rulebook, group, ready, lines, day, now, gates)
        passed = due.passed if day == today else passed
        if due.at is None:
            why = due if why.reason == reasons.ON_ACCOUNT_COVERS else why
            continue
        if due.reason == reasons.STEP_DUE and day > today and day in group.turns:
            due = replace(due, reason=why.reason, detail=why.detail)
        return replace(due, passed=passed)
    return replace(why, passed=passed)


def _on(
    account: Account,
    rulebook: Rulebook,
    group: Group,
    ready: list[ItemOutlook],
    lines: tuple[Line, ...],
    day: date,
    now: int,
    gates: Gates,
) -> _Due:
    """The group's notice on a day on which it may go out: the channel, the instant, the reason.

    The highest step taken says which channels. Where it has none now, its items stay where they
    are, for no item's notice may hinge on another item's step; what is left goes out."""
    serial = account.head.serial + 1
    passed: dict[ItemRef, str] = {}
    while True:
        step = group.policy.step(max(line.level for line in lines if line.advanced))
        assert step is not None  # an advanced line was advanced to a step of this ladder
        due = _on_channel(account, rulebook, group.policy, step, lines, day, now, gates, serial)
        if due.at is not None:
            break
        mine = {line.ref for line in lines if line.advanced and line.level == step.level}
        passed |= dict.fromkeys(mine, due.reason)
        lines = tuple(held_back(account, line) if line.ref in mine else line for line in lines)
        if not any(line.advanced for line in lines):
            return replace(due, passed=passed)
    due = replace(due, passed=passed)
    if due.reason == reasons.DEFERRED:
        return due
    due = _after_backoff(account, serial, due)
    if due.at is None or due.at <= now or due.reason == reasons.BACKOFF:
        return due
    binding = next((one for one in ready if one.day == day and one.item.ref not in passed), None)
    if binding is not None:
        return replace(due, reason=binding.reason, detail=str(binding.item.ref))
    if day == group.interval_day:
        return replace(due, reason=reasons.MIN_INTERVAL, detail=group.policy.id)
    return due  # due since an earlier day: it waits for the hour alone


def _on_channel(
    account: Account,
    rulebook: Rulebook,
    policy: Policy,
    step: Step,
    lines: tuple[Line, ...],
    day: date,
    now: int,
    gates: Gates,
    serial: int,
) -> _Due:
    """The first channel of the step, in order of preference, with an address that may be used for
    that notice."""
    at = instant(day, policy.send_at, account.zone(rulebook.creditor))
    detail = next(str(line.ref) for line in lines if line.advanced)
    why = _Due(None, reasons.NO_USABLE_ADDRESS, ",".join(step.channels))
    for channel in step.channels:
        for address in usable(account, channel, serial):
            verdict = gates.evaluate(
                ContactAttempt(
                    account=account,
                    creditor=rulebook.creditor,
                    channel=channel,
                    address=address,
                    currency=lines_currency(account, lines),
                    open=sum(line.open for line in lines),
                ),
                max(at, now),
            )
            if verdict.decision == DEFER and verdict.until is not None:
                return _Due(verdict.until, reasons.DEFERRED, ",".join(verdict.rules), channel)
            if verdict.decision != ALLOW:
                why = _Due(None, reasons.CHANNEL_DENIED, ",".join(verdict.rules))
                continue
            send = Send(
                currency=lines_currency(account, lines),
                policy=policy.id,
                version=rulebook.version,
                channel=channel,
                tone=step.tone,
                level=step.level,
                address=address,
                serial=serial,
                attempt=_tried(account, serial),
                lines=lines,
                run=day,
                ruleset=gates.ruleset,
                reason=reasons.STEP_DUE,
            )
            return _Due(at, reasons.STEP_DUE, detail, channel, send)
    return why


def lines_currency(account: Account, lines: tuple[Line, ...]) -> str:
    """The one currency of a notice's lines."""
    item = account.item(lines[0].ref)
    assert item is not None  # lines are made from the account's open items
    return item.currency


def _after_backoff(account: Account, serial: int, due: _Due) -> _Due:
    """The same, not before a notice whose attempt was provably not sent may be tried again."""
    tries = account.head.tries
    if due.at is None or not tries or tries.serial != serial or tries.not_before <= due.at:
        return due
    return replace(due, at=tries.not_before, reason=reasons.BACKOFF, detail=tries.why)


def _tried(account: Account, serial: int) -> int:
    """The attempt number that comes next for a notice: tries that never left do not use one up."""
    tries = account.head.tries
    return tries.attempt if tries and tries.serial == serial else 1
