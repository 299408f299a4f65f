"""Why each open item is, or is not, reminded: every reason that holds it, and which policy it is
under. Reads the very outlook that `decision` decides by; the wording is `reasons`'.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from . import reasons
from .account import Account
from .attempts import earliest
from .calendar import later, local_day
from .customer import Customer
from .decision import notice_today
from .due import Due, View
from .gates import Gates
from .groups import Group, groups
from .handing import hand_over_day
from .identity import ItemRef
from .invoice import OpenItem
from .lines import carrier_on, charges_alone
from .outlook import ItemOutlook, all_waits
from .policy import ACCOUNT, KEPT, LEVEL, Choice, Rulebook
from .proposing import parts

OF_STEPS = frozenset({reasons.MIN_INTERVAL, reasons.STEP_NOT_DUE, reasons.NOT_OVERDUE})
"""What an item waits for before its next step; a charge that is listed takes none."""


class Explained(NamedTuple):
    """One open item: what holds it back now, or STEP_DUE where nothing does."""

    ref: ItemRef
    code: str
    """The reason that matters most: the one without which the next would be told."""
    until: str
    """The first day on which it could be reminded (ISO), never one that is over; empty: none is
    known."""
    codes: tuple[str, ...]
    """Every reason that holds it today, `code` first."""
    policy: str
    """Id of the policy it is under; empty: none."""
    chosen_by: str
    """What chose the policy: a key of `reasons.CHOSEN`."""
    detail: str = ""
    """What the sentence of `code` is about, where that is not the item itself."""


def explain(account: Account, rulebook: Rulebook, now: int, gates: Gates) -> list[Explained]:
    """Every open item with its reasons, oldest first within its case and policy. An item whose own
    step is due waits for what holds back the notice that it would stand in."""
    view = View.of(account, rulebook, now, gates)
    stopped = _stopped(account)
    found = []
    for group in groups(account, rulebook, view.today):
        notices = [(part, notice_today(view, part)) for part in parts(group)]
        net = group.case.net(view.today)
        carrier = carrier_on(group, net) if group.policy.track == ACCOUNT else None
        for place, one in enumerate(group.items):
            part, notice = _notice_of(notices, place)
            policy = group.policy if group.policy.id else None
            codes = all_waits(account, one, policy, view.today)
            code, day, detail = one.reason, one.next_day, ""
            charge = one.item.charge is not None
            if charge and day is not None and not charges_alone(group, net):
                code, day = reasons.CHARGE_LISTED, None
            elif carrier is not None and one is not carrier and net.get(one.item.ref, 0) > 0:
                code, detail = reasons.CARRIED, str(carrier.item.ref)
                day = carrier.next_day
                if day is not None and day <= view.today:
                    part, notice = _notice_of(notices, group.items.index(carrier))
                    _, day, _ = _held_with(view, part, carrier, notice, net)
            elif day is not None and day <= view.today:
                code, day, detail = _held_with(view, part, one, notice, net)
                if one.early is not None and day is not None and day >= one.item.due:
                    day = one.day  # its step before the due day has lapsed by then
            elif handed := hand_over_day(account, group, one):
                code, day = reasons.HAND_OVER_DUE, max(handed, view.today)
            if code == reasons.CHARGE_LISTED:
                codes = tuple(wait for wait in codes if wait not in OF_STEPS)
            if stopped:
                code, day, detail = stopped.reason, None, stopped.detail
            choice = _choice(rulebook, one.item, account.customer)
            found.append(
                Explained(
                    one.item.ref,
                    code,
                    day.isoformat() if day else "",
                    tuple(dict.fromkeys((code, *codes))),
                    choice.policy.id if choice.policy else "",
                    choice.by,
                    detail,
                )
            )
    return found


def _notice_of(notices: list[tuple[Group, Due]], place: int) -> tuple[Group, Due]:
    """The part of a group, and its notice, in which an item would take its step."""
    for part, notice in notices[:-1]:
        if part.items[place].next_day is not None:
            return part, notice
    return notices[-1]


def _choice(rulebook: Rulebook, item: OpenItem, customer: Customer) -> Choice:
    """An item's policy and what chose it: that it was kept is said only where criteria would choose
    another by now."""
    choice = rulebook.choose(item, customer)
    if choice.by != KEPT:
        return choice
    fresh = rulebook.by_criteria(item, customer)
    return fresh if fresh.policy is choice.policy else choice


def _stopped(account: Account) -> Due | None:
    """What stops the whole account, whatever is due."""
    head = account.head
    if head.parked:
        return Due(None, reasons.PARKED, head.parked)
    if head.applying:
        return Due(None, reasons.POSTING_IN_PROGRESS, head.applying.id)
    return None


def _held_with(
    view: View, group: Group, one: ItemOutlook, notice: Due, net: Mapping[ItemRef, int]
) -> tuple[str, date | None, str]:
    """Why an item whose own step is due is not reminded, and until when: what keeps its notice."""
    ref = one.item.ref
    day = max(local_day(notice.at, view.zone), view.today) if notice.at is not None else None
    if ref in notice.passed:
        code = notice.passed[ref]
        # A rule's codes are told; of what else is passed over, the item itself says enough.
        by_rules = code == notice.reason == reasons.CHANNEL_DENIED
        until = _after_interval(view, group) if code == reasons.MIN_INTERVAL else None
        return code, until, notice.detail if by_rules else ""
    if notice.send is not None and ref in {line.ref for line in notice.send.advanced}:
        if notice.at is not None and notice.at > view.now and notice.reason == reasons.STEP_DUE:
            return one.reason, day, ""  # its day has come, and its hour has not
        return notice.reason, day, "" if notice.reason == reasons.STEP_DUE else notice.detail
    if one.early is None and not net.get(ref, 1):
        return reasons.ON_ACCOUNT_COVERS, None, ""
    if one.early is None and not group.leaves(view.today):
        return reasons.MIN_INTERVAL, _after_interval(view, group), group.policy.id
    if notice.send is not None:
        code = _behind(group, one, net)
        goes = later(view.today, 0 if group.policy.notice_per == LEVEL else 1)
        return code, goes if code == reasons.MIN_INTERVAL else None, group.policy.id
    if notice.reason == reasons.MIN_INTERVAL:
        day = _after_interval(view, group)
    elif notice.reason == reasons.NOT_A_SEND_DAY:
        day = group.next_open(view.today)
    elif notice.reason == reasons.BACKOFF:
        day, _ = earliest(view, view.account.head.serial + 1)
    elif notice.act is not None:
        day = None  # it is proposed now, and goes when a person has allowed it
    return notice.reason, day, notice.detail


def _after_interval(view: View, group: Group) -> date:
    """The first day that every interval leaves; after a notice of today, tomorrow at the least."""
    return max(later(view.today, 1), *(first for _, first in group.bounds))


def _behind(group: Group, one: ItemOutlook, net: Mapping[ItemRef, int]) -> str:
    """Why an item's step is not in the notice that goes out today: another level goes first, or
    what is overdue is kept back and something not yet due goes alone."""
    total = sum(net.get(other.item.ref, 0) for other in group.items)
    if one.early is None and not group.policy.allows(total, group.case.open, group.currency):
        return reasons.BELOW_MINIMUM
    return reasons.MIN_INTERVAL
