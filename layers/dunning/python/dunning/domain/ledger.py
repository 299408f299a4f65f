"""What a body does to an account: the rules of allocation, credit on account, return and facts.
Pure: documents and postings that are not in the live range are handed in by look-ups.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from .account import HEAD_ROOM, Account, Applying, Head
from .change import LiveFact, Mark, PastFact
from .facts import Awaiting, Ended
from .identity import ItemRef
from .invoice import Invoice, OpenItem, Reached, Settled, open_item
from .money import MoneyError, format_amount, parse_amount
from .posting import REVERSAL, STATEMENT, Allocation, Posting, PostingKey

LARGEST_WRITE = 45
"""Due items that one transaction can change; a larger fact is applied in parts."""
MOST_WRITTEN = 90
"""Items of the table that a fact may write, beside HEAD, history, customer and the fact itself."""
AWAITING = "awaiting"
"""Kind of what is being applied in parts: money that waited for an invoice."""


class LedgerError(ValueError):
    """A body that cannot be taken: a code, the field, and a sentence that says how to mend it."""

    def __init__(self, code: str, field_name: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field_name


class TornError(Exception):
    """What was read does not fit together: HEAD moved between two reads. Read again."""


@dataclass(slots=True)
class Entry:
    """What one body writes, gathered: becomes a Change once plan and history are added."""

    account: Account
    type: str
    id: str
    head: Head
    open: dict[ItemRef, OpenItem]
    put: list[LiveFact | PastFact] = field(default_factory=list)
    delete: list[LiveFact] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    seen: list[PostingKey] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    touched: set[ItemRef] = field(default_factory=set)
    kind: str = ""
    """What is seen, where that is not the type of the fact."""
    detail: str = ""
    """What its record says besides: codes and amounts."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What whoever sent the body should know: a code and a sentence each."""
    asks: list[tuple[str, str, str]] = field(default_factory=list)  # kind, id, detail of a Task
    quiet: bool = False
    """Whether HEAD alone remembers something, and nothing happened."""
    rewritten: dict[PostingKey, Posting] = field(default_factory=dict)
    """Postings of which more or less stands on items now."""
    known: dict[str, Invoice] = field(default_factory=dict)
    """Documents as they were before, where somebody has looked them up."""

    @classmethod
    def begin(cls, account: Account, type_: str, id_: str) -> "Entry":
        """An empty entry on an account."""
        return cls(account, type_, id_, account.head, {item.ref: item for item in account.open})

    def settle(
        self,
        ref: ItemRef,
        amount: int,
        on: date,
        value: date | None = None,
        *,
        pays: bool = False,
    ) -> None:
        """Take minor units off an open item; at nothing left it moves onto its invoice, with the
        level it had. Open is never negative: the caller allocates no more than is open. `value`:
        the day from whose end on the money counts, where it is not that day; `pays`: whether it is
        a payment's."""
        item = self.open.get(ref)
        left = item.open - amount if item else -amount
        if item is None or left < 0:
            raise TornError(f"{ref}: {amount} allocated on {item.open if item else 0} open")
        self.touched.add(ref)
        borne = item.borne.paid(value or on, amount, item.due)
        if left:
            self.open[ref] = replace(item, open=left, borne=borne)
            return
        del self.open[ref]
        reached = self.head.reached.get(ref) or item.spilled
        self.marks = [m for m in self.marks if (m.invoice, m.item) != ref]
        paid = (value or on) if pays else None
        settled = Settled(on, reached, item.pin, borne, paid)
        self.marks.append(Mark(ref.invoice, ref.item, settled))
        kept = {r: level for r, level in self.head.reached.items() if r != ref}
        self.head = replace(self.head, reached=kept)

    def give_back(
        self,
        ref: ItemRef,
        amount: int,
        on: date,
        invoice: Invoice,
        value: date | None = None,
        undone: date | None = None,
    ) -> None:
        """Put minor units back on an item: an open one grows, a settled one opens again with its
        level, and its next step waits from that day. The money went back at `value`; or it counts
        as never paid, where what was `undone` had counted from that day."""
        self.touched.add(ref)
        self.known.setdefault(invoice.number, invoice)
        item = self.open.get(ref)
        if item is not None:
            borne = item.borne.back(amount, item.due, value or on, undone)
            self.open[ref] = replace(item, open=item.open + amount, reopened=on, borne=borne)
            return
        pending = [m for m in self.marks if (m.invoice, m.item) == ref]
        settled = pending[-1].settled if pending else invoice.settled.get(ref.item)
        self.open[ref] = open_item(invoice, ref.item, amount, reopened=on)
        self.marks = [m for m in self.marks if (m.invoice, m.item) != ref]
        self.marks.append(Mark(ref.invoice, ref.item, None))
        if settled:
            due = self.open[ref].due
            borne = settled.borne.back(amount, due, value or on, undone)
            self.open[ref] = replace(self.open[ref], pin=settled.pin, borne=borne)
        if not settled or not settled.reached:
            return
        reached = Reached(*settled.reached)
        if len(self.head.reached) < HEAD_ROOM:
            self.head = replace(self.head, reached={**self.head.reached, ref: reached})
        else:
            self.open[ref] = replace(self.open[ref], spilled=reached)

    def on_account(self, currency: str, amount: int) -> None:
        """Add to (or take from) the unapplied cash and credit of a currency."""
        if not amount:
            return
        credit = dict(self.head.credit)
        credit[currency] = credit.get(currency, 0) + amount
        if credit[currency] < 0:
            raise TornError(f"credit on account in {currency} would be {credit[currency]}")
        if not credit[currency]:
            del credit[currency]
        self.head = replace(self.head, credit=credit)

    def remove(self, ref: ItemRef) -> None:
        """Take an item out of the books: its document has no such item any more."""
        self.touched.add(ref)
        self.open.pop(ref, None)
        self.marks = [m for m in self.marks if (m.invoice, m.item) != ref]
        kept = {r: level for r, level in self.head.reached.items() if r != ref}
        self.head = replace(self.head, reached=kept)

    def move(self, posting: Posting, moves: Iterable[Allocation]) -> Posting:
        """Put more, or less, of a posting on items; what they add up to comes from (or goes) on
        account. The items themselves are the caller's."""
        changes = list(moves)
        moved = self.rewritten.get(posting.key, posting).moved(changes)
        self.rewritten[posting.key] = moved
        self.on_account(posting.currency, -sum(a.amount for a in changes))
        return moved

    def waiting(self) -> list[Awaiting]:
        """The money that waits for invoices, as it stands now."""
        gone = {fact.id for fact in self.delete if isinstance(fact, Awaiting)}
        facts = {fact.id: fact for fact in self.account.awaiting if fact.id not in gone}
        facts.update({fact.id: fact for fact in self.put if isinstance(fact, Awaiting)})
        return sorted(facts.values(), key=lambda fact: fact.id)

    def saw(self, day: date, *, statement: bool = False, at: int = 0) -> None:
        """Remember the newest day of which money, or a statement (uploaded `at`), told."""
        if statement:
            known = self.head.stated or date.min, self.head.stated_at
            stated, stated_at = max(known, (day, at))
            self.head = replace(self.head, stated=stated, stated_at=stated_at)
        else:
            newest = max(self.head.posted or day, day)
            self.head = replace(self.head, posted=newest)

    def items_written(self) -> tuple[list[OpenItem], list[OpenItem]]:
        """The touched items that stand open now, and those that went. (One whose due day moved
        lies elsewhere now: its old place goes.)"""
        before = {item.ref: item for item in self.account.open}
        put = [self.open[r] for r in sorted(self.touched) if r in self.open]
        gone = [
            before[r]
            for r in sorted(self.touched)
            if r in before and (r not in self.open or self.open[r].due != before[r].due)
        ]
        return [item for item in put if before.get(item.ref) != item], gone


