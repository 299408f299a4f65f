"""From body to entry: for each kind of ledger body, what it writes and when it is refused.
The arithmetic of items and credit is `ledger`'s; plan, history and storage come after.
"""

from collections.abc import Callable
from dataclasses import replace

from . import bars
from .account import Account, Applying, Head, LastNotice, Unusable
from .bodies import (
    AccountBody,
    ContactBody,
    CustomerBody,
    DisputeBody,
    FeedbackBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    Part,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    WriteOffBody,
)
from .facts import Dispute, Ended, Hold, Promise
from .history import ASKED
from .identity import ItemRef
from .invoice import Invoice, OpenItem
from .ledger import (
    LARGEST_WRITE,
    Entry,
    FindInvoice,
    FindPosting,
    LedgerError,
    minor_units,
    open_invoice,
    post,
    spread,
)
from .money import format_amount
from .outcomes import HARD, REJECTED
from .posting import CREDIT_NOTES, LEDGER, Allocation, Posting, PostingKey
from .returns import give_back, reverse

HashOf = Callable[[str, str], str]


def enter(
    account: Account,
    body: AccountBody,
    find_invoice: FindInvoice,
    find_posting: FindPosting,
    hash_of: HashOf,
) -> Entry | None:
    """The entry of a body on an account, or None where it would change nothing.

    Raises LedgerError where the ledger refuses it. Nothing is written here.
    """
    match body:
        case CustomerBody():
            return _customer(account, body, hash_of)
        case InvoiceBody():
            return _invoice(account, body)
        case MoneyBody():
            return _money(account, body, find_invoice)
        case WriteOffBody():
            return _write_off(account, body, find_invoice)
        case ReturnBody():
            return give_back(account, body, find_invoice, find_posting)
        case ReversalBody():
            return reverse(account, body, find_invoice, find_posting)
        case DisputeBody():
            entry = _fact(account, "dispute", body.id)
            _known_item(account, body.invoice, body.item, find_invoice)
            entry.put.append(Dispute(body.id, body.invoice, body.on, body.item, body.reason))
            return entry
        case ResolveBody():
            dispute = next((d for d in account.disputes if d.id == body.dispute), None)
            return _end(account, "resolve", body.id, dispute, "dispute", body, body.outcome)
        case HoldBody():
            return _hold(account, body, find_invoice)
        case ReleaseBody():
            hold = next((h for h in account.holds if h.id == body.hold), None)
            return _end(account, "release", body.id, hold, "hold", body, "released")
        case PromiseBody():
            return _promise(account, body)
        case ContactBody():
            return _contact(account, body, hash_of)
        case FeedbackBody():
            return _feedback(account, body, hash_of)


def _fact(account: Account, type_: str, id_: str) -> Entry:
    entry = Entry.begin(account, type_, id_)
    entry.seen.append(PostingKey(LEDGER, id_))
    return entry


def _customer(account: Account, body: CustomerBody, hash_of: HashOf) -> Entry | None:
    addresses = tuple(replace(a, hash=hash_of(a.channel, a.value)) for a in body.customer.addresses)
    known = account.customer
    if known.as_of and body.on < known.as_of:
        return None  # an older word, that came late or again
    customer = replace(body.customer, addresses=addresses, as_of=body.on)
    same = replace(known, as_of=body.on) == customer
    # The record that comes again, even unchanged, is somebody's word to try again what was refused.
    head = bars.without_refusals(account.head)
    if account.head.rev and same and head == account.head:
        return None
    entry = Entry.begin(account, "customer", customer.customer)
    entry.head = replace(entry.head, unusable=head.unusable)
    entry.put.append(customer)
    return entry


def _invoice(account: Account, body: InvoiceBody) -> Entry:
    invoice = body.invoice
    entry = Entry.begin(account, "invoice", invoice.number)
    entry.lookups.append(invoice.number)
    entry.put.append(invoice)
    if len(invoice.items) > LARGEST_WRITE:
        entry.head = replace(
            entry.head, applying=Applying("invoice", "", invoice.number, 0, len(invoice.items))
        )
        return entry
    open_invoice(entry, invoice, 0, len(invoice.items))
    return entry


