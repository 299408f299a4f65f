"""By which channel and to which address a notice goes, and which attempt of it that is; after a
backoff where the last attempt never left. Which items it lists is decided before.
"""

from datetime import date
from typing import NamedTuple

from . import bars, calling, reasons
from .account import Account
from .calendar import instant, local_day
from .customer import Address
from .due import Due, Send, View
from .experiments import assigned
from .gates import ALLOW, DEFER, REVIEW, ContactAttempt, Verdict
from .identity import ItemRef
from .lines import Line
from .policy import ACCOUNT, Policy, Rulebook, Step


def on_channel(
    view: View,
    policy: Policy,
    step: Step,
    lines: tuple[Line, ...],
    day: date,
    not_before: int,
    serial: int,
) -> Due:
    """The first channel of the step, in order of preference, with an address that may be used for
    that notice."""
    account, creditor = view.account, view.rulebook.creditor
    at = instant(day, policy.send_at, view.zone)
    currency = lines_currency(account, lines)
    total = sum([line.open for line in lines])
    about = About(currency, total, tuple([line.ref for line in lines]))
    told, variant = assigned(
        step.experiment, creditor.creditor, account.head.customer, creditor.stopped
    )
    tone, standing = policy.tone_of(step.varied(told), account.head.behaviour, day)
    found = way(view, policy, step.channels, about, at, not_before, serial)
    if isinstance(found, Due):
        return found
    send = Send(
        currency=currency,
        policy=policy.id,
        version=view.rulebook.version,
        channel=found.channel,
        tone=tone,
        level=step.level,
        address=found.address,
        serial=serial,
        attempt=tried(account, serial),
        lines=lines,
        run=day,
        ruleset=found.verdict.ruleset or view.gates.ruleset,
        overrides=found.verdict.overrides,
        reason=reasons.STEP_DUE,
        carried=policy.track == ACCOUNT,
        standing=standing,
        variant=variant,
        person_wide=found.verdict.person_wide,
    )
    detail = next(str(line.ref) for line in lines if line.advanced)
    return Due(at, reasons.STEP_DUE, detail, found.channel, send)


class About(NamedTuple):
    """What an attempt speaks of: currency, minor units, and the open items that it lists."""

    currency: str
    total: int
    items: tuple[ItemRef, ...]


class Way(NamedTuple):
    """How an attempt may be made."""

    channel: str
    address: Address
    verdict: Verdict


def way(
    view: View,
    policy: Policy,
    channels: tuple[str, ...],
    about: About,
    at: int,
    not_before: int,
    serial: int,
) -> Way | Due:
    """The first channel, in order of preference, with an address that may be used for that notice
    at its hour, or when the backoff is over; or what stands in the way, and until when."""
    account, creditor = view.account, view.rulebook.creditor
    why = Due(None, reasons.NO_USABLE_ADDRESS, ",".join(channels))
    for channel in channels:
        if calling.used_up(policy.calls, account.head, channel, serial):
            continue  # the next channel's turn
        again = calling.not_before(policy.calls, account.head, channel, serial)
        addresses = bars.usable(account, channel, serial)
        for address in calling.in_turn(addresses, account.head, channel, serial):
            asked = ContactAttempt(account, creditor, channel, address, *about, view.rulebook.own)
            verdict = view.gates.evaluate(asked, max(at, not_before, view.now, again))
            if verdict.decision == DEFER and verdict.until is not None:
                return Due(verdict.until, reasons.DEFERRED, ",".join(verdict.rules), channel)
            if verdict.decision == REVIEW and not view.reviewed:
                return Due(None, reasons.CONTACT_REVIEW, ",".join(verdict.rules), channel)
            if verdict.decision == REVIEW and verdict.until is not None:
                # A person may lift the review, and no hour and no cap.
                return Due(verdict.until, reasons.DEFERRED, ",".join(verdict.rules), channel)
            if verdict.decision not in (ALLOW, REVIEW):
                why = Due(None, reasons.CHANNEL_DENIED, ",".join(verdict.rules))
                continue
            if again > max(at, view.now):
                made, _ = calling.tries(account.head, channel, serial)
                return Due(again, reasons.CALL_AGAIN, str(made), channel)
            full = bars.full_until(account.head, channel, address.hash)
            if full is not None and full.until > max(at, not_before, view.now):
                return Due(full.until, reasons.PERSON_CAP, full.rules, channel)
            return Way(channel, address, verdict)
    return why


def asked_again(account: Account, rulebook: Rulebook, send: Send) -> ContactAttempt:
    """What is asked of the gates right before a decision is carried out."""
    return ContactAttempt(
        account,
        rulebook.creditor,
        send.channel,
        send.address,
        send.currency,
        sum([line.open for line in send.lines]),
        tuple([line.ref for line in send.lines]),
        rulebook.own,
    )


def lines_currency(account: Account, lines: tuple[Line, ...]) -> str:
    """The one currency of a notice's lines."""
    item = account.item(lines[0].ref)
    assert item is not None  # lines are made from the account's open items
    return item.currency


def earliest(view: View, serial: int) -> tuple[date, int]:
    """The first day, and the instant, from which a notice may be tried: now, or after the backoff
    of an attempt that was provably not sent."""
    tries = view.account.head.tries
    if not tries or tries.serial != serial or tries.not_before <= view.now:
        return view.today, view.now
    return local_day(tries.not_before, view.zone), tries.not_before


def after_backoff(view: View, serial: int, due: Due) -> Due:
    """The same, with the backoff as its reason where it is what sets the instant."""
    tries = view.account.head.tries
    if due.at is None or not tries or tries.serial != serial or tries.not_before <= view.now:
        return due
    if due.reason == reasons.DEFERRED or due.send is None:
        return due
    begin = local_day(tries.not_before, view.zone)
    if tries.not_before > due.at or (begin == due.send.run and begin > view.today):
        at = max(due.at, tries.not_before)
        return due._replace(at=at, reason=reasons.BACKOFF, detail=tries.why)
    return due


def tried(account: Account, serial: int) -> int:
    """The attempt number that comes next for a notice: tries that never left do not use one up."""
    tries = account.head.tries
    return tries.attempt if tries and tries.serial == serial else 1
