"""A known invoice with other items: open amounts follow, and what was paid beyond them is freed.
Items are matched by their place in the document; whose word is the last is decided here too.
"""

from collections.abc import Iterable
from dataclasses import replace

from .account import Account
from .bodies import InvoiceBody
from .history import AMENDED
from .identity import ItemRef
from .invoice import NO_DUES, STATED_DUES, Invoice, open_item
from .ledger import MOST_WRITTEN, Entry, Find, LedgerError, TornError, spread
from .money import format_amount
from .posting import Allocation, Posting


def amend(account: Account, body: InvoiceBody, known: Invoice, find: Find) -> Entry | None:
    """The entry of a later word on a known invoice; None where it says nothing else.

    What is open follows the new amounts. What is allocated beyond them goes to the other open items
    of the invoice, oldest first, and then on account; an item keeps the level it has reached. An
    older word than the last changes nothing. A body without items says that nothing is owed any
    more: every item stays, with nothing to pay. Raises LedgerError.
    """
    new = body.invoice
    if not new.items:
        new = replace(new, items=tuple(replace(item, amount=0) for item in known.items))
    if new.dues != STATED_DUES and len(new.items) == len(known.items):
        items = (replace(one, due=was.due) for one, was in zip(new.items, known.items, strict=True))
        new = replace(new, items=tuple(items), dues=STATED_DUES)
    needs_dues(new)
    if new.currency != known.currency:
        raise LedgerError(
            "currency_mismatch",
            "currency",
            f"invoice {known.number} is known in {known.currency}, not {new.currency}; credit it"
            " and send the new one under a number of its own",
        )
    other_way = new.autopay not in (None, known.autopay)
    if new.items == known.items and not other_way:
        return None
    entry = Entry.begin(account, AMENDED, known.number)
    if known.later_than(replace(new, as_of=body.on)):
        entry.quiet = True
        entry.notes.append(
            (
                "older_word",
                (
                    f"invoice {known.number} is known by a later word of {known.as_of}; this one of"
                    f" {body.on} came behind it and changed nothing"
                ),
            )
        )
        return entry
    invoice = replace(
        known,
        items=new.items,
        issued=new.issued,
        policy=new.policy or known.policy,
        reference=new.reference or known.reference,
        seller=new.seller or known.seller,
        settled={n: s for n, s in known.settled.items() if n <= len(new.items)},
        as_of=body.on,
        autopay=known.autopay if new.autopay is None else new.autopay,
        by=new.by,
        said_at=new.said_at,
    )
    entry.known[known.number] = known
    excess = _fit(entry, body, known, invoice)
    if other_way:
        _collected(entry, invoice)
    _free(entry, body, invoice, excess, find)
    tell_total(entry, invoice)
    written = 2 * len(entry.touched) + len(entry.rewritten)
    if written > MOST_WRITTEN:
        raise LedgerError(
            "too_many_changes",
            "items",
            f"invoice {known.number} would change in {len(entry.touched)} items at once; at most"
            f" {MOST_WRITTEN // 2} are possible: credit it, and send it under a new number",
        )
    entry.put.append(invoice)
    totals = (format_amount(one.total, known.currency) for one in (known, invoice))
    entry.detail = f"{' -> '.join(totals)} {known.currency}"
    entry.notes.append(
        ("amended", f"invoice {known.number} was amended from {entry.detail.replace('->', 'to')}")
    )
    return entry


def tell_total(entry: Entry, invoice: Invoice) -> None:
    """Each open item says the total of its document, where that has several; where one write has
    no room for all, those that do not change keep what they say: it only chooses policies, and
    they have theirs."""
    stale = [
        item
        for ref, item in entry.open.items()
        if ref.invoice == invoice.number
        and ref not in entry.touched
        and item.document_total != invoice.total
    ]
    if 2 * (len(entry.touched) + len(stale)) + len(entry.rewritten) <= MOST_WRITTEN:
        for item in stale:
            entry.open[item.ref] = replace(item, total=invoice.total)
            entry.touched.add(item.ref)


