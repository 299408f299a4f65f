"""Documents and money as entries: invoices, credit notes, payments, write-offs, and what they say
of their customer. Later words on a known invoice are `amending`'s, open-item lists `statements`'.
"""

import hashlib
from collections.abc import Iterable

from .account import EMAIL, Account, Applying
from .amending import amend, needs_dues
from .bodies import DisputeBody, InvoiceBody, MoneyBody, Part, StatementBody, WriteOffBody
from .charge_documents import not_reserved
from .customer import Address, Customer, HashOf
from .disputes_told import AS_IMPORTED as AS_IMPORTED
from .disputes_told import current_id
from .disputes_told import dispute_id as dispute_id
from .facts import Awaiting, Dispute
from .identity import LONGEST_ID, ItemRef
from .invoice import Invoice, OpenItem
from .ledger import (
    AWAITING,
    LARGEST_WRITE,
    MOST_WRITTEN,
    Entry,
    Find,
    FindInvoice,
    LedgerError,
    minor_units,
    open_invoice,
    post,
    spread,
    take_up,
)
from .money import format_amount
from .plan_entries import shared_out
from .posting import CREDIT_NOTES, LEDGER, Allocation, Posting, PostingKey
from .replaced import replace
from .statements import state
from .told_twice import told_twice


def enter_again(
    account: Account, body: InvoiceBody, known: Invoice, find: Find, hash_of: HashOf
) -> Entry | None:
    """The entry of a later word on an invoice that is known: other items, a dispute, or what it
    says of the customer. None where all of that is known too."""
    not_reserved(known.number)
    entry = amend(account, body, known, find)
    if entry is None or not entry.quiet:
        entry = _disputed(account, entry, body, find)
    return introduced(account, entry, body.about, hash_of)


def in_writes(body: InvoiceBody) -> tuple[InvoiceBody | DisputeBody, ...]:
    """The body, or where its disputes are too many for its own write, the body and each of them."""
    items = len(body.invoice.items)
    if (items if items <= LARGEST_WRITE else 0) + 2 * len(body.disputed) <= MOST_WRITTEN:
        return (body,)
    number = body.invoice.number
    disputes = (
        DisputeBody(
            on=body.on,
            id=dispute_id(number, item),
            invoice=number,
            item=item,
            reason=AS_IMPORTED,
        )
        for item in body.disputed
    )
    return (replace(body, disputed=()), *disputes)


def introduced(
    account: Account, entry: Entry | None, about: Customer | None, hash_of: HashOf
) -> Entry | None:
    """The entry with what the document says of its customer, where it is not known yet. What is
    known, by whichever body, stays."""
    if about is None:
        return entry
    known = account.customer
    channels = {address.channel for address in known.addresses}
    new: list[Address] = [
        replace(
            address, hash=hash_of(address.channel, address.value, known.country or about.country)
        )
        for address in about.addresses
        if address.channel not in channels
    ]
    filled = replace(
        known,
        name=known.name or about.name,
        country=known.country or about.country,
        language=known.language or about.language,
        addresses=(*known.addresses, *new),
        postal=known.postal or about.postal,
    )
    if entry is not None and not entry.quiet and _other_email(known, about):
        entry.notes.append(
            (
                "other_email",
                (
                    f"customer {known.customer}: another e-mail address than the one that is known;"
                    " the known one stays. A customer record changes it"
                ),
            )
        )
    if filled == known:
        return entry
    if entry is None or entry.quiet:
        entry = _of_customer(account, entry)
    entry.put.append(filled)
    return entry


def _other_email(known: Customer, about: Customer) -> bool:
    """Whether a document has an e-mail address, and none that is known, where one is known."""
    mine, new = (
        {one.value.casefold() for one in customer.addresses if one.channel == EMAIL}
        for customer in (known, about)
    )
    return bool(mine and new) and mine.isdisjoint(new)


def _of_customer(account: Account, entry: Entry | None) -> Entry:
    """An entry of the customer alone, in place of one that says nothing."""
    alone = Entry.begin(account, "customer", account.head.customer)
    if entry is not None:
        alone.head, alone.notes = entry.head, entry.notes
    return alone


def document(
    account: Account, body: InvoiceBody | MoneyBody | StatementBody, find: Find
) -> Entry | None:
    """The entry of a document that is new here, or of what a list says of one."""
    match body:
        case InvoiceBody():
            return _invoice(account, body, find) if body.invoice.items else None
        case MoneyBody():
            entry = _matched(_money(account, body, find), body)
            return told_twice(_paid_before(_dated(entry, account, body), body, find), body, find)
        case StatementBody():
            return state(account, body, find, lambda credit: _money(account, credit, find))


