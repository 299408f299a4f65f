"""What a write does to promises: money is counted, and how one ended leaves a record of its own.
Pure; what a promise is, and what it covers, is `facts`'.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from . import history, reasons
from .account import Account, Head
from .change import Change, apply
from .facts import Ended, Promise
from .history import Record
from .identity import ItemRef
from .money import format_amount
from .posting import Posting

KEPT, PARTLY, BROKEN = "kept", "partly", "broken"
MONEY = frozenset({"payment", "refund", "chargeback", "reversal"})
"""Postings of which all counts for a promise, whatever it fell on; of others what fell on it."""
CODES = {
    KEPT: reasons.PROMISE_KEPT,
    PARTLY: reasons.PROMISE_PARTLY,
    BROKEN: reasons.PROMISE_BROKEN,
}


def with_promises(
    state: Account, change: Change, after: Account, now: int, today: date
) -> tuple[Change, Account]:
    """A change with what is known of promises by it, and the account as it leaves it. One whose
    items are all settled goes to the past; one that is over stays while an item of it is open, for
    two at most pause an item."""
    if not after.promises:
        return change, after
    fresh = [f for f in change.put if isinstance(f, Posting) and f.key in change.seen]
    open_now = {item.ref for item in after.open}
    put = {id(fact): fact for fact in change.put}
    changed: list[Promise] = []
    ended: list[tuple[Promise, Promise]] = []
    for promise in after.promises:
        known = _judged(promise, fresh, open_now, today)
        if not open_now.intersection(promise.items):
            ended.append((promise, known))
        elif known != promise:
            changed.append(known)
    if not changed and not ended:
        return change, after
    touched = {p.id for p in changed} | {p.id for p, _ in ended}
    kept = [f for f in put.values() if not (isinstance(f, Promise) and f.id in touched)]
    by = fresh[-1].key.id if fresh else ""
    past = [Ended(known, by, today, known.outcome) for _, known in ended]
    gone = tuple(promise for promise, _ in ended)
    head, records = _told(
        state, change.head, after.promises, (*changed, *(known for _, known in ended)), now
    )
    change = replace(
        change,
        head=head,
        put=(*kept, *changed, *past),
        delete=(*change.delete, *gone),
        history=(*change.history, *records),
    )
    return change, apply(state, change)


def _told(
    state: Account, head: Head, before: Iterable[Promise], known: Iterable[Promise], now: int
) -> tuple[Head, list[Record]]:
    """HEAD after a record for each promise of which it is now known how it ended."""
    outcomes = {promise.id: promise.outcome for promise in before}
    records = []
    for promise in known:
        if not promise.outcome or promise.outcome == outcomes.get(promise.id):
            continue
        head = replace(head, seq=head.seq + 1)
        amounts = (promise.received, promise.amount)
        received, amount = (format_amount(one, promise.currency) for one in amounts)
        said = f"{received} of {amount} {promise.currency} came by {promise.last_day}"
        code = CODES[promise.outcome]
        plan = state.head.plan
        records.append(Record(head.seq, now, history.PROMISE, code, plan, promise.id, detail=said))
    return head, records


def _judged(promise: Promise, fresh: list[Posting], open_now: set[ItemRef], today: date) -> Promise:
    """A promise after these postings, on a day."""
    received = promise.received
    for posting in fresh:
        if posting.currency == promise.currency and posting.on <= promise.last_day:
            received += _counted(posting, promise)
    received = max(received, 0)
    over = today > promise.last_day
    outcome = ""
    if received >= promise.amount or (not over and not open_now.intersection(promise.items)):
        outcome = KEPT
    elif over:
        outcome = PARTLY if received else BROKEN
    if (received, outcome) == (promise.received, promise.outcome):
        return promise
    return replace(promise, received=received, outcome=outcome)


def _counted(posting: Posting, promise: Promise) -> int:
    if posting.type in MONEY:
        return posting.amount
    return sum(a.amount for a in posting.allocations if promise.covers(a.ref))
