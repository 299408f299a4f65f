"""What a write does to the record of how a customer pays: invoices that it settles are counted,
those that it opens again are not any more. What counts, and how, is `behaviour`'s.
"""

from collections.abc import Mapping
from datetime import date

from .behaviour import Count, Record, kept, month_of, paid
from .identity import ItemRef
from .invoice import KINDS, DueItem, Invoice, OpenItem
from .ledger import Entry, FindInvoice, TornError
from .replaced import replace


def record_after(entry: Entry, find_invoice: FindInvoice, today: date) -> Record:
    """The record of HEAD after an entry. For each document that the entry touches, what it counted
    for before goes and what it counts for now comes, so that the record is that of the invoices
    whatever happens. A document is read only where it is settled, or was, and is not at hand."""
    written = {fact.number: fact for fact in entry.put if isinstance(fact, Invoice)}
    said_again = [number for number in written if number not in entry.lookups]
    touched = dict.fromkeys([*(mark.invoice for mark in entry.marks), *said_again])
    if not touched:
        return entry.head.behaviour
    before = _open({item.ref: item for item in entry.account.open})
    after = _open(entry.open)
    changes: list[tuple[int, Count]] = []
    for number in touched:
        if number in before and number in after:
            continue
        known = None
        if number not in entry.lookups:
            known = entry.known.get(number) or _of_one(before.get(number, ()))
            known = known or find_invoice(number)
            if known is None:
                raise TornError(f"{number}: an item of an invoice that is not there")
        if known and number not in before and (was := paid(known)):
            changes.append((month_of(was.on), Count(-1, -int(was.late))))
        document = written.get(number) or known
        if document and number not in after and (now := paid(_marked(document, entry))):
            changes.append((month_of(now.on), now.counts))
    return kept(entry.head.behaviour, changes, today) if changes else entry.head.behaviour


def _open(items: Mapping[ItemRef, OpenItem]) -> dict[str, list[OpenItem]]:
    """The open items of documents, charges apart."""
    found: dict[str, list[OpenItem]] = {}
    for ref, item in items.items():
        if item.kind in KINDS:
            found.setdefault(ref.invoice, []).append(item)
    return found


def _of_one(items: list[OpenItem] | tuple[()]) -> Invoice | None:
    """The document of an open item that is the only one of its document."""
    if len(items) != 1 or items[0].total or items[0].ref.item != 1:
        return None
    item = items[0]
    due = (DueItem(item.due, item.amount),)
    return Invoice(item.ref.invoice, item.currency, item.kind, item.issued or item.due, due)


def _marked(invoice: Invoice, entry: Entry) -> Invoice:
    """A document with what the entry says of its items."""
    settled = dict(invoice.settled)
    for mark in entry.marks:
        if mark.invoice != invoice.number:
            continue
        if mark.settled is None:
            settled.pop(mark.item, None)
        else:
            settled[mark.item] = mark.settled
    return replace(invoice, settled=settled)