def paid_id(number: str) -> str:
    """The id of what a document says was paid of it, before or at its settlement."""
    plain = f"paid:{number}"
    if len(plain) <= LONGEST_ID:
        return plain
    return f"paid:{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def _matched(entry: Entry, body: MoneyBody) -> Entry:
    """The entry, which says who knew whose the payment is."""
    if body.matched_by:
        entry.detail = f"matched by {body.matched_by}; {entry.detail}".removesuffix("; ")
    return entry


def _dated(entry: Entry, account: Account, body: MoneyBody) -> Entry:
    """The entry, with a word where a statement speaks of a later day than the payment's: it has
    most likely counted that payment already. Which of them is right only a person can tell."""
    stated = account.head.stated
    if body.type == "payment" and not body.so_far and stated and body.value_date <= stated:
        entry.notes.append(
            (
                "before_statement",
                (
                    f"payment {body.id} is of {body.value_date}, and a statement as of {stated} is"
                    " known of this customer, which has probably counted it: look whether it is"
                    " there twice now, and reverse it if it is"
                ),
            )
        )
    return entry


def _paid_before(entry: Entry, body: MoneyBody, find: Find) -> Entry:
    """The entry, with a word where money stays on account that names an invoice whose own document
    has said that it was paid: most likely it is that very payment."""
    more = entry.head.credit.get(body.currency, 0) > entry.account.head.credit.get(body.currency, 0)
    if body.type != "payment" or body.so_far or not more:
        return entry
    for number in dict.fromkeys(part.invoice for part in body.parts):
        known = find.posting(PostingKey(LEDGER, paid_id(number)))
        if known is not None and known.standing()[0]:
            said = (
                f"payment {body.id}: invoice {number} was paid already, by the word of its own"
                f" document ({known.value_date}), so this money is on account. If it is the same"
                f" payment, send a reversal of {body.id}"
            )
            entry.notes.append(("paid_before", said))
    return entry


def _invoice(account: Account, body: InvoiceBody, find: Find) -> Entry:
    invoice = body.invoice
    not_reserved(invoice.number)
    needs_dues(invoice)
    entry = Entry.begin(account, "invoice", invoice.number)
    entry.lookups.append(invoice.number)
    entry.put.append(invoice)
    number = body.invoice.number
    _dispute(entry, body, [(item, dispute_id(number, item)) for item in body.disputed])
    items = len(invoice.items)
    if items > LARGEST_WRITE:
        entry.head = replace(entry.head, applying=Applying("invoice", "", invoice.number, 0, items))
        return entry
    open_invoice(entry, invoice, 0, items)
    room = MOST_WRITTEN - items - 2 * len(body.disputed)
    if account.awaiting and not take_up(entry, invoice, find, body.on, room):
        entry.head = replace(entry.head, applying=Applying(AWAITING, "", invoice.number, 0, 0))
    return entry


def _dispute(entry: Entry, body: InvoiceBody, items: Iterable[tuple[int, str]]) -> None:
    """The disputes that a document tells of, by item and id, in its own write."""
    for item, id_ in items:
        entry.seen.append(PostingKey(LEDGER, id_))
        entry.put.append(Dispute(id_, body.invoice.number, body.on, item, AS_IMPORTED))
        entry.kind = "dispute"
    if entry.kind:
        entry.detail = f"{entry.detail}; disputed".removeprefix("; ")


def _disputed(account: Account, entry: Entry | None, body: InvoiceBody, find: Find) -> Entry | None:
    """The entry with disputes that were not told before; one that was, and is over, stays so unless
    it was a file that said so."""
    ids = [(item, current_id(body.invoice.number, item, find.taken)) for item in body.disputed]
    new = [(item, id_) for item, id_ in ids if not find.taken(PostingKey(LEDGER, id_))]
    if not new:
        return entry
    if entry is None:
        entry = Entry.begin(account, "dispute", new[0][1])
    _dispute(entry, body, new)
    return entry


def known_invoice(
    number: str, find_invoice: FindInvoice, currency: str | None, field: str = "invoice"
) -> Invoice:
    invoice = find_invoice(number)
    if invoice is None:
        raise LedgerError(
            "unknown_invoice", field, f"invoice {number} is not known here; send it first"
        )
    if currency and invoice.currency != currency:
        raise LedgerError(
            "currency_mismatch",
            "currency",
            f"invoice {number} is in {invoice.currency}, not {currency}",
        )
    return invoice


def known_item(number: str, item: int | None, find_invoice: FindInvoice) -> Invoice:
    invoice = known_invoice(number, find_invoice, None)
    if item is not None and not 1 <= item <= len(invoice.items):
        raise LedgerError(
            "unknown_item", "item", f"invoice {number} has items 1 to {len(invoice.items)}"
        )
    return invoice


