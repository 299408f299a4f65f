"""A document's words as values of the ledger: whose it is, its currency, amounts, days and number.
What they do to the ledger is `meaning`'s and, of invoices, `billing`'s.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError, printable
from dunning.domain.identity import LONGEST_ID, IdentityError, external_id
from dunning.domain.intake.document import Document
from dunning.domain.intake.einvoice import mail_of
from dunning.domain.intake.parties import about
from dunning.domain.intake.understood import STATEMENT, Understood
from dunning.domain.money import MoneyError, exponent, format_amount, parse_amount

LONGEST_REFERENCE = 200


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
    at: int = 0
    """Milliseconds of the upload: which of two words of a day is the later; 0: not known."""


class Said:
    """One document, with what every kind of body takes from it. Raises ReadingError."""

    __slots__ = ("about", "context", "currency", "customer", "document", "notes")

    def __init__(self, document: Document, context: Context) -> None:
        creditor = context.creditor.creditor
        if document.creditor and document.creditor.strip() != creditor:
            raise ReadingError(
                "other_creditor",
                "creditor",
                f"this is {creditor}'s; upload what belongs to {printable(document.creditor)} under"
                " its own prefix",
            )
        self.document, self.context = document, context
        self.notes = [Note("reader", text) for text in document.notes]
        self.currency = self._currency()
        # Who pays by bank may be anybody: neither an account's name, nor a word on its customer.
        name = "" if document.of_bank else document.name
        named = " ".join((document.customer or name).split())
        self.customer = id_of(named[:LONGEST_ID], "customer") if named else ""
        self.about, left_out = about(
            self.customer,
            name,
            mail_of(document),
            document.phone,
            document.language,
            "" if document.of_bank else document.country,
            document.address,
        )
        self.notes += [Note(code, text) for code, text in left_out]

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

    @property
    def stated(self) -> bool:
        """Whether it is a row of an open-item list."""
        return self.context.understood.holds == STATEMENT

    @property
    def as_of(self) -> date:
        """The day as of which an open-item list speaks: none that is still to come, for that list
        would outweigh all others until then."""
        stated, on = self.context.understood.as_of, self.context.on
        return on if stated is None or self.of_tomorrow else stated

    @property
    def of_tomorrow(self) -> bool:
        """Whether an open-item list says a day that is still to come, as that of a period's end."""
        stated = self.context.understood.as_of
        later = stated is not None and stated > self.context.on
        return later and self.stated and not self.context.historical

    def number(self) -> str:
        """The document's number."""
        if not self.document.number.strip():
            raise ReadingError("missing", "number", "the number of the document is missing")
        return id_of(self.document.number, "number")

    def minor(self, amount: Decimal, field: str) -> int:
        """Signed minor units. Raises where the currency has fewer decimals."""
        try:
            return parse_amount(format(amount, "f"), self.currency, signed=True)
        except MoneyError as error:
            raise ReadingError("bad_amount", field, f"{field}: {error}") from None

    def amounts(self) -> tuple[int, int]:
        """Total with tax, and what is left to pay by the document's own word."""
        document = self.document
        stated = next(
            (one for one in (document.total, document.line, document.open) if one is not None), None
        )
        if stated is None and document.items:
            stated = sum((item.amount for item in document.items), Decimal())
        if stated is None:
            raise ReadingError("missing", "total", "the amount is missing; give the total with tax")
        total = self.minor(stated, "total")
        return total, total if document.open is None else self.minor(document.open, "open")

    def known_on(self, day: date | None) -> date:
        """The day on which the ledger hears of what happened on `day`."""
        return day if self.context.historical and day else self.context.on

    def counts_on(self, day: date) -> date:
        """The day on which money counts: never after the upload, unless days are history."""
        return day if self.context.historical else min(day, self.context.on)

    def money(self, minor: int) -> str:
        """An amount for a sentence."""
        return f"{format_amount(minor, self.currency)} {self.currency}"

    def note(self, code: str, text: str) -> None:
        """Something that the report is to say."""
        self.notes.append(Note(code, text))


def id_of(text: str, field: str) -> str:
    """An id as the ledger takes it. Raises ReadingError."""
    try:
        return external_id(text)
    except IdentityError as error:
        raise ReadingError("bad_id", field, f"{field}: {error}") from None
