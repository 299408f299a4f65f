"""Charges that are given up: all that is open of those on an invoice, or an amount of it.
What is written off of an invoice itself is `documents`'.
"""

from .account import Account
from .bodies import AccountBody, CreditorBody, WaiveBody, WriteOffBody
from .charge_documents import PREFIX
from .documents import known_item, write_off
from .invoice import OpenItem
from .ledger import Entry, Find, LedgerError, minor_units, post, spread
from .money import format_amount
from .posting import LEDGER, WAIVER, Posting, PostingKey


def given_up(account: Account, body: WaiveBody | WriteOffBody, find: Find) -> Entry:
    """The entry of either. Raises LedgerError."""
    if isinstance(body, WaiveBody):
        return waive(account, body, find)
    return write_off(account, body, find)


def only_with_charges(body: AccountBody | CreditorBody, error: LedgerError) -> bool:
    """Whether a body is refused for want of a charge alone: it gives up what only a ledger whose
    reminders were sent, or are played, knows."""
    if isinstance(body, WaiveBody) and error.code == "nothing_to_waive":
        return True
    return (
        isinstance(body, WaiveBody | WriteOffBody)
        and error.code == "unknown_invoice"
        and body.invoice.startswith(PREFIX)
    )


def waive(account: Account, body: WaiveBody, find: Find) -> Entry:
    """The entry that gives up open charges on an invoice or one of its items, or (under their own
    number) those of one notice; an amount takes the newest first. Raises LedgerError."""
    known_item(body.invoice, body.item, find.invoice)
    charges = [item for item in account.open if _on(item, body)]
    if not charges:
        raise LedgerError(
            "nothing_to_waive",
            "invoice",
            f"no charge on {body.invoice} is open; an invoice itself is written off",
        )
    currency, open_now = charges[0].currency, sum(item.open for item in charges)
    amount = open_now if body.amount is None else minor_units(body.amount, currency)
    if amount > open_now:
        raise LedgerError(
            "more_than_open",
            "amount",
            f"only {format_amount(open_now, currency)} of charges on {body.invoice} is open",
        )
    allocations = []
    left = amount
    for item in sorted(charges, key=lambda one: (one.due, one.ref), reverse=True):
        part, left = spread([item], left)
        allocations += part
    entry = Entry.begin(account, "waive", body.id)
    key = PostingKey(LEDGER, body.id)
    post(entry, Posting(key, WAIVER, body.on, body.on, currency, amount, tuple(allocations)), find)
    entry.detail = f"{format_amount(amount, currency)} {currency} of charges on {body.invoice}"
    return entry


def _on(item: OpenItem, body: WaiveBody) -> bool:
    if item.charge is None:
        return False
    return any(
        ref.invoice == body.invoice and body.item in (None, ref.item)
        for ref in (item.charge.parent, item.ref)
    )
