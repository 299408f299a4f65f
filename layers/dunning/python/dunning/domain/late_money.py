"""Money that becomes known once interest was posted past the day from which it counts: it is told.
What was posted stays; how interest runs is `charges.interest`'s, what items keep of it `borne`'s.
"""

from collections.abc import Iterator
from datetime import date

from .charges.borne import Borne
from .identity import ItemRef
from .ledger import Entry, Find
from .money import format_amount
from .posting import REVERSAL, Posting

CODE = "interest_was_posted"
NAMED = 3
"""Items that a note names; beyond that it counts them."""


def interest_told(entry: Entry | None, find: Find) -> Entry | None:
    """The entry, with a note and a word on its record where a posting of it changes what an item
    owed on days for which its interest was posted."""
    if entry is None:
        return None
    postings = {fact.key: fact for fact in entry.put if isinstance(fact, Posting)}
    for key in entry.seen:
        posting = postings.get(key)
        if posting is None:
            continue
        undone = postings.get(posting.undoes) if posting.undoes else None
        if posting.type != REVERSAL:
            undone = None
        found = list(_changed(entry, posting, undone, find))
        if not found:
            continue
        told = ", ".join(found[:NAMED])
        if len(found) > NAMED:
            told += f" and {len(found) - NAMED} items more"
        entry.detail = f"{entry.detail}; interest posted: {told}".removeprefix("; ")
        entry.notes.append((CODE, f"{posting.type} {key.id}: {_sentence(posting, told)}"))
    return entry


def _sentence(posting: Posting, told: str) -> str:
    if posting.amount < 0:
        return f"interest was posted before this was known ({told}); it is not charged afterwards"
    return f"interest was posted before this was known ({told}); it stays unless it is waived"


def _changed(entry: Entry, posting: Posting, undone: Posting | None, find: Find) -> Iterator[str]:
    """Each item whose posted interest was taken of too much, or of too little: of how much, and
    for which days. Money that is `undone` made a difference only to interest posted after it was
    known: not where that was later, and at most for these days where it counted from before."""
    counts = undone.value_date if undone else posting.value_date
    before = {item.ref: item for item in entry.account.open}
    for ref, amount in posting.allocations:
        item = before.get(ref)
        borne, due = (item.borne, item.due) if item else _settled(entry, ref, find)
        if borne is None or borne.until is None or max(counts, due) >= borne.until:
            continue
        if undone and undone.on > borne.until:
            continue
        most = "at most " if undone and undone.on > max(counts, due) else ""
        sign = "too much" if amount > 0 else "too little"
        of = f"{format_amount(abs(amount), posting.currency)} {posting.currency} {sign}"
        days = (borne.until - max(counts, due)).days
        yield f"{ref} of {of} for {most}{days} days up to {borne.until}"


def _settled(entry: Entry, ref: ItemRef, find: Find) -> tuple[Borne | None, date]:
    """What a settled item has borne, and its due day."""
    invoice = entry.known.get(ref.invoice) or find.invoice(ref.invoice)
    settled = invoice.settled.get(ref.item) if invoice else None
    if invoice is None or settled is None or ref.item > len(invoice.items):
        return None, date.min
    return settled.borne, invoice.items[ref.item - 1].due
