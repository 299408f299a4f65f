"""Notices that a person must allow: when one is proposed, holds, is stale, or was never answered.
Reads the group's lines of a day; which items those are is `lines`', what an answer does `answers`'.
"""

import base64
import hashlib
from dataclasses import replace
from datetime import date, time

from . import history, reasons
from .account import EMAIL, Account, Head
from .approval import CHANGED, EXPIRED, SETTLED, STALE, Pinned, Proposal, Refusal, Step
from .attempts import on_channel
from .calendar import Duration, instant, later
from .charges.notice import INTEREST, WAIVE
from .charging import with_charges
from .due import Act, Due, Send, View
from .facts import Ended
from .groups import Group
from .identity import ItemRef
from .lines import Line
from .outlook import ItemOutlook
from .policy import LEVEL
from .policy import Step as PolicyStep
from .posting import PROPOSALS, PostingKey

_DIGEST = 12


def parts(group: Group) -> tuple[Group, ...]:
    """The group by who decides: first what a person must allow, if there is any, then the rest. An
    item that waits in the other part is listed in this one, and takes no step of it."""
    asking = {step.level for step in group.policy.ladder if step.approval is not None}
    if not asking or not any(_asks(one, asking) for one in group.items):
        return (group,)
    waits = tuple([_waiting(one) if _asks(one, asking) else one for one in group.items])
    goes = tuple([one if _asks(one, asking) else _resting(one) for one in group.items])
    asked = group._replace(items=tuple([one._replace(early=None) for one in goes]), asks=True)
    rest = group._replace(items=waits)
    return (asked, rest) if any(one.next_day for one in waits) else (asked,)


def _asks(one: ItemOutlook, levels: set[int]) -> bool:
    return one.day is not None and one.step is not None and one.step.level in levels


def _waiting(one: ItemOutlook) -> ItemOutlook:
    return one._replace(day=None, reason=reasons.APPROVAL_PENDING)


def _resting(one: ItemOutlook) -> ItemOutlook:
    return one._replace(day=None)


REVIEWED = 14
"""Days that a person has to answer where contact rules, and not the policy, ask for one."""


def asked(
    view: View,
    group: Group,
    step: PolicyStep,
    lines: tuple[Line, ...],
    day: date,
    not_before: int,
    because: str = "",
) -> Due:
    """What becomes of a notice that a person must allow, on a day: it goes as it was approved, it
    waits for an answer, or it is proposed (anew, where it is no longer what was proposed).
    `because`: the contact rules that ask for a person, where it is not the policy's step."""
    view = view._replace(reviewed=True)
    serial = view.account.head.serial + 1
    stale: list[tuple[Proposal, str]] = []
    for proposal in _standing(view.account, group, step.level):
        kept = tuple(line for line in lines if line.ref not in proposal.dropped)
        due = Due(None, reasons.ON_ACCOUNT_COVERS, proposal.id)
        if any(line.advanced for line in kept):
            wanted = _as_answered(step, proposal)
            due = on_channel(view, group.policy, wanted, kept, day, not_before, serial)
            due = _charged(view, due, free=proposal.free)
        why = difference(proposal, kept, due)
        if why:
            stale.append((proposal, why))
            continue
        if not proposal.answer or day > proposal.until:
            return Due(None, reasons.APPROVAL_PENDING, proposal.id)
        if due.send is None:
            return due
        return due._replace(send=replace(due.send, proposal=proposal.id))
    due = on_channel(view, group.policy, step, lines, day, not_before, serial)
    due = _charged(view, due, free=False)
    if due.send is None:
        return due
    act = _propose(view, due.send, step.approval or REVIEWED, stale, because)
    return Due(due.at, reasons.APPROVAL_NEEDED, due.detail, EMAIL, act=act)


def expiries(view: View) -> list[Due]:
    """When each proposal that stands is over if nothing happens to it."""
    return [_expiry(view, proposal) for proposal in view.account.proposals]


def difference(proposal: Proposal, lines: tuple[Line, ...], due: Due) -> str:
    """In what a notice is no longer the one that was proposed; empty: it is the same. Less to pay
    for the same items is the same, and so is interest that has run on."""
    steps = sorted(Step(x.ref, x.level, x.repeat) for x in lines if x.advanced)
    mine = sorted(one for one in proposal.steps if one.ref not in proposal.dropped)
    if [one.ref for one in steps] != [one.ref for one in mine]:
        return "items"
    if steps != mine:
        return "levels"
    listed = {one.ref for one in proposal.lines}.difference(proposal.dropped)
    if {line.ref for line in lines} != listed:
        return "items"
    if due.send is None:
        return "" if due.at is not None else "channel"
    if due.send.channel != proposal.channel:
        return "channel"
    if due.send.tone != proposal.tone:
        return "tone"
    if not proposal.free and _charges_more(proposal, due.send):
        return "charges"
    return "total" if _fixed(due.send) > proposal.total else ""


