"""Open-item lists: what a statement as of a day says of one document, against what the ledger has.
The difference is posted, dated as of that day; lists older than what is known change nothing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from .account import Account, Applying
from .amending import needs_dues, newest_first, standing_on, tell_total
from .bodies import MoneyBody, StatementBody
from .change import Mark
from .charge_documents import not_reserved
from .identity import LONGEST_ID, ItemRef
from .invoice import DueItem, Invoice, OpenItem, open_item
from .ledger import (
    AWAITING,
    LARGEST_WRITE,
    MOST_WRITTEN,
    Entry,
    Find,
    LedgerError,
    TornError,
    open_invoice,
    post,
    spread,
    take_up,
)
from .money import format_amount
from .posting import CREDIT_NOTES, LEDGER, STATEMENT, Allocation, Posting, PostingKey

MoneyEntry = Callable[[MoneyBody], Entry]


def state(account: Account, body: StatementBody, find: Find, money: MoneyEntry) -> Entry | None:
    """The entry that makes the ledger say what a statement says of one document; None where it says
    so already, and a quiet one where only the day is to be remembered.

    An invoice that is not known is opened with its total. Less open than known: the oldest item is
    reduced first. More: what newer postings settled is given back, newest first; and where the
    document is less than what is open of it, its last item grows. Raises LedgerError.
    """
    if body.credit is not None:
        return _credit(account, body, body.credit, find, money)
    assert body.invoice is not None
    number = body.invoice.number
    mine = [item for item in account.open if item.ref.invoice == number]
    known = None if mine else find.invoice(number)
    if not mine and known is None:
        return _first(account, body, body.invoice, find)
    currency = mine[0].currency if mine else known.currency if known else body.currency
    if currency != body.currency:
        raise LedgerError(
            "currency_mismatch",
            "currency",
            f"invoice {number} is in {currency}, not {body.currency}",
        )
    left = sum(item.open for item in mine)
    if left == body.open:
        return _same(account, body)
    _not_older(account, body, raises=body.open > left)
    key = _key(account, body, find)
    if key is None:
        return _same(account, body)
    entry = Entry.begin(account, STATEMENT, key.id)
    if body.open < left:
        _reduce(entry, body, key, mine, left - body.open, find)
    else:
        _raise(entry, body, key, body.open - left, find)
    entry.saw(body.as_of, statement=True, at=body.at)
    return entry


def _same(account: Account, body: StatementBody) -> Entry | None:
    """Nothing to post; the day is kept, so that no older list can undo what this one confirms."""
    head = account.head
    known = head.stated or date.min, head.stated_at
    if not head.rev or known >= (body.as_of, body.at):
        return None
    if head.posted and head.posted > body.as_of:
        return None
    entry = Entry.begin(account, STATEMENT, "")
    entry.saw(body.as_of, statement=True, at=body.at)
    entry.quiet = True
    return entry


def _not_older(account: Account, body: StatementBody, *, raises: bool) -> None:
    head = account.head
    newest = max(head.stated or date.min, head.posted or date.min)
    if body.as_of < newest:
        raise LedgerError(
            "older_statement",
            "as_of",
            f"the statement is as of {body.as_of}, and what is known of this customer is of"
            f" {newest}; it changed nothing. Upload the newest statement",
        )
    if head.stated_since(body.as_of, body.at):
        raise LedgerError(
            "older_statement",
            "as_of",
            f"another list of {body.as_of} was uploaded after this one, and is what is known of"
            " this customer; it changed nothing. Upload the newest list",
        )
    if raises and head.posted == body.as_of:
        raise LedgerError(
            "posted_that_day",
            "as_of",
            f"more is open here than is known, but a payment of {body.as_of} itself is known, which"
            " the statement may not have yet; it changed nothing. Upload a statement of a later"
            " day, or send the reversal",
        )


def statement_id(body: StatementBody, more: str = "") -> str:
    """The id of what a statement posts on a document: the same for the same statement. A second
    word of the same day adds the amount, a word that comes again behind others when it came."""
    source = "" if body.invoice is not None else ":credit"
    plain = f"statement:{body.as_of}{source}:{body.document}{more}"
    if len(plain) <= LONGEST_ID:
        return plain
    return f"statement:{body.as_of}:{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def statement_ids(body: StatementBody) -> tuple[str, ...]:
    """The ids under which a statement's word may have been posted, the plainest first."""
    again = f":{body.open}"
    return tuple(statement_id(body, more) for more in ("", again, f"{again}:{body.at}"))


