"""The fence's moves on HEAD: claim, confirm, release, lapse, and what an unknown send becomes.
Pure: each returns the HEAD to write; conditions and retries are the use cases' and the ledger's.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from . import bars, history, reasons
from .account import (
    CLAIMED,
    UNKNOWN,
    VOICE,
    Account,
    Claim,
    Head,
    LastNotice,
    Plan,
    Said,
    Tries,
)
from .calendar import DAY, local_day
from .change import LiveFact, Mark, PastFact
from .charge_documents import Posted, levels_charged, posted, with_parents
from .contacted import made
from .creditor import Creditor
from .due import Send
from .facts import UNKNOWN_SEND, Hold
from .history import Attempt, Record, Task
from .identity import ItemRef
from .invoice import Invoice, Reached
from .money import format_amount
from .outcomes import SENT
from .replaced import replace

LEASE = 15 * 60
"""Seconds of a claim: longer than a function's timeout and its read timeout together."""
UNKNOWN_HORIZON = DAY
"""Seconds from the claim after which the creditor's rule settles an unknown send."""
LEAST_TIME_LEFT = 20
"""Seconds that must be left of an invocation for a claim to be taken."""
FIRST_BACKOFF, LONGEST_BACKOFF = 60, 3_600


class Counted(NamedTuple):
    """What a claim's end writes: HEAD, levels of settled items, and (where a notice that counts as
    sent has charged something) its document with its items, and its number."""

    head: Head
    marks: tuple[Mark, ...] = ()
    put: tuple[LiveFact | PastFact, ...] = ()
    lookups: tuple[str, ...] = ()


def claimed(head: Head, send: Send, token: str, now: int) -> Head:
    """HEAD with the claim of one attempt. The plan, and so the agenda, stays as it is."""
    claim = Claim(
        serial=send.serial,
        attempt=send.attempt,
        seq=head.seq + 1,
        token=token,
        at=now,
        lease_until=now + LEASE,
        channel=send.channel,
        currency=send.currency,
        address_hash=send.address.hash,
        said=send.said,
        policy=send.policy,
        version=send.version,
        ruleset=send.ruleset,
        charges=send.charges,
        tone=send.tone,
        standing=send.standing,
        placed=send.person_wide,
    )
    return replace(head, rev=head.rev + 1, seq=head.seq + 1, claim=claim)


def attempt_record(
    claim: Claim,
    plan: Plan,
    outcome: str,
    now: int,
    *,
    template: str = "",
    message_id: str = "",
    detail: str = "",
    overrides: tuple[str, ...] = (),
    variant: str = "",
) -> Record:
    """The history record that belongs to a claim, with the outcome that its writer knows.
    `overrides`: contact rules that were out of force for it; whoever has the claim alone knows them
    by the version that its ruleset names. `variant`: what it was in an experiment; HEAD has no room
    for that, so an attempt whose sender never came back is in none."""
    return Record(
        seq=claim.seq,
        at=now,
        kind=history.ATTEMPT,
        code=outcome,
        ended=plan,
        id=str(claim.serial),
        attempt=Attempt(
            serial=claim.serial,
            attempt=claim.attempt,
            channel=claim.channel,
            currency=claim.currency,
            address_hash=claim.address_hash,
            said=claim.said,
            policy=claim.policy,
            version=claim.version,
            ruleset=claim.ruleset + "".join(f" -{rule}" for rule in overrides),
            template=template,
            message_id=message_id,
            charges=claim.charges,
            tone=claim.tone,
            standing=claim.standing,
            variant=variant,
        ),
        detail=detail,
    )


def settled_record(head: Head, seq: int, serial: int, outcome: str, now: int) -> Record:
    """The record that settles an attempt whose own record says something else."""
    return Record(seq, now, history.SETTLED, outcome, head.plan, str(serial))


