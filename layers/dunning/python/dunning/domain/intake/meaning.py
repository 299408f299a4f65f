"""What a document does to the ledger: the bodies that stand for it, and what was taken for granted.
Files and their layouts come before; whether the ledger takes the bodies is `entries`'.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.bodies import AccountBody, InvoiceBody, MoneyBody, Part, StatementBody
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError, printable
from dunning.domain.identity import LONGEST_ID, IdentityError, external_id
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, PAYMENT, Document, Instalment
from dunning.domain.intake.parties import about
from dunning.domain.intake.understood import STATEMENT, Understood
from dunning.domain.invoice import KINDS, DueItem, Invoice
from dunning.domain.money import MoneyError, exponent, format_amount, parse_amount
from dunning.domain.reading import MOST_ITEMS


class Note(NamedTuple):
    """What the report says of a row that was taken: a code to count by, and a sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """Whose documents these are, and of which day."""

    creditor: Creditor
    on: date
    """The day of the upload."""
    understood: Understood
    historical: bool = False
    """Each thing becomes known on its own day (offline), not on the day of the upload."""


class Meant(NamedTuple):
    """The bodies of one document, in the order in which they are to be recorded, and notes."""

    bodies: tuple[AccountBody, ...]
    notes: tuple[Note, ...] = ()


def meant(document: Document, context: Context, occurrence: int = 1) -> Meant:
    """What a document does to the ledger. Raises ReadingError, which says how to mend it.

    `occurrence` counts payments of one file that are alike in all that they say (`alike`) and have
    no id: the second is a second payment, and the same file again brings the same two.
    """
    return _Meaning(document, context).bodies(occurrence)


def alike(document: Document) -> tuple[object, ...] | None:
    """What payments without an id have in common when nothing tells them apart; None: it has one,
    or is no payment."""
    if document.type != PAYMENT or document.number:
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


def _day_of(document: Document) -> date | None:
    """The day of a payment."""
    return document.settled_on or document.issued


def derived_id(*parts: object) -> str:
    """An id that follows from what it stands for: readable where it is short enough."""
    plain = ":".join(str(part) for part in parts)
    if len(plain) <= LONGEST_ID:
        return plain
    return f"{parts[0]}:{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