def needs_dues(new: Invoice) -> None:
    """Raises LedgerError for a document that states no due day where none is known either."""
    if new.dues == NO_DUES and new.items:
        raise LedgerError(
            "missing",
            "due",
            "the due day is missing; give it, or set the creditor's terms (`terms: {days: 14}` in"
            " creditor.json) and give the day of issue",
        )


def _fit(entry: Entry, body: InvoiceBody, known: Invoice, invoice: Invoice) -> dict[ItemRef, int]:
    """Bring the open items to what the invoice says now; what is allocated to each item beyond its
    new amount."""
    excess: dict[ItemRef, int] = {}
    for number in range(1, max(len(known.items), len(invoice.items)) + 1):
        ref = ItemRef(known.number, number)
        before = known.items[number - 1] if number <= len(known.items) else None
        after = invoice.items[number - 1] if number <= len(invoice.items) else None
        item = entry.open.get(ref)
        if before == after:
            continue
        allocated = before.amount - (item.open if item else 0) if before else 0
        left = (after.amount if after else 0) - allocated
        if left < 0:
            excess[ref] = -left
        if after is None:
            entry.remove(ref)
        elif before is None:
            entry.open[ref] = open_item(invoice, number, after.amount)
            entry.touched.add(ref)
        elif left > 0 and item is None:
            entry.give_back(ref, left, body.on, invoice)
        elif item is not None:
            entry.open[ref] = replace(
                open_item(invoice, number, max(left, 0), item.reopened),
                spilled=item.spilled,
                pin=item.pin,
                borne=item.borne.less(max(-left, 0)),
            )
            entry.touched.add(ref)
            if left <= 0:
                entry.settle(ref, 0, body.on)
    return excess


def _collected(entry: Entry, invoice: Invoice) -> None:
    """What is open of it is collected by mandate from now on, or is not."""
    for ref, item in list(entry.open.items()):
        if ref.invoice == invoice.number:
            entry.open[ref] = replace(item, autopay=invoice.autopay)
            entry.touched.add(ref)


def _free(
    entry: Entry, body: InvoiceBody, invoice: Invoice, excess: dict[ItemRef, int], find: Find
) -> None:
    """Take what is allocated too much from the newest postings that stand on those items, and put
    it on the other open items of the invoice, else on account."""
    if not excess:
        return
    freed: list[tuple[Posting, int]] = []
    for posting in newest_first(find.postings()):
        moves = []
        for ref, amount in standing_on(posting, excess):
            part = min(amount, excess[ref])
            if part:
                excess[ref] -= part
                moves.append(Allocation(ref, -part))
        if moves:
            moved = entry.move(posting, moves)
            freed.append((moved, -sum(move.amount for move in moves)))
    if any(excess.values()):
        raise TornError(f"{invoice.number}: more is allocated than postings say")
    for posting, amount in freed:
        items = [item for ref, item in entry.open.items() if ref.invoice == invoice.number]
        allocations, _ = spread(items, amount)
        for allocation in allocations:
            entry.settle(
                allocation.ref,
                allocation.amount,
                body.on,
                posting.value_date,
                pays=posting.pays,
            )
        if allocations:
            entry.move(posting, allocations)


def newest_first(postings: Iterable[Posting]) -> list[Posting]:
    """The postings that themselves take nothing back, the newest first."""
    first = [posting for posting in postings if posting.undoes is None]
    return sorted(first, key=lambda one: (one.value_date, one.on, one.key), reverse=True)


def standing_on(posting: Posting, refs: Iterable[ItemRef]) -> list[tuple[ItemRef, int]]:
    """What of a posting still stands on those items."""
    wanted = set(refs)
    return [(ref, amount) for ref, amount in posting.standing()[0] if ref in wanted]