FindInvoice = Callable[[str], Invoice | None]
FindPosting = Callable[[PostingKey], Posting | None]


def _no_postings() -> Iterable[Posting]:
    return ()


def _none_ended() -> Iterable[Ended]:
    return ()


def _not_taken(key: PostingKey) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Find:
    """Look-ups of an account's own past."""

    invoice: FindInvoice
    posting: FindPosting
    postings: Callable[[], Iterable[Posting]] = _no_postings
    """All of them: a long read, for what is rare."""
    taken: Callable[[PostingKey], bool] = _not_taken
    """Whether an id is known, here or on another account."""
    ended: Callable[[], Iterable[Ended]] = _none_ended
    """Facts that are over: a long read, for what is rare."""


def largest_write(account: Account) -> int:
    """Due items that one transaction can change on an account, whose promises and plans may all end
    by it: each of them is two items of the table, and a record besides."""
    return max(LARGEST_WRITE - 2 * len(account.promises) - 2 * len(account.plans), 1)


def minor_units(text: str, currency: str) -> int:
    """Minor units of an amount in a body whose currency the ledger knows. Raises LedgerError."""
    try:
        return parse_amount(text, currency)
    except MoneyError as error:
        raise LedgerError("bad_amount", "amount", str(error)) from None


def spread(
    items: Iterable[OpenItem], amount: int, on: date | None = None
) -> tuple[list[Allocation], int]:
    """Allocate minor units to open items, oldest due first, charges after what they stand for (and,
    with a day, before what is not due on it); returns what is left over."""

    def rank(one: OpenItem) -> tuple[int, date, ItemRef]:
        if one.charge is not None:
            return 1, one.due, one.ref
        return 2 if on is not None and one.due > on else 0, one.due, one.ref

    allocations = []
    for item in sorted(items, key=rank):
        if not amount:
            break
        part = min(amount, item.open)
        allocations.append(Allocation(item.ref, part))
        amount -= part
    return allocations, amount