def sent(
    account: Account,
    creditor: Creditor,
    attempt: Attempt,
    seq: int,
    at: int,
    find_invoice: Callable[[str], Invoice | None],
    outcome: str = SENT,
) -> Counted:
    """What is written once a notice counts as sent: levels from what was said, where each item
    lives now; the case's last notice, with what is known to have become of it; the contact. The
    claim is not touched here. A further attempt belongs to its notice: it keeps the notice's day,
    from which intervals and steps are counted. What it charged is posted with it."""
    head = account.head
    mine = [n for n in head.last if (n.currency, n.policy) == (attempt.currency, attempt.policy)]
    before = next((n for n in mine if n.serial == attempt.serial), None)
    day = before.day if before else local_day(at, account.zone(creditor))
    counts = int(before is None and attempt.channel != VOICE)
    open_now = {item.ref: item for item in account.open}
    reached = dict(head.reached)
    marks: dict[ItemRef, Mark] = {}
    early = True
    for line in attempt.said:
        item = open_now.get(line.ref)
        if item is not None:
            reached[line.ref] = _reached(line, account.level_of(item), day, attempt.serial, counts)
            early = early and day < item.due
            continue
        invoice = find_invoice(line.ref.invoice)
        settled = invoice.settled.get(line.ref.item) if invoice else None
        if invoice is None or settled is None:
            continue
        early = early and day < invoice.items[line.ref.item - 1].due
        level = _reached(line, settled.reached, day, attempt.serial, counts)
        if settled.reached != level:
            after = replace(settled, reached=level)
            marks[line.ref] = Mark(line.ref.invoice, line.ref.item, after)
    with_parents(account, attempt, reached)
    posts = Posted()
    if attempt.charges:
        gone = {ref: mark.settled for ref, mark in marks.items() if mark.settled}
        posts = posted(account, attempt, day, find_invoice, reached, gone)
        reached.update(posts.reached)
        marks.update({ItemRef(mark.invoice, mark.item): mark for mark in posts.marks})
    charged = tuple(level for n in mine for level in n.charged)
    notice = LastNotice(
        attempt.currency,
        attempt.policy,
        attempt.serial,
        seq,
        attempt.channel,
        attempt.attempt,
        outcome,
        day,
        attempt.address_hash,
        level=max((line.level for line in attempt.said), default=0),
        early=early,
        counted=max((n.counts_on for n in mine if n.counts_on), default=None) if early else None,
        notices=max((n.notices for n in mine), default=0) + counts,
        charged=levels_charged(charged, attempt),
    )
    # Where each level has a notice of its own, several stand beside each other for their run.
    others = tuple(n for n in head.last if n not in mine or (n.day == day and n is not before))
    told = replace(
        head,
        serial=max(head.serial, attempt.serial),
        reached=reached,
        last=(*others, notice),
        recent=made(
            head, at, attempt.channel, attempt.serial, attempt.attempt, attempt.currency, outcome
        ),
        full=tuple(one for one in head.full if one.until > at),
        tries=None,
        applying=posts.applying or head.applying,
    )
    told = bars.without_past_refusals(told)
    return Counted(told, tuple(marks.values()), posts.put, posts.lookups)


def _reached(line: Said, before: Reached | None, day: date, serial: int, counts: int) -> Reached:
    """The level that a line was told, with the notices that have taken its item there: a notice
    counts once (`counts`: 1, or 0 for a call), however often this is asked."""
    notices = before.notices if before else 0
    if before is None or before.serial != serial:
        notices += counts
    return Reached(line.level, day, serial, line.repeat, notices - line.level)


def confirmed(
    account: Account, creditor: Creditor, find_invoice: Callable[[str], Invoice | None]
) -> Counted:
    """HEAD without its claim, whose notice counts as sent, and what is posted with that."""
    claim = account.head.claim
    assert claim is not None  # callers have checked the token
    record = attempt_record(claim, account.head.plan, history.SENT, claim.at)
    assert record.attempt is not None
    counted = sent(account, creditor, record.attempt, claim.seq, claim.at, find_invoice)
    return counted._replace(head=replace(counted.head, claim=None))