class _Meaning:
    """One document on its way to bodies."""

    __slots__ = ("about", "context", "currency", "customer", "document", "notes")

    def __init__(self, document: Document, context: Context) -> None:
        creditor = context.creditor
        if document.creditor and document.creditor.strip() != creditor.creditor:
            raise ReadingError(
                "other_creditor",
                "creditor",
                f"this is {creditor.creditor}'s; upload what belongs to"
                f" {printable(document.creditor)} under its own prefix",
            )
        self.document, self.context = document, context
        self.notes = [Note("reader", text) for text in document.notes]
        self.currency = self._currency()
        named = " ".join((document.customer or document.name).split())
        self.customer = _id(named[:LONGEST_ID], "customer") if named else ""
        self.about, left_out = about(
            self.customer,
            document.name,
            document.email,
            document.phone,
            document.language,
            document.country,
            document.address,
        )
        self.notes += [Note(code, text) for code, text in left_out]

    def bodies(self, occurrence: int) -> Meant:
        document = self.document
        if document.type == PAYMENT:
            bodies = self._payment(occurrence)
        elif not self.customer:
            raise ReadingError(
                "missing", "customer", "the customer is missing; give its number or its name"
            )
        elif self._is_credit():
            bodies = self._credit_note()
        elif self.context.understood.holds == STATEMENT:
            bodies = self._stated_invoice()
        elif document.type == INVOICE:
            bodies = self._invoice()
        else:
            raise ReadingError(
                "unknown_type", "type", f"{printable(document.type)} is no kind of document here"
            )
        return Meant(bodies, tuple(self.notes))

    # --- amounts and days -------------------------------------------------------------------

    def _currency(self) -> str:
        currency = self.document.currency or self.context.creditor.currency or ""
        if not currency:
            raise ReadingError(
                "no_currency",
                "currency",
                "no currency is named; say `currency: EUR` in a mapping file, or in creditor.json",
            )
        try:
            exponent(currency)
        except MoneyError as error:
            raise ReadingError("bad_currency", "currency", f"currency: {error}") from None
        return currency

    def _minor(self, amount: Decimal, field: str) -> int:
        """Signed minor units. Raises ReadingError where the currency has fewer decimals."""
        try:
            return parse_amount(format(amount, "f"), self.currency, signed=True)
        except MoneyError as error:
            raise ReadingError("bad_amount", field, f"{field}: {error}") from None

    def _money(self, minor: int) -> str:
        return f"{format_amount(minor, self.currency)} {self.currency}"

    def _known_on(self, day: date | None) -> date:
        """The day on which the ledger hears of what happened on `day`."""
        return day if self.context.historical and day else self.context.on

    def _note(self, code: str, text: str) -> None:
        self.notes.append(Note(code, text))

    def _is_credit(self) -> bool:
        document = self.document
        if document.type == CREDIT_NOTE:
            return True
        first = document.total if document.total is not None else document.open
        return document.type == INVOICE and first is not None and first < 0

    def _amounts(self) -> tuple[int, int]:
        """Total with tax, and what is left to pay by the document's own word."""
        document = self.document
        stated = document.total if document.total is not None else document.line
        if stated is None:
            stated = document.open
        if stated is None and document.items:
            stated = sum((item.amount for item in document.items), Decimal())
        if stated is None:
            raise ReadingError("missing", "total", "the amount is missing; give the total with tax")
        total = self._minor(stated, "total")
        if document.open is None:
            return total, total
        return total, self._minor(document.open, "open")

    # --- invoices ---------------------------------------------------------------------------

    def _number(self) -> str:
        if not self.document.number.strip():
            raise ReadingError("missing", "number", "the number of the document is missing")
        return _id(self.document.number, "number")

    def _invoice(self) -> tuple[AccountBody, ...]:
        document = self.document
        number = self._number()
        total, payable = self._amounts()
        if payable > total:
            self._note(
                "payable_is_more",
                f"{number}: {self._money(payable)} is to pay, {self._money(total)} is the total;"
                " what is to pay was taken",
            )
            total = payable
        if total <= 0:
            self._note("nothing_owed", f"{number}: nothing is owed, and nothing was recorded")
            return ()
        items, total, payable = self._items(number, total, payable)
        issued = document.issued or self.context.on
        known = self._known_on(document.issued)
        invoice = self._document(number, items, issued)
        disputed = tuple(
            count
            for count in range(1, len(items) + 1)
            if document.disputed or (document.items and document.items[count - 1].disputed)
        )
        bodies: list[AccountBody] = [
            InvoiceBody(
                on=known,
                customer=self.customer,
                invoice=replace(invoice, as_of=known),
                disputed=disputed,
                about=self.about,
            )
        ]
        return (*bodies, *self._paid(number, total, payable))

    def _document(self, number: str, items: tuple[DueItem, ...], issued: date) -> Invoice:
        document = self.document
        kind = document.kind or KINDS[0]
        if kind not in KINDS:
            raise ReadingError(
                "unknown_word", "kind", f"kind is {', '.join(KINDS)}; not {printable(kind)}"
            )
        return Invoice(
            number=number,
            currency=self.currency,
            kind=kind,
            issued=issued,
            items=items,
            policy=document.policy or None,
            reference=document.reference[:200],
            seller=" ".join(document.seller.split())[:200],
        )

    def _items(self, number: str, total: int, payable: int) -> tuple[tuple[DueItem, ...], int, int]:
        """The due items, with the total and the payable amount that they add up to."""
        document = self.document
        given = document.items or (Instalment(document.due, Decimal(), document.disputed),)
        if len(given) > MOST_ITEMS:
            raise ReadingError(
                "too_many", "items", f"{len(given)} instalments; at most {MOST_ITEMS} are taken"
            )
        paid = payable <= 0
        dues = [self._due(item.due, number, paid=paid) for item in given]
        if not document.items:
            return (DueItem(dues[0], total),), total, payable
        amounts = [self._minor(item.amount, "items") for item in given]
        if min(amounts) <= 0:
            raise ReadingError("not_positive", "items", "an instalment is not above zero")
        summed = sum(amounts)
        if summed == payable != total:
            self._note(
                "prepaid_before",
                f"{number}: {self._money(total - payable)} was paid before; its instalments are of"
                " what is left",
            )
            total = payable
        elif summed != total:
            raise ReadingError(
                "items_differ",
                "items",
                f"the instalments add up to {self._money(summed)}, the document says"
                f" {self._money(total)}; mend one of them",
            )
        return tuple(map(DueItem, dues, amounts)), total, payable

    def _due(self, due: date | None, number: str, *, paid: bool) -> date:
        if due is not None:
            return due
        issued, terms = self.document.issued, self.context.creditor.terms_days
        if issued is not None and terms is not None:
            self._note(
                "terms_applied",
                f"{number}: no due day is stated; it is {terms} days after the day of issue, by the"
                " creditor's terms",
            )
            return issued + timedelta(days=terms)
        if paid:
            return issued or self.context.on
        raise ReadingError(
            "missing",
            "due",
            "the due day is missing; give it, or set the creditor's terms (`terms: {days: 14}` in"
            " creditor.json) and give the day of issue",
        )

    def _paid(self, number: str, total: int, payable: int) -> list[AccountBody]:
        """The payments that a document tells of: what was prepaid, and its settlement."""
        document, context = self.document, self.context
        settled = document.settled_on
        if settled is not None and settled > context.on and not context.historical:
            self._note(
                "settled_later",
                f"{number}: its settlement on {settled} is after the day of the upload"
                f" ({context.on}) and was not recorded; send the file again on that day",
            )
            settled = None
        prepaid = total - payable
        if settled is not None:
            # With a day of settlement, what is open or prepaid says how much of it was paid then.
            amount = prepaid if 0 < prepaid < total else max(total, prepaid)
            return [self._payment_of(number, derived_id("settled", number), amount, total, settled)]
        if prepaid <= 0:
            return []
        day = document.issued or context.on
        return [self._payment_of(number, derived_id("prepaid", number), prepaid, total, day)]

    def _payment_of(self, number: str, id_: str, amount: int, total: int, day: date) -> MoneyBody:
        return MoneyBody(
            on=self._known_on(day),
            type="payment",
            id=id_,
            customer=self.customer,
            currency=self.currency,
            amount=amount,
            value_date=min(day, self.context.on) if not self.context.historical else day,
            parts=(Part(invoice=number, item=None, amount=min(amount, total)),),
            so_far=True,
        )

    def _stated_invoice(self) -> tuple[AccountBody, ...]:
        number = self._number()
        document = self.document
        as_of = self.context.understood.as_of or self.context.on
        total, left = self._amounts()
        if left < 0:
            raise ReadingError(
                "not_positive",
                "open",
                f"{number}: an invoice of {self._money(total)} cannot have {self._money(left)}"
                " open; is it a credit note?",
            )
        total = max(total, left)
        invoice = None
        if total:
            items, total, _ = self._items(number, total, left)
            invoice = self._document(number, items, document.issued or as_of)
        else:
            invoice = Invoice(number, self.currency, KINDS[0], document.issued or as_of, ())
        return (
            StatementBody(
                on=self._known_on(as_of),
                as_of=as_of,
                customer=self.customer,
                currency=self.currency,
                open=left,
                invoice=invoice,
                about=self.about,
            ),
        )

    # --- credit and money ---------------------------------------------------------------------

    def _credit_note(self) -> tuple[AccountBody, ...]:
        number = self._number()
        document = self.document
        total, left = (abs(amount) for amount in self._amounts())
        stated = self.context.understood.holds == STATEMENT
        if not total or (stated and not left and document.open is None):
            self._note("nothing_owed", f"{number}: it credits nothing, and nothing was recorded")
            return ()
        day = document.issued or self.context.on
        named = document.invoice.strip()
        body = MoneyBody(
            on=self._known_on(document.issued),
            type="credit_note",
            id=number,
            customer=self.customer,
            currency=self.currency,
            amount=total,
            value_date=min(day, self.context.on) if not self.context.historical else day,
            invoice=_id(named, "invoice") if named and not stated else None,
            about=self.about,
        )
        return (self._on_account(body, left) if stated else body,)

    def _on_account(self, body: MoneyBody, left: int) -> StatementBody:
        as_of = self.context.understood.as_of or self.context.on
        return StatementBody(
            on=self._known_on(as_of),
            as_of=as_of,
            customer=self.customer,
            currency=self.currency,
            open=left,
            credit=replace(body, on_account=True),
            about=self.about,
        )

    def _payment(self, occurrence: int) -> tuple[AccountBody, ...]:
        document = self.document
        if document.total is None:
            raise ReadingError("missing", "amount", "the amount of the payment is missing")
        amount = self._minor(document.total, "amount")
        stated = self.context.understood.holds == STATEMENT
        if stated:
            amount = abs(amount)  # an open-item list shows money on account below zero
        if amount <= 0:
            raise ReadingError(
                "not_positive",
                "amount",
                "the payment is not above zero; money that went back is a refund or a reversal",
            )
        parts = self._parts(amount)
        if not self.customer and not parts:
            raise ReadingError(
                "unknown_payer",
                "customer",
                "neither a customer nor an invoice is named, so nobody's account can take this"
                " payment; add a column with the customer's or the invoice's number",
            )
        day = _day_of(document) or self.context.on
        # On account as a whole where the document says that none of it is for an invoice.
        none_of_it = document.allocated is not None and not document.allocated and not parts
        body = MoneyBody(
            on=self._known_on(day),
            type="payment",
            id=self._payment_id(amount, day, occurrence),
            customer=self.customer,
            currency=self.currency,
            amount=amount,
            value_date=min(day, self.context.on) if not self.context.historical else day,
            parts=parts,
            reference=document.reference[:200] or None,
            on_account=none_of_it,
            about=self.about,
        )
        if stated and self.customer:
            left = abs(self._minor(document.open, "open")) if document.open is not None else amount
            return (self._on_account(body, left),)
        return (body,)

    def _parts(self, amount: int) -> tuple[Part, ...]:
        document = self.document
        given = [(one.invoice, one.amount) for one in document.allocations]
        if not given and document.invoice.strip():
            part = document.allocated if document.allocated is not None else document.total
            given = [(document.invoice, part or Decimal())]
        parts = []
        for invoice, of_it in given:
            minor = abs(self._minor(of_it, "allocated"))
            if minor:
                parts.append(Part(invoice=_id(invoice, "invoice"), item=None, amount=minor))
        if sum(part.amount for part in parts) > amount:
            raise ReadingError(
                "allocated_too_much",
                "allocated",
                "what is allocated to invoices is more than the payment; mend the parts",
            )
        return tuple(parts)

    def _payment_id(self, amount: int, day: date, occurrence: int) -> str:
        """The payment's own id, else one that follows from all that it says."""
        document = self.document
        if document.number.strip():
            return _id(document.number, "id")
        said = (
            self.customer,
            day.isoformat(),
            self.currency,
            amount,
            document.invoice.strip(),
            *(f"{one.invoice}={one.amount}" for one in document.allocations),
            " ".join(document.reference.split()),
        )
        digest = hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()[:24]
        return f"payment:{day}:{digest}" + (f":{occurrence}" if occurrence > 1 else "")


def _id(text: str, field: str) -> str:
    try:
        return external_id(text)
    except IdentityError as error:
        raise ReadingError("bad_id", field, f"{field}: {error}") from None