def apply_posting(entry: Entry, posting: Posting, find: Find, start: int, stop: int) -> None:
    """Carry out allocations [start:stop) of a posting. Its amounts were fitted to the account when
    it was made; a large one keeps them while it is applied in parts, and nothing else may post."""
    undone: date | None = None
    if posting.type == REVERSAL and posting.undoes is not None:
        was = find.posting(posting.undoes)
        undone = was.value_date if was else None
    for allocation in posting.allocations[start:stop]:
        ref, amount = allocation
        if amount >= 0:
            entry.settle(ref, amount, posting.on, posting.value_date, pays=posting.pays)
        else:
            invoice = find.invoice(ref.invoice)
            if invoice is None:
                raise AssertionError(f"{ref}: its invoice is gone")
            entry.give_back(ref, -amount, posting.on, invoice, posting.value_date, undone)


def open_invoice(entry: Entry, invoice: Invoice, start: int, stop: int) -> None:
    """Open items [start:stop) of a new document (counted from 0)."""
    for number in range(start + 1, min(stop, len(invoice.items)) + 1):
        item = open_item(invoice, number, invoice.items[number - 1].amount)
        entry.open[item.ref] = item
        entry.touched.add(item.ref)


def post(entry: Entry, posting: Posting, find: Find, beside: int = 0) -> None:
    """Write a posting and carry it out, or its first part if it is large. `beside`: facts that are
    written with it."""
    total = len(posting.allocations)
    entry.seen.append(posting.key)
    entry.saw(posting.value_date, statement=posting.type == STATEMENT)
    if total + beside > largest_write(entry.account):
        entry.put.append(replace(posting, applied=False))
        entry.head = replace(
            entry.head, applying=Applying("posting", posting.key.source, posting.key.id, 0, total)
        )
        return
    entry.put.append(posting)
    entry.on_account(posting.currency, posting.on_account)
    apply_posting(entry, posting, find, 0, total)


