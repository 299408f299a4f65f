"""What a notice has charged, as a document: written with the write that counts the notice as sent.
One document a notice, an item a charge; the same notice finds it there and writes nothing again.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from .account import Account, Applying
from .change import LiveFact, Mark, PastFact
from .charges.borne import Borne
from .charges.notice import COMPENSATION, FEE, INTEREST, POST, WAIVE, Charge
from .history import Attempt
from .identity import LONGEST_ID, ItemRef
from .invoice import CHARGE, ChargeOf, DueItem, Invoice, OpenItem, Reached, Settled, open_item
from .ledger import LARGEST_WRITE, LedgerError

PREFIX = "charge:"
"""How the numbers of these documents begin; nobody else's may."""

FindInvoice = Callable[[str], Invoice | None]


class Posted(NamedTuple):
    """What is written for a notice's charges, beside HEAD."""

    put: tuple[LiveFact | PastFact, ...] = ()
    lookups: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    reached: tuple[tuple[ItemRef, Reached], ...] = ()
    """Levels of the new charges: those of their parents."""
    applying: Applying | None = None
    """More charges than one write opens: the others follow in parts."""


def charge_number(parent: ItemRef, level: int, repeat: int) -> str:
    """The number of the document of a notice's charges: it follows from the oldest item that the
    notice took a step, and from that step, which no two notices share."""
    plain = f"{PREFIX}{parent}/{level}" + (f"/{repeat}" if repeat else "")
    if len(plain) <= LONGEST_ID:
        return plain
    return PREFIX + hashlib.sha256(plain.encode()).hexdigest()[:32]


def not_reserved(number: str) -> None:
    """Raise LedgerError for a document of the creditor's that is numbered like a charge."""
    if number.startswith(PREFIX):
        raise LedgerError(
            "number_reserved",
            "number",
            f"numbers that begin with {PREFIX!r} are those of charges that notices have posted;"
            " waive or write off a charge, or give the document another number",
        )


def posted(
    account: Account,
    attempt: Attempt,
    day: date,
    find_invoice: FindInvoice,
    reached: Mapping[ItemRef, Reached],
    settled: Mapping[ItemRef, Settled],
) -> Posted:
    """The document of an attempt's posted charges, with what its items bear from now on. `reached`,
    `settled`: levels of open and of settled items after the notice. Nothing where it posted
    nothing, or its document is there."""
    open_now = {item.ref: item for item in account.open}
    due = [charge for charge in attempt.charges if charge.mode == POST and charge.amount > 0]
    given_up = [one for one in attempt.charges if one.mode == WAIVE and one.what != FEE]
    if not due and given_up:
        bearing, marks = _bearing(
            given_up, day, open_now, lambda ref: _settled(ref, settled, find_invoice)
        )
        return Posted(tuple(bearing), marks=tuple(marks))
    if not due or not attempt.said:
        return Posted()
    first = attempt.said[0]
    number = charge_number(first.ref, first.level, first.repeat)
    known = find_invoice(number)
    if known is not None and any(one.serial == attempt.serial for one in known.charges):
        return Posted()
    if known is not None:  # an item that left its document and came back takes its steps again
        number = charge_number(first.ref, 0, attempt.serial)
        if find_invoice(number) is not None:
            return Posted()
    items, charges = [], []
    for what, parent, amount in _items(due, first.ref):
        since = _due_day(parent, open_now, find_invoice) or day
        items.append(DueItem(day, amount))
        taken = max(one.level for one in due if one.what == what)
        charges.append(ChargeOf(parent, since, what, taken, attempt.serial))
    document = Invoice(
        number,
        attempt.currency,
        CHARGE,
        day,
        tuple(items),
        policy=attempt.policy,
        charges=tuple(charges),
    )
    whole = len(items) <= LARGEST_WRITE
    opened = [open_item(document, n + 1, items[n].amount) for n in range(len(items))]
    levels = []
    for item, charge in zip(opened, charges, strict=True):
        gone = settled.get(charge.parent)
        level = reached.get(charge.parent) or (gone.reached if gone else None)
        if level is not None:
            levels.append((item.ref, level))
    bearing, marks = _bearing(
        [*due, *given_up], day, open_now, lambda ref: _settled(ref, settled, find_invoice)
    )
    return Posted(
        (document, *(opened if whole else ()), *bearing),
        (number,),
        tuple(marks),
        tuple(levels),
        None if whole else Applying("invoice", "", number, 0, len(items)),
    )


