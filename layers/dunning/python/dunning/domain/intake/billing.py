"""What an invoice does to the ledger: its due items, what was paid of it by its own word, and what
an open-item list says of it. Credit notes and payments are `meaning`'s.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dunning.domain.bodies import (
    AccountBody,
    DisputeBody,
    InvoiceBody,
    MoneyBody,
    Part,
    StatementBody,
)
from dunning.domain.documents import AS_IMPORTED, dispute_id, paid_id
from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake.document import Instalment
from dunning.domain.intake.said import LONGEST_REFERENCE, Said
from dunning.domain.invoice import (
    DUES_BY_TERMS,
    KINDS,
    NO_DUES,
    STATED_DUES,
    DueItem,
    Invoice,
)
from dunning.domain.reading import MOST_ITEMS


def billed(said: Said) -> tuple[AccountBody, ...]:
    """An invoice as a document: its body, and a payment of what it says was paid of it. One of
    nothing has no items: it matters where the ledger knows it with more."""
    number = said.number()
    total, payable = said.amounts()
    if payable > total:
        said.note(
            "payable_is_more",
            f"{number}: {said.money(payable)} is to pay, {said.money(total)} is the total; what is"
            " to pay was taken",
        )
        total = payable
    items: tuple[DueItem, ...] = ()
    dues = STATED_DUES
    if total > 0:
        items, total, dues = _items(said, number, total, payable)
    known = said.known_on(said.document.issued)
    invoice = _invoice(said, number, items, said.document.issued or said.context.on)
    body = InvoiceBody(
        on=known,
        customer=said.customer,
        invoice=replace(invoice, as_of=known, said_at=said.context.at, dues=dues),
        disputed=_disputed(said, items),
        undisputed=said.document.disputed is not None,
        about=said.about,
    )
    paid = _paid(said, number, total, payable) if items else None
    return (body,) if paid is None else (body, paid)


def listed(said: Said) -> tuple[AccountBody, ...]:
    """An invoice as a row of an open-item list."""
    number = said.number()
    total, left = said.amounts()
    if left < 0 < total:
        said.note(
            "overpaid",
            f"{number}: {said.money(-left)} more than its {said.money(total)} was paid; nothing is"
            " open of it, and the credit was not recorded: list it as a row of its own",
        )
        left = 0
    if left < 0:
        raise ReadingError(
            "not_positive",
            "open",
            f"{number}: an invoice of {said.money(total)} cannot have {said.money(left)} open; is"
            " it a credit note?",
        )
    total = max(total, left)
    items: tuple[DueItem, ...] = ()
    dues = STATED_DUES
    if total:
        items, total, dues = _items(said, number, total, left)
    invoice = _invoice(said, number, items, said.document.issued or said.as_of)
    on = said.known_on(said.as_of)
    row = StatementBody(
        on=on,
        as_of=said.as_of,
        customer=said.customer,
        currency=said.currency,
        open=left,
        invoice=replace(invoice, dues=dues),
        at=said.context.at,
        undisputed=said.document.disputed is not None and not _disputed(said, items),
        about=said.about,
    )
    disputes = (
        DisputeBody(
            on=on,
            id=dispute_id(number, item),
            invoice=number,
            item=item,
            reason=AS_IMPORTED,
        )
        for item in (_disputed(said, items) if left else ())
    )
    return (row, *disputes)


def _invoice(said: Said, number: str, items: tuple[DueItem, ...], issued: date) -> Invoice:
    document = said.document
    kind = document.kind or KINDS[0]
    if kind not in KINDS:
        raise ReadingError(
            "unknown_word", "kind", f"kind is {', '.join(KINDS)}; not {printable(kind)}"
        )
    return Invoice(
        number=number,
        currency=said.currency,
        kind=kind,
        issued=issued,
        items=items,
        policy=document.policy or None,
        reference=document.reference[:LONGEST_REFERENCE],
        seller=" ".join(document.seller.split())[:LONGEST_REFERENCE],
    )


def _disputed(said: Said, items: tuple[DueItem, ...]) -> tuple[int, ...]:
    """Items (from 1) that the document says are disputed."""
    document = said.document
    return tuple(
        count
        for count in range(1, len(items) + 1)
        if document.disputed or (document.items and document.items[count - 1].disputed)
    )


def _items(
    said: Said, number: str, total: int, payable: int
) -> tuple[tuple[DueItem, ...], int, str]:
    """The due items, the total that they add up to, and where their due days come from."""
    document = said.document
    given = document.items or (Instalment(document.due, Decimal(), bool(document.disputed)),)
    if len(given) > MOST_ITEMS:
        raise ReadingError(
            "too_many", "items", f"{len(given)} instalments; at most {MOST_ITEMS} are taken"
        )
    found = [_due(said, item.due, number, paid=payable <= 0) for item in given]
    dues = [day for day, _ in found]
    whence = next(
        (one for one in (NO_DUES, DUES_BY_TERMS) if one in {by for _, by in found}), STATED_DUES
    )
    if not document.items:
        return (DueItem(dues[0], total),), total, whence
    amounts = [said.minor(item.amount, "items") for item in given]
    if min(amounts) <= 0:
        raise ReadingError("not_positive", "items", "an instalment is not above zero")
    summed = sum(amounts)
    if summed == payable != total:
        said.note(
            "prepaid_before",
            f"{number}: {said.money(total - payable)} was paid before; its instalments are of what"
            " is left",
        )
    elif summed != total:
        raise ReadingError(
            "items_differ",
            "items",
            f"the instalments add up to {said.money(summed)}, the document says"
            f" {said.money(total)}; mend one of them",
        )
    return tuple(map(DueItem, dues, amounts)), summed, whence


def _due(said: Said, due: date | None, number: str, *, paid: bool) -> tuple[date, str]:
    """The day that is stated, else by the file's or the creditor's terms; of what is paid any day
    will do. Where there is none, the ledger may know it: if it does not, it refuses the row."""
    if due is not None:
        return due, STATED_DUES
    issued, terms = said.document.issued, said.context.creditor.terms_days
    own = said.document.terms_days
    if issued is not None and own is not None:
        said.note(
            "terms_of_file",
            f"{number}: no due day is stated; it is {own} days after the day of issue, by the"
            " file's own terms",
        )
        return issued + timedelta(days=own), DUES_BY_TERMS
    if issued is not None and terms is not None:
        said.note(
            "terms_applied",
            f"{number}: no due day is stated; it is {terms} days after the day of issue, by the"
            " creditor's terms",
        )
        return issued + timedelta(days=terms), DUES_BY_TERMS
    return issued or said.context.on, DUES_BY_TERMS if paid else NO_DUES


def _paid(said: Said, number: str, total: int, payable: int) -> MoneyBody | None:
    """The payment that a document tells of: its settlement, else what was paid before."""
    document, context = said.document, said.context
    prepaid = total - payable
    settled = document.settled_on
    if settled is not None and settled > context.on and not context.historical:
        said.note(
            "settled_later",
            f"{number}: its settlement on {settled} is after the day of the upload ({context.on})"
            " and was not recorded; send the file again on that day",
        )
        settled = None
        prepaid = prepaid if payable > 0 else 0
    if settled is not None:
        # What a document says is open or prepaid says how much of it was paid on that day.
        amount = prepaid if 0 < prepaid < total else max(total, prepaid)
        return _payment(said, number, amount, total, settled)
    if prepaid <= 0:
        return None
    return _payment(said, number, prepaid, total, document.issued or context.on)


def _payment(said: Said, number: str, amount: int, total: int, day: date) -> MoneyBody:
    return MoneyBody(
        on=said.known_on(day),
        type="payment",
        id=paid_id(number),
        customer=said.customer,
        currency=said.currency,
        amount=amount,
        value_date=said.counts_on(day),
        parts=(Part(invoice=number, item=None, amount=min(amount, total)),),
        so_far=amount,
    )