def _key(account: Account, body: StatementBody, find: Find) -> PostingKey | None:
    """The key to post under; None where this very word was posted before, and no later list has
    spoken since."""
    known_at = account.head.stated_at if account.head.stated == body.as_of else 0
    later = 0 < known_at < body.at
    for id_ in statement_ids(body)[: 3 if later else 2]:
        key = PostingKey(LEDGER, id_)
        known = find.posting(key)
        if known is None:
            return key
        if known.reference == format_amount(body.open, body.currency) and not later:
            return None
    return None


def _posting(
    body: StatementBody,
    key: PostingKey,
    amount: int,
    allocations: tuple[Allocation, ...],
    undoes: PostingKey | None = None,
) -> Posting:
    return Posting(
        key=key,
        type=STATEMENT,
        on=body.on,
        value_date=body.as_of,
        currency=body.currency,
        amount=amount,
        allocations=allocations,
        on_account=amount - sum(a.amount for a in allocations),
        undoes=undoes,
        reference=format_amount(body.open, body.currency),
    )


def _first(account: Account, body: StatementBody, invoice: Invoice, find: Find) -> Entry | None:
    """An invoice that only the statement knows: opened, and brought to what is open of it."""
    if not invoice.items:
        return _same(account, body)
    not_reserved(invoice.number)
    _not_older(account, body, raises=False)
    needs_dues(invoice)
    if len(invoice.items) > LARGEST_WRITE:
        raise LedgerError(
            "too_many",
            "items",
            f"{invoice.number} has {len(invoice.items)} items; a statement opens invoices of at"
            f" most {LARGEST_WRITE}. Send it as a document first",
        )
    invoice = replace(invoice, as_of=body.as_of)
    entry = Entry.begin(account, "invoice", invoice.number)
    entry.lookups.append(invoice.number)
    entry.put.append(invoice)
    open_invoice(entry, invoice, 0, len(invoice.items))
    paid = invoice.total - body.open
    room = MOST_WRITTEN - len(invoice.items)
    if not take_up(entry, invoice, find, body.on, room, most=paid):
        entry.head = replace(entry.head, applying=Applying(AWAITING, "", invoice.number, 0, 0))
    mine = [item for ref, item in entry.open.items() if ref.invoice == invoice.number]
    excess = sum(item.open for item in mine) - body.open
    if excess > 0:
        key = PostingKey(LEDGER, statement_id(body))
        _reduce(entry, body, key, mine, excess, find)
        entry.kind = STATEMENT
    entry.saw(body.as_of, statement=True, at=body.at)
    return entry


def _reduce(
    entry: Entry,
    body: StatementBody,
    key: PostingKey,
    mine: list[OpenItem],
    amount: int,
    find: Find,
) -> None:
    allocations, _ = spread(mine, amount)
    post(entry, _posting(body, key, amount, tuple(allocations)), find)
    entry.detail = entry.detail or f"{format_amount(amount, body.currency)} {body.currency} less"


def _raise(entry: Entry, body: StatementBody, key: PostingKey, amount: int, find: Find) -> None:
    """Give back what newer postings settled, from the item that is due last; what is open beyond
    the document's own amount makes its last item larger."""
    number = body.document
    invoice = find.invoice(number)
    if invoice is None:
        raise TornError(f"{number}: open items of an invoice that is not there")
    rest = amount
    backs: dict[ItemRef, int] = {}
    order = sorted(range(len(invoice.items)), key=lambda n: (invoice.items[n].due, n), reverse=True)
    for place in order:
        ref = ItemRef(number, place + 1)
        item = entry.open.get(ref)
        back = min(rest, invoice.items[place].amount - (item.open if item else 0))
        if back:
            backs[ref] = back
            rest -= back
    given = _take_back(entry, dict(backs), find) if backs else None
    if len(backs) + len(entry.rewritten) > LARGEST_WRITE:
        raise LedgerError(
            "too_many_changes",
            "open",
            f"invoice {number} would be given back in {len(backs)} items and"
            f" {len(entry.rewritten)} postings at once; reverse the postings that were wrong",
        )
    if given is not None:
        allocations = tuple(Allocation(ref, -back) for ref, back in backs.items())
        post(entry, _posting(body, key, rest - amount, allocations, given), find)
    if rest:
        _grow(entry, body, invoice, ItemRef(number, order[0] + 1), rest)
    more = f"{format_amount(amount, body.currency)} {body.currency} more"
    entry.detail = more
    entry.notes.append(("reopened", f"the statement says that {more} is open of invoice {number}"))