def released(head: Head, now: int, why: str) -> Head:
    """HEAD after an attempt that provably did not leave: the attempt is not used up, and waits."""
    claim = head.claim
    assert claim is not None
    tries = head.tries
    same = tries and (tries.serial, tries.attempt) == (claim.serial, claim.attempt)
    failures = tries.failures + 1 if tries and same else 1
    wait = min(FIRST_BACKOFF * 2 ** (failures - 1), LONGEST_BACKOFF)
    return replace(
        head, claim=None, tries=Tries(claim.serial, claim.attempt, failures, now + wait, why)
    )


def rejected(head: Head, why: str) -> Head:
    """HEAD after the provider refused the message for good: this notice is not tried at this
    address again, and goes on with its next attempt. Later notices may use the address."""
    claim = head.claim
    assert claim is not None
    after = replace(head, claim=None, tries=Tries(claim.serial, claim.attempt + 1, 0, 0, why))
    return bars.refused(after, claim.channel, claim.address_hash, claim.serial)


def lapsed(head: Head) -> Head:
    """HEAD whose claim ran out: the result is unknown, and the agenda brings it in a day."""
    claim = head.claim
    assert claim is not None
    assert claim.state == CLAIMED
    return replace(
        head,
        claim=replace(claim, state=UNKNOWN),
        plan=Plan(
            claim.at + UNKNOWN_HORIZON,
            claim.channel,
            reasons.UNKNOWN_RESULT,
            str(claim.serial),
            claim.lease_until,
        ),
    )


def asked(head: Head, creditor: Creditor, now: int) -> tuple[Head, Hold]:
    """HEAD without the unknown claim, and the hold that only a person's answer ends. HEAD keeps
    which attempt is asked about, so that an event of it is not lost meanwhile."""
    claim = head.claim
    assert claim is not None
    day = local_day(now, creditor.time_zone)
    tries = Tries(claim.serial, claim.attempt, 0, 0, history.ASKED)
    hold = Hold(f"{UNKNOWN_SEND}-{claim.seq}", UNKNOWN_SEND, day)
    return replace(head, claim=None, tries=tries), hold


def outcome_while_asked(head: Head) -> str:
    """What became of the attempt that is asked about, as far as events have told."""
    tries = head.tries
    return tries.why if tries and tries.why != history.ASKED else SENT


def asked_about(hold: Hold) -> int:
    """The history seq of the attempt that an unknown_send hold asks about."""
    return int(hold.id.rpartition("-")[2])


def person_task(claim: Claim, account_key: str, customer: str, now: int) -> Task:
    """The line that a notice by the channel `task` is: somebody is to call or to write."""
    level = max((line.level for line in claim.said), default=0)
    asked = sum(line.open + line.fee + line.interest for line in claim.said)
    amount = f"{format_amount(asked, claim.currency)} {claim.currency}"
    return Task(
        f"contact-{account_key}-{claim.seq}",
        now,
        "contact",
        customer,
        f"call or write: notice {claim.serial}, level {level}, {claim.tone}: {amount} for"
        f" {len(claim.said)} items",
    )


def refused_task(claim: Claim, account_key: str, customer: str, now: int, why: str) -> Task:
    """The line for a person about a refused message: most often a template or the creditor's
    set-up, which nobody else will mend."""
    return Task(
        f"refused-{account_key}-{claim.seq}",
        now,
        "refused",
        customer,
        f"notice {claim.serial}, attempt {claim.attempt}, {claim.channel}: {why}",
    )


def unknown_task(claim: Claim, account_key: str, customer: str, now: int, said: str) -> Task:
    """The line for a person about an unknown send: the same id at lapse and at settlement."""
    return Task(
        f"unknown-{account_key}-{claim.seq}",
        now,
        "unknown_send",
        customer,
        f"notice {claim.serial}, attempt {claim.attempt}, {claim.channel}: {said}",
    )