def with_parents(account: Account, attempt: Attempt, reached: dict[ItemRef, Reached]) -> None:
    """Put open charges at the levels of their parents, where these took a step: should the parent
    be paid, the charge goes on from there."""
    told = {line.ref for line in attempt.said}
    for item in account.open:
        if item.charge is not None and item.charge.parent in told:
            level = reached.get(item.charge.parent)
            if level is not None:
                reached[item.ref] = level


def levels_charged(
    before: tuple[tuple[int, int], ...], attempt: Attempt
) -> tuple[tuple[int, int], ...]:
    """The levels of a case whose fee was taken, after an attempt that counts as sent. `before`: of
    each notice that stands for the case, so that a level may be there twice."""
    found = dict(sorted(before, reverse=True))
    for charge in attempt.charges:
        if charge.what == FEE:
            found.setdefault(charge.level, attempt.serial)
    return tuple(sorted(found.items()))


def _items(due: list[Charge], first: ItemRef) -> list[tuple[str, ItemRef, int]]:
    """The items of the document: each fee against its item; interest, and compensation, in one sum
    against the oldest."""
    found = [(FEE, charge.ref, charge.amount) for charge in due if charge.what == FEE]
    for what in (INTEREST, COMPENSATION):
        amount = sum(charge.amount for charge in due if charge.what == what)
        if amount:
            found.append((what, first, amount))
    return found


def _due_day(
    ref: ItemRef, open_now: dict[ItemRef, OpenItem], find_invoice: FindInvoice
) -> date | None:
    item = open_now.get(ref)
    if item is not None:
        return item.due
    invoice = find_invoice(ref.invoice)
    return invoice.items[ref.item - 1].due if invoice and ref.item <= len(invoice.items) else None


def _bearing(
    due: list[Charge],
    day: date,
    open_now: dict[ItemRef, OpenItem],
    settled_now: Callable[[ItemRef], Settled | None],
) -> tuple[list[OpenItem], list[Mark]]:
    """The items on which interest or compensation was posted, open or settled by now, with that
    kept on them; compensation on every open item of its invoice."""
    borne: dict[ItemRef, Borne] = {}

    def of(ref: ItemRef) -> Borne | None:
        if ref in borne:
            return borne[ref]
        if ref in open_now:
            return open_now[ref].borne
        settled = settled_now(ref)
        return settled.borne if settled else None

    for charge in due:
        if charge.what == INTEREST and (known := of(charge.ref)) is not None:
            borne[charge.ref] = known._replace(until=max(known.until or day, day))
        if charge.what != COMPENSATION:
            continue
        siblings = [ref for ref in open_now if ref.invoice == charge.ref.invoice]
        for ref in {charge.ref, *siblings}:
            if (known := of(ref)) is not None:
                borne[ref] = known._replace(compensated=True)
    items = [
        replace(open_now[ref], borne=one)
        for ref, one in borne.items()
        if ref in open_now and open_now[ref].borne != one
    ]
    marks = []
    for ref, one in borne.items():
        settled = None if ref in open_now else settled_now(ref)
        if settled is not None and settled.borne != one:
            marks.append(Mark(ref.invoice, ref.item, replace(settled, borne=one)))
    return items, marks


def _settled(
    ref: ItemRef, settled: Mapping[ItemRef, Settled], find_invoice: FindInvoice
) -> Settled | None:
    if ref in settled:
        return settled[ref]
    invoice = find_invoice(ref.invoice)
    return invoice.settled.get(ref.item) if invoice else None