def take_up(
    entry: Entry, invoice: Invoice, find: Find, on: date, room: int, most: int | None = None
) -> bool:
    """Put money that waited for an invoice on its open items: never more than is open, never more
    than is left on account of its posting, and at most `most` in all. False: there was no room for
    all of it in this write (`room` items of the table), and the rest goes on waiting."""
    told = []
    done = True
    for fact in [one for one in entry.waiting() if one.invoice == invoice.number]:
        if room < 2:
            done = False
            break
        posting = entry.rewritten.get(fact.posting) or find.posting(fact.posting)
        if posting is None:
            raise TornError(f"{fact.posting}: waiting money of a posting that is not there")
        items = [
            item
            for ref, item in entry.open.items()
            if ref.invoice == invoice.number and fact.item in (None, ref.item)
        ]
        left = min(fact.amount, posting.standing()[1])
        if posting.currency != invoice.currency:
            left = 0
        if most is not None:
            left = min(left, most)
        allocations, _ = spread(items, left)
        fits = allocations[: (room - 2) // 2]
        room -= 2 + 2 * len(fits)
        taken = sum(a.amount for a in fits)
        for allocation in fits:
            entry.settle(
                allocation.ref, allocation.amount, on, posting.value_date, pays=posting.pays
            )
        if taken:
            posting = entry.move(posting, fits)
            amount = format_amount(taken, posting.currency)
            told.append(f"{amount} {posting.currency} of {posting.key.id}")
            if most is not None:
                most -= taken
        if len(fits) < len(allocations):
            entry.put.append(replace(fact, amount=fact.amount - taken))
            done = False
            break
        entry.delete.append(fact)
        drop_waiting(entry, posting)
    if told:
        entry.detail = f"{entry.detail}; {', '.join(told)} had waited".removeprefix("; ")
    return done


def drop_waiting(entry: Entry, posting: Posting) -> None:
    """What waits of a posting that has nothing on account any more waits no longer."""
    if posting.standing()[1]:
        return
    entry.delete += [fact for fact in entry.waiting() if fact.posting == posting.key]
    entry.put = [
        fact
        for fact in entry.put
        if not (isinstance(fact, Awaiting) and fact.posting == posting.key)
    ]


def resume(account: Account, find: Find) -> tuple[Entry, bool]:
    """The next part of the large fact that the account is applying; True when it is the last.

    Raises LookupError if the fact is not there, which no order of writes can bring about.
    """
    applying = account.head.applying
    if applying is None:
        raise LookupError("nothing is being applied")
    entry = Entry.begin(account, applying.kind, applying.id)
    stop = applying.done + largest_write(account)
    last = stop >= applying.total
    following = None if last else applying._replace(done=min(stop, applying.total))
    if applying.kind in ("invoice", AWAITING):
        invoice = find.invoice(applying.id)
        if invoice is None:
            raise LookupError(f"invoice {applying.id} is being applied and is not there")
        if applying.kind == "invoice":
            open_invoice(entry, invoice, applying.done, stop)
            if last and any(fact.invoice == invoice.number for fact in account.awaiting):
                following = Applying(AWAITING, "", invoice.number, 0, 0)
        elif not take_up(entry, invoice, find, invoice.as_of or invoice.issued, MOST_WRITTEN):
            following = applying
    else:
        posting = find.posting(PostingKey(applying.source, applying.id))
        if posting is None:
            raise LookupError(f"posting {applying.id} is being applied and is not there")
        apply_posting(entry, posting, find, applying.done, stop)
        entry.type = posting.type
        if last:
            entry.on_account(posting.currency, posting.on_account)
            entry.put.append(replace(posting, applied=True))
    entry.head = replace(entry.head, applying=following)
    return entry, following is None
