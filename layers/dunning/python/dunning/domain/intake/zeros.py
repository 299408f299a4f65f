"""Numbers that lost their leading zeros in a spreadsheet, or were given some: known again by their
digits where the ledger, or an earlier row of the file, has the other form. Never made up.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, PAYMENT, Allocation, Document

WIDEST: Final = 12
"""Digits that systems fill numbers up to: SAP ten, DATEV's document field twelve."""
SAMPLE: Final = 20
"""Numbers of each length that are looked for in every form. If none of them is known in another,
the file lost no zeros of numbers so long, and no more are looked for."""
MOST_ASKED: Final = 20_000
"""Numbers in all that the ledger is asked for, a few milliseconds each."""
MOST_SEEN: Final = 50_000
"""Numbers of the file that are kept to know others by."""
CODE: Final = "leading_zeros"

Owner = Callable[[str], str]
"""The account that a number belongs to; "" if it is not known."""
Named = Callable[[str], str]
"""The name of an account's customer; "" if it has none."""
Tell = Callable[[str, str], None]
"""Takes a code and a sentence for the report."""


def nobody(_: str) -> str:
    """Where there is no ledger."""
    return ""


def digits_of(number: str) -> str:
    """A number of digits alone without its leading zeros; "" for any other, and for nothing but
    zeros."""
    if len(number) > WIDEST or not (number.isascii() and number.isdigit()):
        return ""
    return number.lstrip("0")


def forms_of(number: str) -> tuple[str, ...]:
    """The other forms of a number of digits: without leading zeros, and with as many as fit."""
    digits = digits_of(number)
    if not digits:
        return ()
    forms = (digits.zfill(width) for width in range(len(digits), WIDEST + 1))
    return tuple(form for form in forms if form != number)


class _Form(NamedTuple):
    """A number as it is known, and whose it is."""

    number: str
    whose: str


@dataclass(slots=True)
class _Kind:
    """The numbers of one kind: customers', invoices' or credit notes'."""

    what: str
    column: str
    owner: Owner
    seen: dict[str, _Form] = field(default_factory=dict)
    """By their digits, in the form that the first of them has."""
    asked: int = 0
    _looked: Counter[int] = field(default_factory=Counter)
    _widths: set[int] = field(default_factory=set)
    """Of the forms that were found in the ledger."""

    def known(self, number: str) -> _Form | None:
        """The number in another form that is known; None: none is, or it stands as it is known.

        Raises ReadingError where several are, so that only a person can say which is meant.
        """
        digits = digits_of(number)
        if not digits:
            return None
        seen = self.seen.get(digits)
        if seen is not None:
            return seen if seen.number != number else None
        length, sampling = len(number), self._looked[len(number)] < SAMPLE
        if not (sampling or self._widths) or self.asked >= MOST_ASKED:
            return None
        self.asked += 1
        self._looked[length] += 1
        if self.owner(number):
            return None
        forms = (one for one in forms_of(number) if sampling or len(one) in self._widths)
        found = [_Form(one, whose) for one in forms if (whose := self.owner(one))]
        if len(found) > 1:
            listed = " and ".join(one.number for one in found)
            raise ReadingError(
                "ambiguous_number",
                self.column,
                f"{self.what} {number} is not known, and both {listed} are; write it with its"
                " leading zeros",
            )
        if not found:
            return None
        self._widths.add(len(found[0].number))
        return found[0]

    def keep(self, number: str, whose: str) -> None:
        """Numbers of later rows are known by this one."""
        digits = digits_of(number)
        if digits and len(self.seen) < MOST_SEEN:
            self.seen.setdefault(digits, _Form(number, whose))


