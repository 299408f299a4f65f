"""What a returned payment has cost, as a charge on the oldest item that is open again by it: a
document with one item, as the charges of notices are. Which money goes back is `returns`'.
"""

import hashlib
from datetime import date

from .charge_documents import PREFIX
from .charges.notice import FEE
from .identity import LONGEST_ID, ItemRef
from .invoice import CHARGE, ChargeOf, DueItem, Invoice, open_item
from .ledger import Entry, Find
from .posting import Allocation

ROOM = 2
"""What its document, its number and its item take of a write, in due items."""
_FEE = "fee"


def fee_number(chargeback: str) -> str:
    """The number of the document: the same chargeback has the same."""
    plain = f"{PREFIX}return/{chargeback}"
    if len(plain) <= LONGEST_ID:
        return plain
    return PREFIX + hashlib.sha256(plain.encode()).hexdigest()[:32]


def charge(
    entry: Entry,
    chargeback: str,
    amount: int,
    currency: str,
    on: date,
    back: tuple[Allocation, ...],
    find: Find,
) -> None:
    """Add the fee (minor units) to the entry of a chargeback. Where the payment stood on no item,
    there is none that it could stand against: it is then a document of kind fee of its own."""
    number = fee_number(chargeback)
    parent = min(
        ((due, ref) for ref, _ in back if (due := _due(ref, entry, find)) is not None),
        default=None,
    )
    charges: tuple[ChargeOf, ...] = ()
    if parent is not None:
        since, ref = parent
        charges = (ChargeOf(ref, since, FEE, 0, 0),)
    document = Invoice(
        number, currency, CHARGE if charges else _FEE, on, (DueItem(on, amount),), charges=charges
    )
    item = open_item(document, 1, amount)
    entry.put.append(document)
    entry.lookups.append(number)
    entry.open[item.ref] = item
    entry.touched.add(item.ref)


def _due(ref: ItemRef, entry: Entry, find: Find) -> date | None:
    item = entry.open.get(ref)
    if item is not None:
        return item.due
    invoice = find.invoice(ref.invoice)
    known = invoice is not None and ref.item <= len(invoice.items)
    return invoice.items[ref.item - 1].due if invoice is not None and known else None
