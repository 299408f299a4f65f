"""What a document does to the ledger: the bodies that stand for it, and what was taken for granted.
Files and their layouts come before; whether the ledger takes the bodies is `entries`'.
"""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.bodies import AccountBody, MoneyBody, Part, StatementBody
from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake.billing import billed, listed
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, PAYMENT, Document
from dunning.domain.intake.payer import unknown_payer
from dunning.domain.intake.said import LONGEST_REFERENCE, Said, id_of
from dunning.domain.intake.said import Context as Context
from dunning.domain.intake.said import Note as Note


class Meant(NamedTuple):
    """The bodies of one document, in the order in which they are to be recorded, and notes."""

    bodies: tuple[AccountBody, ...]
    notes: tuple[Note, ...] = ()


def meant(document: Document, context: Context, occurrence: int = 1) -> Meant:
    """What a document does to the ledger. Raises ReadingError, which says how to mend it.

    `occurrence` counts payments of one file that are alike in all that they say (`alike`) and have
    no id: the second is a second payment, and the same file again brings the same two.
    """
    said = Said(document, context)
    return Meant(_bodies(said, occurrence), tuple(said.notes))


def alike(document: Document) -> tuple[object, ...] | None:
    """What payments without an id have in common when nothing tells them apart; None: it has one,
    or is no payment."""
    if document.type != PAYMENT or document.number.strip():
        return None
    return (
        document.customer or document.name,
        _day_of(document),
        document.currency,
        document.total,
        document.invoice,
        document.allocations,
        document.reference,
    )


def _bodies(said: Said, occurrence: int) -> tuple[AccountBody, ...]:
    document = said.document
    if document.type == PAYMENT:
        return _payment(said, occurrence)
    if not said.customer:
        raise ReadingError(
            "missing", "customer", "the customer is missing; give its number or its name"
        )
    _not_ours(said)
    if said.of_tomorrow:
        said.note(
            "future_day",
            f"the list speaks as of {said.context.understood.as_of}, a day to come; it was taken as"
            f" of {said.as_of}, the day of its upload",
        )
    if is_credit(document):
        return _credit_note(said)
    if document.type != INVOICE:
        raise ReadingError(
            "unknown_type", "type", f"{printable(document.type)} is no kind of document here"
        )
    return listed(said) if said.stated else billed(said)


def _not_ours(said: Said) -> None:
    """Raises ReadingError for a document that somebody else has sent to the creditor itself."""
    document = said.document
    own, seller, buyer = (
        " ".join(name.split()).casefold()
        for name in (said.context.creditor.name, document.seller, document.name)
    )
    if own and seller and buyer == own != seller:
        raise ReadingError(
            "payables",
            "customer",
            f"{printable(document.seller)} has sent this to you: it is a bill that you owe, not"
            " what a customer owes you; leave it out",
        )


def is_credit(document: Document) -> bool:
    """Whether it credits the customer: by its type, or as an invoice below zero."""
    first = document.total if document.total is not None else document.line
    first = first if first is not None else document.open
    below = document.type == INVOICE and first is not None and first < 0
    return document.type == CREDIT_NOTE or below


def _day_of(document: Document) -> date | None:
    """The day of a payment."""
    return document.settled_on or document.issued


def _credit_note(said: Said) -> tuple[AccountBody, ...]:
    number = said.number()
    document = said.document
    total, left = (abs(amount) for amount in said.amounts())
    if not total and not left:
        said.note("nothing_owed", f"{number}: it credits nothing, and nothing was recorded")
        return ()
    named = document.invoice.strip()
    body = MoneyBody(
        on=said.known_on(document.issued),
        type="credit_note",
        id=number,
        customer=said.customer,
        currency=said.currency,
        amount=max(total, left),
        value_date=said.counts_on(document.issued or said.context.on),
        invoice=id_of(named, "invoice") if named and not said.stated else None,
        about=said.about,
    )
    return (_unused(said, body, left),) if said.stated else (body,)


def _unused(said: Said, body: MoneyBody, left: int) -> StatementBody:
    """A credit or payment as a row of an open-item list."""
    return StatementBody(
        on=said.known_on(said.as_of),
        as_of=said.as_of,
        customer=said.customer,
        currency=said.currency,
        open=left,
        credit=replace(body, on_account=True),
        at=said.context.at,
        about=said.about,
    )


def _payment(said: Said, occurrence: int) -> tuple[AccountBody, ...]:
    document = said.document
    stated = document.total if document.total is not None else document.open
    if stated is None:
        raise ReadingError("missing", "amount", "the amount of the payment is missing")
    amount = said.minor(stated, "amount")
    if said.stated:
        amount = abs(amount)  # an open-item list shows money on account below zero
    if amount <= 0:
        raise ReadingError(
            "not_positive",
            "amount",
            "the payment is not above zero; money that went back is a refund or a reversal",
        )
    parts = _parts(said, amount)
    if not said.customer and not parts:
        if document.of_bank:
            raise unknown_payer(document)
        raise ReadingError(
            "unknown_payer",
            "customer",
            "neither a customer nor an invoice is named, so nobody's account can take this payment;"
            " add a column with the customer's or the invoice's number",
        )
    day = _day_of(document) or said.context.on
    none_of_it = document.allocated is not None and not document.allocated
    body = MoneyBody(
        on=said.known_on(day),
        type="payment",
        id=_payment_id(said, amount, occurrence),
        customer=said.customer,
        currency=said.currency,
        amount=amount,
        value_date=said.counts_on(day),
        parts=parts,
        reference=document.reference[:LONGEST_REFERENCE] or None,
        on_account=none_of_it and not parts,
        about=said.about,
    )
    if not said.stated or not said.customer:
        return (body,)
    left = amount if document.open is None else abs(said.minor(document.open, "open"))
    return (_unused(said, body, left),)


def _parts(said: Said, amount: int) -> tuple[Part, ...]:
    """What of a payment is for which invoice."""
    document = said.document
    given = [(one.invoice, one.amount) for one in document.allocations]
    if not given and document.invoice.strip():
        part = document.allocated if document.allocated is not None else document.total
        given = [(document.invoice, part or Decimal())]
    parts = []
    for invoice, of_it in given:
        minor = abs(said.minor(of_it, "allocated"))
        if minor:
            parts.append(Part(invoice=id_of(invoice, "invoice"), item=None, amount=minor))
    if sum(part.amount for part in parts) > amount:
        raise ReadingError(
            "allocated_too_much",
            "allocated",
            "what is allocated to invoices is more than the payment; mend the parts",
        )
    return tuple(parts)


def _payment_id(said: Said, amount: int, occurrence: int) -> str:
    """The payment's own id, else one that follows from all that it says: customer, day, currency,
    amount, invoices and reference, and which of several such it is in its file."""
    document = said.document
    if document.number.strip():
        return id_of(document.number, "id")
    day = _day_of(document)
    if day is None:
        raise ReadingError(
            "missing",
            "id",
            "the payment has neither an id nor a day, so it could not be known again when it comes"
            " twice; give one of them",
        )
    words = (
        said.customer,
        day.isoformat(),
        said.currency,
        str(amount),
        document.invoice.strip(),
        *(f"{one.invoice}={one.amount.normalize()}" for one in document.allocations),
        " ".join(document.reference.split()),
    )
    digest = hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:24]
    return f"payment:{day}:{digest}" + (f":{occurrence}" if occurrence > 1 else "")
