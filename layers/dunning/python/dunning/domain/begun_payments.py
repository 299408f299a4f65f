"""A payment that was begun on a provider's page and may still come: its key, the short hold that it
puts on what it is for, and when that hold is over. Who begins one is `service.paying`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from .account import Account
from .calendar import later
from .change import Change
from .facts import PAYMENT_BEGUN, Ended, Hold
from .identity import ItemRef
from .ledger import Entry
from .money import format_amount
from .payment_plans import PaymentPlan
from .posting import LEDGER, Posting, PostingKey

MOST_PAUSES = 2
"""Begun payments that hold back an item that stays open: who begins again and again and does not
pay is reminded all the same (as with promises, contracts, "Promise")."""
SETTLED, ARRIVED = "settled", "arrived"
"""How the hold of a begun payment ends: nothing is open of it any more, or its amount has come."""
CAME = frozenset({SETTLED, ARRIVED})
Parts = tuple[tuple[ItemRef, int], ...]
"""What a payment is for: minor units of each open item."""


def payment_key(
    state: Account, account: str, provider: str, currency: str, parts: Parts, on: date
) -> str:
    """The key of a payment: the same for the same items, amounts and day, however often somebody
    clicks; so the provider begins one. Of an item of which something came meanwhile it is another:
    two instalments of one amount may be paid on one day."""
    opened = {item.ref: item.open for item in state.open}
    listed = (f"{ref}={part}/{opened.get(ref, 0)}" for ref, part in sorted(parts))
    words = "\n".join((account, provider, currency, on.isoformat(), *listed))
    return f"paying-{sha256(words.encode()).hexdigest()[:32]}"


class Awaited(NamedTuple):
    """A payment that was begun and may still come: its key, the day, the last day of its hold,
    what it is for of what is still open, and minor units of all of it."""

    key: str
    on: date
    until: date
    items: tuple[ItemRef, ...]
    amount: int


def awaited(state: Account, today: date) -> tuple[Awaited, ...]:
    """The payments that may still come, oldest first."""
    still = {item.ref for item in state.open}
    found = [
        Awaited(
            hold.id,
            hold.on,
            hold.until,
            tuple(ref for ref in hold.items if ref in still),
            hold.amount,
        )
        for hold in state.holds
        if hold.kind == PAYMENT_BEGUN and hold.until and today <= hold.until
    ]
    return tuple(sorted((one for one in found if one.items), key=lambda one: (one.on, one.key)))


def key_on(
    state: Account, account: str, provider: str, currency: str, parts: Parts, today: date
) -> str:
    """The key of a payment on a day: that of the very same one where it was begun before and may
    still come. So midnight between two clicks makes no second payment of them."""
    for hold in state.holds:
        if hold.kind == PAYMENT_BEGUN and hold.until and today <= hold.until:
            key = payment_key(state, account, provider, currency, parts, hold.on)
            if hold.id == key:
                return key
    return payment_key(state, account, provider, currency, parts, today)


def begun(
    state: Account, key: str, currency: str, parts: Parts, on: date, until: date
) -> Entry | None:
    """The entry that lets items wait for a payment that was begun, up to and including `until`.
    None where it stands already, where nothing of it is open any more, or where each item has
    waited often enough."""
    still = {item.ref for item in state.open}
    refs = tuple(ref for ref, _ in parts if ref in still)
    waited = {
        ref: sum(one.kind == PAYMENT_BEGUN and ref in one.items for one in state.holds)
        for ref in refs
    }
    known = any(one.id == key for one in state.holds)
    if known or not refs or min(waited.values()) >= MOST_PAUSES:
        return None
    entry = Entry.begin(state, PAYMENT_BEGUN, key)
    entry.seen.append(PostingKey(LEDGER, key))
    entry.kind = "hold"
    held = tuple(ref for ref in refs if waited[ref] < MOST_PAUSES)
    total = sum(part for _, part in parts)
    entry.put.append(Hold(key, PAYMENT_BEGUN, on, "items", until=until, items=held, amount=total))
    entry.put += _awaited_by(state, held, on, until)
    entry.detail = (
        f"{format_amount(total, currency)} {currency} for {len(refs)} items, until {until}"
    )
    return entry


def refused(state: Account, account: str, provider: str, parts: Parts, on: date) -> Entry | None:
    """The entry after which the hold of a payment that its bank refused holds nothing any more: the
    very one that was begun for these items and amounts. It stays among those that have held its
    items, or whoever begins a payment that fails could do so for ever. None where none stands."""
    hold = _hold_of(state, account, provider, parts)
    yesterday = later(on, -1)
    if hold is None or hold.until is None or hold.until <= yesterday:
        return None
    entry = Entry.begin(state, "release", hold.id)
    entry.put.append(replace(hold, until=yesterday))
    entry.detail = f"{PAYMENT_BEGUN}: the bank refused it"
    return entry


def under_way(
    state: Account, account: str, provider: str, parts: Parts, until: date
) -> Entry | None:
    """The entry that lets a payment be waited for longer which was begun for these items and
    amounts: its payer has agreed to it, and their bank takes some days. None where that stands."""
    hold = _hold_of(state, account, provider, parts)
    if hold is None or hold.until is None or hold.until >= until:
        return None
    entry = Entry.begin(state, PAYMENT_BEGUN, hold.id)
    entry.put.append(replace(hold, until=until))
    entry.put += _awaited_by(state, hold.items, hold.on, until)
    entry.detail = f"agreed to, until {until}"
    return entry


def _hold_of(state: Account, account: str, provider: str, parts: Parts) -> Hold | None:
    """The hold of the very payment that was begun for these items and amounts."""
    currencies = {item.currency for ref, _ in parts if (item := state.item(ref))}
    for hold in state.holds:
        if hold.kind == PAYMENT_BEGUN and hold.id in {
            payment_key(state, account, provider, one, parts, hold.on) for one in currencies
        }:
            return hold
    return None


def _awaited_by(
    state: Account, held: Collection[ItemRef], on: date, until: date
) -> list[PaymentPlan]:
    """The plans that wait for a payment of theirs which was begun in time: between banks it takes
    longer than an instalment's grace."""
    return [
        replace(plan, awaited=max(until, plan.awaited or until))
        for plan in state.plans
        if plan.in_good_standing(on) and any(plan.covers(ref) for ref in held)
    ]


def without_arrived(after: Account, change: Change, today: date) -> Change:
    """A change that ends the holds of begun payments that have come: of which no item is open any
    more, or whose very amount a payment has just brought for an item of theirs. One that is over
    stays while an item of it is open, for two at most hold an item back."""
    still = {item.ref for item in after.open}
    holds = [hold for hold in after.holds if hold.kind == PAYMENT_BEGUN]
    over = {hold: ("", SETTLED) for hold in holds if not still.intersection(hold.items)}
    for posting in change.put:
        if isinstance(posting, Posting) and posting.pays and posting.key in change.seen:
            brought = {ref for ref, _ in posting.allocations}
            came = [
                hold
                for hold in sorted(holds, key=lambda one: (one.on, one.id))
                if hold not in over
                and hold.amount == posting.amount
                and brought.intersection(hold.items)
            ]
            over.update(dict.fromkeys(came[:1], (posting.key.id, ARRIVED)))
    if not over:
        return change
    kept = [fact for fact in change.put if not (isinstance(fact, Hold) and fact in over)]
    past = [Ended(hold, by, today, how) for hold, (by, how) in over.items()]
    return replace(change, put=(*kept, *past), delete=(*change.delete, *over))
