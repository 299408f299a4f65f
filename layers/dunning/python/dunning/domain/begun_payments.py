"""A payment that was begun on a provider's page and may still come: its key, the short hold that it
puts on what it is for, and when that hold is over. Who begins one is `service.paying`.
"""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from .account import Account
from .change import Change
from .facts import PAYMENT_BEGUN, Ended, Hold
from .identity import ItemRef
from .ledger import Entry
from .money import format_amount
from .posting import LEDGER, PostingKey

MOST_PAUSES = 2
"""Begun payments that hold back an item that stays open: who begins again and again and does not
pay is reminded all the same (as with promises, contracts, "Promise")."""
SETTLED, REFUSED = "settled", "refused"
"""How the hold of a begun payment ends: nothing is open of it any more, or its bank refused it."""
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
    """A payment that was begun and may still come: its key, the day, the last day of its hold, and
    what it is for of what is still open."""

    key: str
    on: date
    until: date
    items: tuple[ItemRef, ...]


def awaited(state: Account, today: date) -> tuple[Awaited, ...]:
    """The payments that may still come, oldest first. One that has come in part is among them."""
    still = {item.ref for item in state.open}
    found = [
        Awaited(hold.id, hold.on, hold.until, tuple(ref for ref in hold.items if ref in still))
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
    entry.put.append(Hold(key, PAYMENT_BEGUN, on, "items", until=until, items=held))
    for plan in state.plans:
        # Between banks a payment takes longer than an instalment's grace: it was begun in time.
        if plan.in_good_standing(on) and any(plan.covers(ref) for ref in held):
            entry.put.append(replace(plan, awaited=max(until, plan.awaited or until)))
    amount = format_amount(sum(part for _, part in parts), currency)
    entry.detail = f"{amount} {currency} for {len(refs)} items, until {until}"
    return entry


def refused(state: Account, account: str, provider: str, parts: Parts, on: date) -> Entry | None:
    """The entry that ends the hold of a payment whose bank refused it: the very one that was begun
    for these items and amounts. None where none of it stands."""
    currencies = {item.currency for ref, _ in parts if (item := state.item(ref))}
    for hold in state.holds:
        if hold.kind != PAYMENT_BEGUN or not currencies:
            continue
        keys = (payment_key(state, account, provider, one, parts, hold.on) for one in currencies)
        if hold.id in keys:
            entry = Entry.begin(state, "release", hold.id)
            entry.delete.append(hold)
            entry.put.append(Ended(hold, "", on, REFUSED))
            entry.detail = f"{PAYMENT_BEGUN}: the bank refused it"
            return entry
    return None


def without_settled(after: Account, change: Change, today: date) -> Change:
    """A change that ends the holds of begun payments of which no item is open any more. One that
    is over stays while an item of it is open, for two at most hold an item back."""
    still = {item.ref for item in after.open}
    over = [
        hold
        for hold in after.holds
        if hold.kind == PAYMENT_BEGUN and not still.intersection(hold.items)
    ]
    if not over:
        return change
    kept = [fact for fact in change.put if fact not in over]
    past = [Ended(hold, "", today, SETTLED) for hold in over]
    return replace(change, put=(*kept, *past), delete=(*change.delete, *over))
