"""When an account is due for a message beside the ladder, and by which channel. Pure; the ladder
knows nothing of these, and none of them moves a level or an interval.
"""

from datetime import date
from typing import NamedTuple

from . import reasons
from .account import Account
from .attempts import About, Way, after_backoff, earliest, tried, way
from .calendar import instant, later, local_day
from .due import Due, Send, View
from .facts import Hold
from .groups import send_days_of
from .identity import ItemRef
from .legal_holds import AT_WORK_ALONE
from .new_link_outlook import answer_due
from .outcomes import FAILED
from .tellings_wanted import Wanted, lines_of, told_before, wanted
from .told import MOST_ATTEMPTS, Tells


class Outlook(NamedTuple):
    """One telling, and when it is due or why it is not."""

    tells: Tells
    due: Due


def tells_of(account: Account) -> bool:
    """Whether anything of the account is told of beside the ladder. Of most, nothing is."""
    return bool(
        account.plans
        or account.promises
        or account.handed_over
        or account.received
        or account.asked
    )


def tellings_due(view: View) -> list[Due]:
    """The tellings that are due some day, as the decision takes them."""
    return [one.due for one in telling_outlooks(view) if one.due.at is not None]


def telling_outlooks(view: View) -> list[Outlook]:
    """Every telling that is still to be made, with its day or the reason that there is none."""
    found = []
    for one in wanted(view):
        due = _due(view, one)
        if due is not None:
            found.append(Outlook(one.tells, due))
    for asked in view.account.asked:
        due = answer_due(view, asked, _serial(view.account))
        if due is not None:
            found.append(Outlook(asked.tells, due))
    return found


def _due(view: View, one: Wanted) -> Due | None:
    """When it is told; None: it has been, or its time is over."""
    about = str(one.tells)
    serial, attempt = _serial(view.account), 1
    before = told_before(view.account, one.tells)
    if before is not None:
        if before.outcome not in FAILED or before.attempt >= MOST_ATTEMPTS:
            return None
        serial, attempt = before.serial, before.attempt + 1
    if one.last < view.today:
        return None
    free, held = _free_from(view, one)
    if free is None:
        return Due(None, held, about)
    begin, not_before = earliest(view, serial)
    days = send_days_of(view.rulebook, one.policy, view.account.customer)
    day = max(one.first, begin, free)
    day = days.next(day) if days else day
    if day > one.last:
        return Due(None, held or reasons.NOT_A_SEND_DAY, about)
    at = instant(day, one.policy.send_at, view.zone)
    lines = lines_of(view.account, one.items, day)
    total = sum(line.open for line in lines)
    telling = one.said(day)
    spoken = About(one.currency, telling.total or total, one.items)
    found = way(view, one.policy, one.rule.channels, spoken, at, not_before, serial)
    if not isinstance(found, Way):
        ended = found.at is not None and local_day(found.at, view.zone) > one.last
        return found._replace(at=None if ended else found.at, beside=about)
    send = Send(
        currency=one.currency,
        policy=one.policy.id,
        version=view.rulebook.version,
        channel=found.channel,
        tone=one.rule.tone,
        level=0,
        address=found.address,
        serial=serial,
        attempt=max(attempt, tried(view.account, serial)),
        lines=lines,
        run=day,
        ruleset=found.verdict.ruleset or view.gates.ruleset,
        reason=reasons.TELLING,
        overrides=found.verdict.overrides,
        person_wide=found.verdict.person_wide,
        telling=telling,
        tells=about,
    )
    due = Due(at, reasons.TELLING, about, found.channel, send, beside=about)
    return after_backoff(view, serial, due)


def _serial(account: Account) -> int:
    """The serial of what was never tried. Where the next one's attempts are a notice's, which was
    refused at an address, it stays with that notice."""
    tries = account.head.tries
    serial = max(account.head.serial, *(one.serial for one in account.told), 0) + 1
    return serial + 1 if tries and tries.serial == serial and tries.attempt > 1 else serial


def _free_from(view: View, one: Wanted) -> tuple[date | None, str]:
    """The first day on which no hold, dispute or hand-over forbids it (None: no end is known), and
    what does until then."""
    account, free = view.account, view.today
    code = ""
    if one.asks and any(fact.covers(ref) for fact in account.handed_over for ref in one.items):
        return None, reasons.HANDED_OVER
    if one.asks and any(fact.covers(ref) for fact in account.disputes for ref in one.items):
        return None, reasons.DISPUTED
    for hold in account.holds:
        if hold.kind in AT_WORK_ALONE or not _covers(hold, one.items):
            continue
        if hold.until is None:
            return None, reasons.HELD
        after = later(hold.until, 1)
        if after > free:
            free, code = after, reasons.HELD
    return free, code


def _covers(hold: Hold, items: tuple[ItemRef, ...]) -> bool:
    return hold.scope == "account" or any(hold.covers(ref) for ref in items)
