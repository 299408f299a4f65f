"""The values of one row to its document: which amount is which, which way it goes, what is left.
What kind of row it is has been decided before (`rows`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from dunning.domain.fields import ReadingError, printable

from .cells import text_of
from .document import CREDIT_NOTE, INVOICE, LINE, ONCE, PAYMENT, SPLIT, WHOLE, Document
from .layouts import PLAIN
from .merge import key_by
from .recognise import Recognised
from .sides import CREDIT, DEBIT, is_signed, side_of
from .understood import PAYMENTS
from .values import Moneys
from .words import SETTLING

ADDRESS: Final = ("address1", "address2", "address3", "address4")
Values = dict[str, Any]
"""What a row says, by field."""


class Passed(Exception):
    """A row that is passed over, by its kind."""


class Builder:
    """Documents of one file."""

    def __init__(self, found: Recognised, moneys: Moneys) -> None:
        self.found, self.layout, self.moneys = found, found.layout, moneys
        self.at: Mapping[str, int] = found.columns.at
        self.by_sign: Counter[str] = Counter()
        """Rows by a word for their type that is not known."""
        self.payments = found.understood.holds == PAYMENTS
        self.signed = self._signed()

    def heading(self, name: str) -> str:
        """The heading of a field's column, as the file has it."""
        return self.found.columns.headings[self.at[name]] if name in self.at else name

    def key(self, values: Values) -> str:
        """The key of the document of a row that cannot be read whole; "" where its number cannot
        be read, or has no part in what is wrong (a bill among invoices). Where its sign does not
        tell the type it is an invoice's."""
        number, action = values.get("number"), values.get("action")
        if not number or not action:
            return ""
        type_ = str(action)
        if action not in (CREDIT_NOTE, PAYMENT):
            try:
                type_ = self._by_sign(type_, *self._amounts(values))
            except ReadingError:
                type_ = INVOICE
        if type_ == PAYMENT and not self.layout.payments_numbered:
            return ""
        return key_by(type_, number)

    def document(self, values: Values, action: str) -> Document:
        """The document of a row that is of some type (`words`). Raises ReadingError for what is
        missing or turned round, and Passed for a document of nothing."""
        get = values.get
        total, left, line = self._amounts(values)
        type_ = self._type(values, action, total, left, line)
        if type_ != INVOICE:
            total, left, line = (None if a is None else abs(a) for a in (total, left, line))
        number, who = get("number") or "", get("customer") or get("name") or ""
        if not number and type_ != PAYMENT:
            raise self._missing("number", "write the invoice's number")
        if not who and not (type_ == PAYMENT and get("invoice")):
            raise self._missing("customer", "write the customer's number or name")
        if total is None and left is None and line is None:
            raise self._missing("total", "write the amount")
        if not values["currency"] and self.found.names_currency:
            raise self._missing("currency", "write its three-letter code, as EUR")
        if total == 0 and not left and not get("settled_on"):
            if self.layout is PLAIN:
                raise ReadingError("not_positive", "amount", "amount is not above zero")
            if action != INVOICE or type_ != INVOICE or self.layout.part not in (WHOLE, ONCE):
                raise Passed("zero")
        settled = get("settled_on")
        if type_ == PAYMENT:
            paid = next((a for a in (total, line, left) if a is not None), None)
            return self._payment(values, paid, left)
        return Document(
            type=type_,
            number=number,
            customer=get("customer") or "",
            name=get("name") or "",
            currency=values["currency"],
            issued=get("issued"),
            due=get("due"),
            total=total,
            open=left,
            line=line,
            settled_on=settled,
            disputed=get("disputed"),
            kind=get("kind") or "",
            policy=get("policy") or "",
            invoice=get("invoice") or "",
            reference=get("reference") or "",
            email=get("email") or "",
            phone=get("phone") or "",
            language=get("language") or "",
            country=get("country") or "",
            address=self._address(values),
            creditor=get("creditor") or "",
            part=self.layout.part,
            terms_days=get("terms"),
        )

    def _payment(self, values: Values, amount: Decimal | None, left: Decimal | None) -> Document:
        get = values.get
        day: date | None = get("settled_on") or get("issued")
        split = self.layout.part == SPLIT
        number, invoice = get("number") or "", get("invoice") or ""
        allocated = get("allocated")
        if split and not invoice:
            allocated = Decimal()
        return Document(
            type=PAYMENT,
            number=number if self.layout.payments_numbered else "",
            customer=get("customer") or "",
            name=get("name") or "",
            currency=values["currency"],
            issued=day,
            total=amount,
            open=left,
            settled_on=day,
            invoice=invoice,
            allocated=allocated,
            reference=get("reference") or ("" if self.layout.payments_numbered else number),
            email=get("email") or "",
            phone=get("phone") or "",
            creditor=get("creditor") or "",
            part=SPLIT if split else "",
        )

    def _missing(self, name: str, mend: str) -> ReadingError:
        return ReadingError("missing", name, f"{self.heading(name)} is empty; {mend}")

    def _amounts(self, values: Values) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Total, what is open, and the line's part: as they stand, with their signs."""
        get = values.get
        total, left = get("total"), get("open")
        if get("debit") is not None or get("credit") is not None:
            moved = (get("debit") or Decimal()) - (get("credit") or Decimal())
            total = moved if total is None else total
        line = self._line(values)
        net: Decimal | None = get("net")
        if total is None and line is None and net is not None:
            total = net + (get("tax") or Decimal()) + (get("freight") or Decimal())
        if total is not None and (off := get("reduction")):
            total -= abs(off) if total > 0 else -abs(off)
        if "side" in self.at and any((total, left, line)):
            total, left, line = self._sided(get("side") or "", total, left, line)
        if get("paid_in_full"):
            left = Decimal()  # whatever an amount says: what the system calls paid is not dunned
        elif left is None:
            left = self._left(values, total)
        return total, left, line

    def _signed(self) -> bool:
        """Whether the first rows' amounts have the sign that their marks say again."""
        place, mark = self.at.get("total", self.at.get("open", -1)), self.at.get("side", -1)
        if place < 0 or mark < 0:
            return False
        sides, amounts = [], []
        for _, cells in self.found.sample:
            if max(place, mark) < len(cells) and (cell := cells[place]) != "":
                try:
                    amount = self.moneys[""].style(cell)
                except ValueError:
                    continue
                sides.append(side_of(text_of(cells[mark]), self.heading("side")))
                amounts.append(amount.value if amount else Decimal())
        return is_signed(sides, amounts)

    def _sided(self, word: str, *amounts: Decimal | None) -> Iterator[Decimal | None]:
        """Amounts with the sign that their mark says. Raises ReadingError for a mark that is not
        known, and where the mark and the sign say two things."""
        heading = self.heading("side")
        side = side_of(word, heading, payments=self.payments)
        if not side:
            said = f"{printable(word)} is neither debit nor credit" if word else "is empty"
            raise ReadingError(
                "unknown_word", "side", f"{heading} {said}; write Debit or Credit (D or C, S or H)"
            )
        if self.payments and side == DEBIT:
            raise ReadingError(
                "takes_back",
                "side",
                f"{heading} {printable(word)} in a list of payments is money that went back; send"
                " it as a reversal, a refund or a chargeback",
            )
        below = any(a is not None and a < 0 for a in amounts)
        if below != (side == CREDIT and self.signed):
            sign = "below" if below else "above"
            raise ReadingError(
                "bad_amount",
                "side",
                f"{heading} {printable(word)} and an amount {sign} zero say two things; write the"
                f" amount {'without its minus' if below else 'below zero as the others of this'}"
                " side, or correct the mark",
            )
        return (a if a is None or below or side == DEBIT else -a for a in amounts)

    def _left(self, values: Values, total: Decimal | None) -> Decimal | None:
        """What is open where no cell says it."""
        get = values.get
        if get("settled_on"):
            return None
        if "open" in self.at:
            raise ReadingError(
                "missing",
                "open",
                f"{self.heading('open')} is empty: that is unknown, not zero; write what is open,"
                " or 0",
            )
        if "paid" in self.at and total is not None:
            return total - self._paid(get("paid") or Decimal(), total)
        return total if self.layout.open_items else None

    def _paid(self, paid: Decimal, total: Decimal) -> Decimal:
        """What was paid, above zero of an invoice. Raises ReadingError for the other sign: no more
        can be open than there was."""
        if self.found.columns.paid_below:
            paid = -paid
        if paid < 0 < total:
            raise ReadingError(
                "bad_amount",
                "paid",
                f"{self.heading('paid')} stands on the other side of zero than those of other rows:"
                " was this money paid, or did it go back? Write what is open in a column `open`",
            )
        return paid

    def _line(self, values: Values) -> Decimal | None:
        """The line's amount with tax, where rows are lines and their document has no total."""
        if self.layout.part != LINE:
            return None
        get = values.get
        line: Decimal | None = get("line")
        price: Decimal | None = get("unit_price")
        if line is None and price is not None:
            quantity = get("quantity")
            line = price if quantity is None else price * quantity
            line -= line * (get("discount") or Decimal()) / 100
            digits = self.moneys[values["currency"]].digits if values["currency"] else 2
            line = line.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if line is None:
            line = get("net")
        return None if line is None else line + (get("line_tax") or Decimal())

    def _type(
        self,
        values: Values,
        action: str,
        total: Decimal | None,
        left: Decimal | None,
        line: Decimal | None,
    ) -> str:
        """Invoice, credit note or payment, by its word and by the sign of its amount."""
        if word := values.get("unknown_type"):
            self.by_sign[word] += 1
        if action in (CREDIT_NOTE, PAYMENT):
            first = _first(left, total, line)
            unsigned = not (self._sides or values.get("type"))
            if action == PAYMENT and first < 0 and unsigned:
                raise ReadingError(
                    "not_positive",
                    "amount",
                    "the payment is below zero; money that went back is a refund, a chargeback or a"
                    " reversal",
                )
            if self._sides and first > 0:
                raise ReadingError(
                    "takes_back",
                    "type",
                    f"{self.heading('type')} {printable(values.get('type'))} stands above zero: it"
                    " takes a credit or a payment back. Enter that as a reversal, a refund or a"
                    " chargeback",
                )
            return action
        return self._by_sign(action, total, left, line)

    @property
    def _sides(self) -> bool:
        """Whether what credits the customer stands on the other side of zero."""
        return self.layout.signed or "debit" in self.at or "side" in self.at

    def _by_sign(
        self, action: str, total: Decimal | None, left: Decimal | None, line: Decimal | None
    ) -> str:
        """What a row is whose word does not tell which way it goes."""
        if _first(total, left, line) >= 0 or self.layout.part == LINE:
            return INVOICE
        return PAYMENT if action == SETTLING else CREDIT_NOTE

    def _address(self, values: Values) -> tuple[str, ...]:
        lines = [values[name] for name in ADDRESS if values.get(name)]
        town = " ".join(values[name] for name in ("postcode", "city") if values.get(name))
        lines += [text for text in (town, values.get("region")) if text]
        return tuple(lines)


def _first(*amounts: Decimal | None) -> Decimal:
    """The first amount that is there and not zero."""
    return next((amount for amount in amounts if amount), Decimal())