def _take_back(entry: Entry, backs: dict[ItemRef, int], find: Find) -> PostingKey:
    """Mark what is given back on the newest postings that stand on those items; the newest's key.
    The items themselves follow from the statement's own posting."""
    first: PostingKey | None = None
    for posting in newest_first(find.postings()):
        returned = []
        for ref, standing in standing_on(posting, backs):
            part = min(standing, backs[ref])
            if part:
                backs[ref] -= part
                returned.append(Allocation(ref, part))
        if returned:
            entry.rewritten[posting.key] = replace(
                posting, returned=posting.returned + tuple(returned)
            )
            first = first or posting.key
    if first is None or any(backs.values()):
        raise TornError("more is settled than postings say")
    return first


def _grow(entry: Entry, body: StatementBody, invoice: Invoice, ref: ItemRef, amount: int) -> None:
    """A document of less than what is open of it: its last item grows."""
    place = ref.item - 1
    item = invoice.items[place]
    items = list(invoice.items)
    items[place] = DueItem(item.due, item.amount + amount)
    grown = replace(invoice, items=tuple(items), as_of=max(invoice.as_of or body.on, body.on))
    stands = entry.open.get(ref)  # none where its document came to owe nothing
    if stands is None:
        entry.open[ref] = open_item(grown, ref.item, amount)
        entry.marks.append(Mark(ref.invoice, ref.item, None))
    else:
        entry.open[ref] = replace(
            open_item(grown, ref.item, stands.open + amount, stands.reopened),
            spilled=stands.spilled,
            pin=stands.pin,
            borne=stands.borne,
        )
    entry.touched.add(ref)
    tell_total(entry, grown)
    entry.put.append(grown)
    before, after = (format_amount(one.total, invoice.currency) for one in (invoice, grown))
    said = f"invoice {invoice.number} was {before}, and more is open of it: it is {after} now"
    entry.notes.append(("amended", said))


def _credit(
    account: Account, body: StatementBody, credit: MoneyBody, find: Find, money: MoneyEntry
) -> Entry | None:
    """A credit note or payment that the list shows as not used: what of it is on account follows
    the list."""
    source = CREDIT_NOTES if credit.type == "credit_note" else LEDGER
    known = find.posting(PostingKey(source, credit.id))
    if known is None:
        if not body.open:
            return _same(account, body)
        _not_older(account, body, raises=False)
        unused = replace(
            credit,
            on=body.on,
            value_date=body.as_of,
            amount=body.open,
            parts=(),
            # By this a later list that lacks it knows that lists have it.
            reference=credit.reference or format_amount(body.open, body.currency),
        )
        entry = money(replace(unused, invoice=None, on_account=True))
        entry.head = replace(entry.head, posted=account.head.posted)
        entry.saw(body.as_of, statement=True, at=body.at)
        return entry
    if known.currency != body.currency:
        raise LedgerError(
            "currency_mismatch",
            "currency",
            f"{credit.id} is in {known.currency}, not {body.currency}",
        )
    more = body.open - known.standing()[1]
    if not more:
        return _same(account, body)
    _not_older(account, body, raises=more > 0)
    key = _key(account, body, find)
    if key is None:
        return _same(account, body)
    entry = Entry.begin(account, STATEMENT, key.id)
    post(entry, _posting(body, key, more, (), known.key), find)
    entry.saw(body.as_of, statement=True, at=body.at)
    entry.rewritten[known.key] = replace(
        known, returned_on_account=known.returned_on_account - more
    )
    sign = "more" if more > 0 else "less"
    entry.detail = f"{format_amount(abs(more), body.currency)} {body.currency} {sign} on account"
    return entry
