"""Payments that name nobody: what is kept of one until a person says whose it is, and the hold that
stands meanwhile on items which it may be for. Finding suggestions is `service.suggestions`'.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .account import Account
from .bodies import MatchBody, MoneyBody, Part
from .calendar import later
from .facts import UNMATCHED, Ended, Hold
from .identity import LONGEST_ID, ItemRef
from .ledger import Entry, minor_units, spread
from .money import format_amount
from .posting import LEDGER, PostingKey

WAITING_DAYS = 5
"""Days for which items wait that a payment may be for: time for a person to match it."""
MOST_HELD = 40
"""Items of one customer that one such payment holds."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A customer whose the payment may be, and the invoices that it names of theirs."""

    customer: str
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A payment of the creditor that is on no account: minor units, positive."""

    id: str
    on: date
    value_date: date
    currency: str
    amount: int
    said: str = ""
    """Who paid, as a person may be told: initials, and the end of the account's number."""
    suggested: tuple[str, ...] = ()
    """Customers whose items wait for it, in the order of their holds."""
    customer: str = ""
    """Whose it was, once that is known."""


def hold_id(payment: str, place: int) -> str:
    """The id of the hold that a payment puts on its suggested customer of that place."""
    plain = f"unmatched:{payment}:{place}"
    if len(plain) <= LONGEST_ID:
        return plain
    return f"unmatched:{hashlib.sha256(payment.encode()).hexdigest()[:32]}:{place}"


def held_for(
    account: Account, payment: Unmatched, place: int, invoices: Iterable[str]
) -> Entry | None:
    """The entry that lets items wait for a payment which may be for them: those of the invoices
    that it names, else the oldest that its amount reaches. None where nothing is open, or its hold
    stands already."""
    id_ = hold_id(payment.id, place)
    mine = [item for item in account.open if item.currency == payment.currency]
    named = set(invoices)
    refs = sorted(item.ref for item in mine if item.ref.invoice in named)
    if not refs:
        refs = [part.ref for part in spread(mine, payment.amount)[0]]
    if not refs or any(hold.id == id_ for hold in account.holds):
        return None
    entry = Entry.begin(account, UNMATCHED, payment.id)
    entry.seen.append(PostingKey(LEDGER, id_))
    entry.kind = "hold"
    until = later(payment.on, WAITING_DAYS)
    items = tuple(ItemRef(*ref) for ref in refs[:MOST_HELD])
    entry.put.append(Hold(id_, UNMATCHED, payment.on, "items", until=until, items=items))
    amount = format_amount(payment.amount, payment.currency)
    entry.detail = f"{amount} {payment.currency} may be for {len(items)} items until {until}"
    return entry


def let_go(account: Account, payment: Unmatched, place: int, on: date) -> Entry | None:
    """The entry that ends a payment's hold, since it is known whose it is; None: there is none."""
    hold = next((one for one in account.holds if one.id == hold_id(payment.id, place)), None)
    if hold is None:
        return None
    entry = Entry.begin(account, "matched", payment.id)
    entry.delete.append(hold)
    entry.put.append(Ended(hold, payment.id, on, "matched"))
    return entry


def as_payment(payment: Unmatched, body: MatchBody) -> MoneyBody:
    """The payment as its customer's, with what of it is for which invoice. Raises LedgerError."""
    return MoneyBody(
        on=body.on,
        type="payment",
        id=payment.id,
        customer=body.customer,
        currency=payment.currency,
        amount=payment.amount,
        value_date=payment.value_date,
        parts=tuple(
            Part(invoice=invoice, item=item, amount=minor_units(amount, payment.currency))
            for invoice, item, amount in body.allocations
        ),
        matched_by=body.by,
    )