class Zeros:
    """The documents of one file, each with its numbers in the form in which they are known."""

    def __init__(
        self,
        tell: Tell,
        customers: Owner = nobody,
        invoices: Owner = nobody,
        credit_notes: Owner = nobody,
        name_of: Named = nobody,
    ) -> None:
        """Without a ledger, numbers are known by the file's own rows alone."""
        self._tell, self._name_of = tell, name_of
        self._customers = _Kind("the customer", "customer", customers)
        self._numbers = {
            INVOICE: _Kind("the invoice", "number", invoices),
            CREDIT_NOTE: _Kind("the credit note", "number", credit_notes),
        }
        self._owner = customers
        self._told = False

    def restored(self, document: Document) -> Document:
        """The document with its customer's and its own number, and that of the invoice that it is
        for, as they are known: told, each. A number that another customer has is another number; a
        customer who is called otherwise is another customer.

        Raises ReadingError (ambiguous_number) where a number may be one of two.
        """
        document = self._of_customer(document)
        whose = document.customer or document.name
        kind = self._numbers.get(document.type)
        if kind is not None:
            number = self._number(kind, document.number, whose)
            if number != document.number:
                document = document._replace(number=number)
            kind.keep(number, whose)
        if document.type in (PAYMENT, CREDIT_NOTE):
            document = self._of_invoices(document, whose)
        return document

    def restored_body(self, body: Mapping[str, object]) -> Mapping[str, object]:
        """A ledger body that was a row of a table, likewise. Raises ReadingError."""
        kind = str(body.get("type"))
        parts = body.get("allocations")
        parts = parts if isinstance(parts, list) else []
        stated = {name: str(body.get(name) or "") for name in ("number", "customer", "invoice")}
        document = Document(
            type=kind if kind in (INVOICE, CREDIT_NOTE) else PAYMENT,
            number=stated["number"],
            customer=stated["customer"],
            invoice=stated["invoice"],
            name=str(body.get("name") or ""),
            allocations=tuple(Allocation(str(one.get("invoice")), Decimal()) for one in parts),
        )
        known = self.restored(document)
        if known is document:
            return body
        changed: dict[str, object] = {
            name: getattr(known, name) for name, text in stated.items() if text
        }
        if parts:
            pairs = zip(parts, known.allocations, strict=True)
            changed["allocations"] = [{**one, "invoice": part.invoice} for one, part in pairs]
        return {**body, **changed}

    def _of_customer(self, document: Document) -> Document:
        customer = document.customer
        if not digits_of(customer):
            return document
        found = self._customers.known(customer)
        if found is None:
            self._customers.keep(customer, document.name)
            return document
        seen = found.number if found is self._customers.seen.get(digits_of(customer)) else ""
        name = found.whose if seen else self._name_of(found.whose)
        if not _may_be(name, document.name):
            self._tell(
                CODE,
                f"customer {customer} was not taken for {found.number}, who has another name",
            )
            return document
        if not seen:
            self._customers.keep(found.number, name or document.name)
        self._say("customer", customer, found.number)
        return document._replace(customer=found.number)

    def _number(self, kind: _Kind, number: str, whose: str) -> str:
        """The number of a document, or of the invoice that one is for, as it is known."""
        found = kind.known(number) if number else None
        if found is None:
            return number
        in_file = found is kind.seen.get(digits_of(number))
        owner = found.whose if in_file else ""
        if whose and (owner != whose if in_file else found.whose != self._owner(whose)):
            return number
        self._say(kind.what.removeprefix("the "), number, found.number)
        return found.number

    def _of_invoices(self, document: Document, whose: str) -> Document:
        kind = self._numbers[INVOICE]
        if document.invoice:
            invoice = self._number(kind, document.invoice, whose)
            if invoice != document.invoice:
                document = document._replace(invoice=invoice)
        if document.allocations:
            parts = tuple(
                one._replace(invoice=self._number(kind, one.invoice, whose))
                for one in document.allocations
            )
            document = document._replace(allocations=parts)
        return document

    def _say(self, what: str, stated: str, known: str) -> None:
        self._tell(
            CODE,
            f"{what} {stated} was taken for {known}, which is known: spreadsheets drop the zeros in"
            " front of numbers",
        )

    @property
    def gave_up(self) -> bool:
        """Whether there were more numbers than are looked for."""
        return any(kind.asked >= MOST_ASKED for kind in (self._customers, *self._numbers.values()))


def _may_be(known: str, stated: str) -> bool:
    """Whether two names may be of one customer: they are alike, or one is not stated."""
    one, other = (" ".join(name.split()).casefold() for name in (known, stated))
    return not one or not other or one == other