def _standing(account: Account, group: Group, level: int) -> list[Proposal]:
    return [
        one
        for one in account.proposals
        if (one.currency, one.policy) == (group.currency, group.policy.id)
        and (group.policy.notice_per != LEVEL or one.level == level)
    ]


def _as_answered(step: PolicyStep, proposal: Proposal) -> PolicyStep:
    """The step as a person has changed it."""
    if proposal.answer != CHANGED:
        return step
    return replace(
        step, channels=(proposal.channel,), tone=proposal.tone, tone_by=None, experiment=None
    )


def _propose(
    view: View,
    send: Send,
    expires: Duration,
    stale: list[tuple[Proposal, str]],
    because: str,
) -> Act:
    head = view.account.head
    new = Proposal(
        id=proposal_id(head, head.seq + 1),
        on=view.today,
        until=later(view.today, expires),
        currency=send.currency,
        policy=send.policy,
        version=send.version,
        channel=send.channel,
        tone=send.tone,
        lines=tuple(_pinned(send, line) for line in send.lines),
        total=_fixed(send),
    )
    ended = tuple(Ended(old, new.id, view.today, f"{STALE}: {why}") for old, why in stale)
    told = [f"contact rules: {because}"] if because else []
    whys = ", ".join([*told, *(f"in place of {old.id}: {why} differ" for old, why in stale)])
    key = PostingKey(PROPOSALS, new.id)
    return Act(history.PROPOSED, reasons.APPROVAL_NEEDED, new.id, (new,), ended, whys, (key,))


def _pinned(send: Send, line: Line) -> Pinned:
    level, repeat = (line.level, line.repeat) if line.advanced else (0, 0)
    return Pinned(line.ref, line.open, level, repeat, *_charges_on(send, line.ref))


def _charges_on(send: Send, ref: ItemRef) -> tuple[int, int]:
    """Fees (compensation among them) and interest that a notice asks for anew on an item."""
    fee = interest = 0
    for charge in send.charges:
        if charge.ref == ref and charge.counts:
            if charge.what == INTEREST:
                interest += charge.amount
            else:
                fee += charge.amount
    return fee, interest


def _fixed(send: Send) -> int:
    """What a notice asks for but for new interest, which runs on from day to day."""
    return send.total - sum(
        charge.amount for charge in send.charges if charge.counts and charge.what == INTEREST
    )


def _charges_more(proposal: Proposal, send: Send) -> bool:
    """Whether an item bears a charge that was not proposed, one less, or a higher fee."""
    for one in proposal.lines:
        if one.ref not in proposal.dropped:
            fee, interest = _charges_on(send, one.ref)
            if fee > one.fee or bool(fee) != bool(one.fee) or bool(interest) != bool(one.interest):
                return True
    return False


def _charged(view: View, due: Due, *, free: bool) -> Due:
    """A notice with what it charges; where a person took the charges out, they are only kept in
    the record."""
    if due.send is None:
        return due
    send = with_charges(view, due.send)
    if free:
        waived = tuple(
            charge._replace(mode=WAIVE) if charge.counts else charge for charge in send.charges
        )
        send = replace(send, charges=waived)
    return due._replace(send=send)


def proposal_id(head: Head, seq: int) -> str:
    """An id that a person can copy: by the account and the place in its history."""
    digest = hashlib.sha256(f"{head.creditor}#{head.customer}".encode()).digest()
    return f"p{seq}-{base64.b32encode(digest).decode()[:_DIGEST]}"


def _expiry(view: View, proposal: Proposal) -> Due:
    """The end of a proposal: without an answer its steps wait as long again before they are asked
    for anew; an approval that nothing came of is over. One of which nothing is open any more (the
    write that settled it had no room for its end) ends at once."""
    if not any(view.account.item(step.ref) for step in proposal.steps):
        ended = (Ended(proposal, "", view.today, SETTLED),)
        act = Act(history.EXPIRED, reasons.NOTHING_OPEN, proposal.id, (), ended, SETTLED)
        return Due(instant(proposal.on, time(0), view.zone), act.code, proposal.id, EMAIL, act=act)
    at = instant(later(proposal.until, 1), time(0), view.zone)
    put: tuple[Refusal, ...] = ()
    if not proposal.answer:
        span = (proposal.until - proposal.on).days
        until = later(view.today, span - 1)
        steps = proposal.steps
        put = (Refusal(proposal.id, view.today, proposal.policy, steps, EXPIRED, until),)
    ended = (Ended(proposal, "", view.today, EXPIRED),)
    act = Act(history.EXPIRED, reasons.APPROVAL_EXPIRED, proposal.id, put, ended, EXPIRED)
    return Due(at, reasons.APPROVAL_PENDING, proposal.id, EMAIL, act=act)