def _allocate(
    entry: Entry, parts: tuple[Part, ...], currency: str, find: Find, *, charges: bool
) -> tuple[list[Allocation], dict[tuple[str, int | None], int]]:
    """Allocations of the parts, each no more than is open; and what is for invoices that are not
    known yet, by invoice and item. `charges`: what is beyond an invoice goes to its charges."""
    taken: dict[ItemRef, int] = {}
    early: dict[tuple[str, int | None], int] = {}
    for part in parts:
        items = [
            item
            for ref, item in entry.open.items()
            if ref.invoice == part.invoice and part.item in (None, ref.item)
        ]
        # An open item says enough of its invoice: only of others is the document asked for.
        if not items or items[0].currency != currency:
            if find.invoice(part.invoice) is None:
                key = (part.invoice, part.item)
                early[key] = early.get(key, 0) + part.amount
                continue
            known_invoice(part.invoice, find.invoice, currency)
            known_item(part.invoice, part.item, find.invoice)
        if charges and part.item is None:
            items += [
                item
                for item in entry.open.values()
                if item.charge and item.charge.parent.invoice == part.invoice
                if item.currency == currency
            ]
        left = [
            replace(item, open=item.open - taken.get(item.ref, 0))
            for item in items
            if item.open > taken.get(item.ref, 0)
        ]
        allocations, _ = spread(left, part.amount)
        for ref, amount in allocations:
            taken[ref] = taken.get(ref, 0) + amount
    return [Allocation(ref, amount) for ref, amount in taken.items()], early


def _money(account: Account, body: MoneyBody, find: Find) -> Entry:
    source = CREDIT_NOTES if body.type == "credit_note" else LEDGER
    key = PostingKey(source, body.id)
    entry = Entry.begin(account, body.type, body.id)
    parts = body.parts
    if sum(part.amount for part in parts) > body.amount:
        raise LedgerError(
            "allocated_too_much", "allocations", "the allocations are more than the amount"
        )
    if body.invoice and not parts:
        parts = (Part(invoice=body.invoice, item=None, amount=body.amount),)
    allocations: list[Allocation] = []
    early: dict[tuple[str, int | None], int] = {}
    if parts:
        charges = body.type == "payment" and not body.so_far
        allocations, early = _allocate(entry, parts, body.currency, find, charges=charges)
    elif body.type == "payment" and not body.on_account:
        mine = [item for item in account.open if item.currency == body.currency]
        allocations = shared_out(account, mine, body.amount, body.on, body.reference or "")
    if len(early) > LARGEST_WRITE:
        raise LedgerError(
            "too_many_unknown",
            "allocations",
            f"{len(early)} of the invoices are not known here; at most {LARGEST_WRITE} can be"
            " waited for at once: send the invoices first",
        )
    amount, reference = body.amount, body.reference or ""
    if body.so_far:
        # What of the document is not open any more was paid before, whoever told of it.
        used = sum(a.amount for a in allocations) + sum(early.values())
        amount -= sum(part.amount for part in parts) - used
        reference = format_amount(body.so_far, body.currency)
    on_account = amount - sum(a.amount for a in allocations)
    post(
        entry,
        Posting(
            key=key,
            type=body.type,
            on=body.on,
            value_date=body.value_date,
            currency=body.currency,
            amount=amount,
            allocations=tuple(allocations),
            on_account=on_account,
            reference=reference,
        ),
        find,
        beside=len(early),
    )
    for (invoice, item), amount in early.items():
        entry.put.append(Awaiting(key, invoice, amount, item))
        said = f"{format_amount(amount, body.currency)} {body.currency}"
        entry.notes.append(
            (
                "waits_for_invoice",
                (
                    f"{body.type.replace('_', ' ')} {body.id}: {said} waits on account for invoice"
                    f" {invoice}, which is not known of this customer yet"
                ),
            )
        )
        entry.detail = f"{entry.detail}; {said} waits for {invoice}".removeprefix("; ")
    return entry


def write_off(account: Account, body: WriteOffBody, find: Find) -> Entry:
    invoice = known_invoice(body.invoice, find.invoice, None)
    amount = minor_units(body.amount, invoice.currency)
    entry = Entry.begin(account, "write_off", body.id)
    items: list[OpenItem] = [i for i in account.open if i.ref.invoice == body.invoice]
    allocations, rest = spread(items, amount)
    if rest:
        raise LedgerError(
            "more_than_open",
            "amount",
            f"only {format_amount(amount - rest, invoice.currency)} of {body.invoice} is open",
        )
    key = PostingKey(LEDGER, body.id)
    post(
        entry,
        Posting(key, "write_off", body.on, body.on, invoice.currency, amount, tuple(allocations)),
        find,
    )
    return entry