def _document(
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


def _known_item(
    account: Account, number: str, item: int | None, find_invoice: FindInvoice
) -> Invoice:
    invoice = _document(number, find_invoice, None)
    if item is not None and not 1 <= item <= len(invoice.items):
        raise LedgerError(
            "unknown_item", "item", f"invoice {number} has items 1 to {len(invoice.items)}"
        )
    return invoice


def _allocate(
    entry: Entry, parts: tuple[Part, ...], currency: str, find_invoice: FindInvoice
) -> tuple[list[Allocation], int]:
    """Allocations of the parts, each no more than is open; what exceeds that is left over."""
    taken: dict[ItemRef, int] = {}
    left_over = 0
    for part in parts:
        _document(part.invoice, find_invoice, currency)
        _known_item(entry.account, part.invoice, part.item, find_invoice)
        items = [
            replace(item, open=item.open - taken.get(ref, 0))
            for ref, item in entry.open.items()
            if ref.invoice == part.invoice and part.item in (None, ref.item)
            if item.open > taken.get(ref, 0)
        ]
        allocations, rest = spread(items, part.amount)
        for ref, amount in allocations:
            taken[ref] = taken.get(ref, 0) + amount
        left_over += rest
    return [Allocation(ref, amount) for ref, amount in taken.items()], left_over


def _money(account: Account, body: MoneyBody, find_invoice: FindInvoice) -> Entry:
    source = CREDIT_NOTES if body.type == "credit_note" else LEDGER
    entry = Entry.begin(account, body.type, body.id)
    parts = body.parts
    if sum(part.amount for part in parts) > body.amount:
        raise LedgerError(
            "allocated_too_much", "allocations", "the allocations are more than the amount"
        )
    if body.invoice and not parts:
        parts = (Part(invoice=body.invoice, item=None, amount=body.amount),)
    if parts:
        allocations, _ = _allocate(entry, parts, body.currency, find_invoice)
    elif body.type == "payment":
        mine = [item for item in account.open if item.currency == body.currency]
        allocations, _ = spread(mine, body.amount)
    else:
        allocations = []
    on_account = body.amount - sum(a.amount for a in allocations)
    post(
        entry,
        Posting(
            key=PostingKey(source, body.id),
            type=body.type,
            on=body.on,
            value_date=body.value_date,
            currency=body.currency,
            amount=body.amount,
            allocations=tuple(allocations),
            on_account=on_account,
        ),
        find_invoice,
    )
    return entry


def _write_off(account: Account, body: WriteOffBody, find_invoice: FindInvoice) -> Entry:
    invoice = _document(body.invoice, find_invoice, None)
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
        find_invoice,
    )
    return entry


def _hold(account: Account, body: HoldBody, find_invoice: FindInvoice) -> Entry:
    entry = _fact(account, "hold", body.id)
    if body.invoice is not None:
        _known_item(account, body.invoice, body.item, find_invoice)
    entry.put.append(
        Hold(body.id, body.kind, body.on, body.scope, body.invoice, body.item, body.until)
    )
    return entry


def _end(
    account: Account,
    type_: str,
    id_: str,
    fact: Dispute | Hold | None,
    field: str,
    body: ResolveBody | ReleaseBody,
    outcome: str,
) -> Entry:
    if fact is None:
        raise LedgerError(f"unknown_{field}", field, f"no such {field} stands on this customer")
    entry = _fact(account, type_, id_)
    entry.delete.append(fact)
    entry.put.append(Ended(fact, id_, body.on, outcome))
    return entry


def _promise(account: Account, body: PromiseBody) -> Entry:
    entry = _fact(account, "promise", body.id)
    items = body.items or tuple(i.ref for i in account.open if i.due < body.on)
    if not items:
        raise LedgerError("nothing_promised", "items", "nothing is overdue; name the items")
    promised = [account.item(ref) for ref in items]
    unknown = next((ref for ref, item in zip(items, promised, strict=True) if item is None), None)
    if unknown:
        raise LedgerError("unknown_item", "items", f"{unknown} is not open on this customer")
    currencies = sorted({item.currency for item in promised if item})
    if len(currencies) > 1:
        raise LedgerError(
            "several_currencies",
            "items",
            f"one amount, but items in {' and '.join(currencies)}; send one each",
        )
    amount = minor_units(body.amount, currencies[0])
    entry.put.append(Promise(body.id, body.on, body.by, amount, items, currencies[0]))
    return entry


def _contact(account: Account, body: ContactBody, hash_of: HashOf) -> Entry:
    entry = _fact(account, body.type, body.id)
    hashed = hash_of(body.channel, body.address) if body.address else "*"
    kept = tuple(
        u
        for u in entry.head.unusable
        if not (
            u.reason == "opt_out" and u.channel == body.channel and hashed in ("*", u.address_hash)
        )
    )
    if body.type == "opt_out":
        kept += (Unusable(body.channel, hashed, "opt_out"),)
    entry.head = replace(entry.head, unusable=kept)
    return entry


def _feedback(account: Account, body: FeedbackBody, hash_of: HashOf) -> Entry:
    entry = _fact(account, "feedback", body.id)
    hashed = body.address_hash or (hash_of(body.channel, body.address) if body.address else "")
    head = entry.head
    if body.outcome in HARD:
        head = bars.barred(head, body.channel, hashed, body.outcome)
    elif body.outcome == REJECTED:
        for serial, refused_at in _refusals(head, body, hashed):
            head = bars.refused(head, body.channel, refused_at, serial)
    tries = head.tries
    if (
        tries
        and tries.why == ASKED
        and (body.serial, body.attempt) == (tries.serial, tries.attempt)
    ):
        tries = tries._replace(why=body.outcome)
    entry.head = replace(
        head,
        tries=tries,
        last=tuple(
            notice._replace(outcome=body.outcome) if _speaks_of(body, hashed, notice) else notice
            for notice in head.last
        ),
    )
    return entry


def _refusals(head: Head, body: FeedbackBody, hashed: str) -> list[tuple[int, str]]:
    """The notices whose content was refused, each with the address at which it was. An event that
    names no address is about the one that the attempt went to."""
    found = [(n.serial, hashed or n.address_hash) for n in head.last if _speaks_of(body, hashed, n)]
    if not found and body.serial is not None:
        found = [(body.serial, hashed)]
    return found


def _speaks_of(body: FeedbackBody, hashed: str, notice: LastNotice) -> bool:
    """Whether feedback is about a case's last attempt: by notice and attempt where the provider
    tells them, else by channel and address. An earlier attempt's never touches a later one."""
    if body.serial is not None:
        return (body.serial, body.attempt) == (notice.serial, notice.attempt)
    return body.channel == notice.channel and hashed == notice.address_hash
