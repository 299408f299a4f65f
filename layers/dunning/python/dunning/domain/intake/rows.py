"""One row of a recognised table, looked at closely: what kind of row it is, and its document.
Every rule of a layout is here; the plain rows of a file take the short way in `reader`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dunning.domain.fields import ReadingError, printable

from .cells import Cell, text_of
from .document import CREDIT_NOTE, INVOICE, LINE, PAYMENT, SPLIT, Document
from .headings import normal
from .layouts import PLAIN
from .recognise import DAYS, MONEY, Recognised
from .row import Row
from .table import NumberedRow
from .understood import PAYMENTS
from .values import Currencies, Days, IdMemo, Ids, Moneys, Texts, Words, unescaped
from .words import (
    BY_SIGN,
    DRAFT,
    NO_INVOICE,
    OPEN,
    OTHER_LEDGER,
    PAID,
    PAYABLE,
    SETTLING,
    VOID,
    is_total,
    status_of,
    type_of,
)

IDS: Final = ("number", "customer", "invoice")
TEXTS: Final = (
    "name", "kind", "policy", "reference", "email", "phone", "language", "country", "creditor",
    "type", "status", "side", "terms", "address1", "address2", "address3", "address4", "postcode",
    "city", "region", "age",
)  # fmt: skip
ADDRESS: Final = ("address1", "address2", "address3", "address4")
_CREDIT_SIDE: Final = frozenset(normal(word) for word in ("h", "haben", "cr", "c", "credit", "a"))
_CARRIED: Final = ("customer", "name", "issued", "due", "currency", "total", "email", "terms")
_LONGEST_ID_CELL: Final = 40
Values = dict[str, Any]


class _Passed(Exception):
    """A row that is passed over, by its kind."""


class Interpreter:
    """The rows of one file, each with what stands above it."""

    def __init__(self, found: Recognised, width: int) -> None:
        self.found, self.width = found, width
        self.layout, self.at = found.layout, found.columns.at
        self.headings = found.columns.headings
        self.keys = tuple(normal(cell) for cell in found.header.cells)
        self.first = next(cell for cell in found.header.cells if cell)
        self.skipped = found.understood.skipped
        self.moneys = Moneys(found.numbers.read)
        self.readers = self._readers()
        self.payments = found.understood.holds == PAYMENTS
        self.who = self.at.get("customer", self.at.get("name", -1))
        self.group = ""
        self.last: Values = {}
        """The last document, for lines that leave out what is its."""
        self.before: object = ""
        """Whose the row before is."""
        self.by_sign: Counter[str] = Counter()

    # --- compiled once ------------------------------------------------------------------------

    def _readers(self) -> dict[str, Callable[[Cell], Any]]:
        """A reader by field, for every column that is taken (amounts are read by currency)."""
        found: dict[str, Callable[[Cell], Any]] = {
            "currency": Currencies("currency", self._heading("currency")).__getitem__
        }
        for name in self.at:
            heading = self._heading(name)
            if name in IDS:
                ids = Ids(name, heading, self._width_of(name))
                found[name] = ids.read if name == "number" else IdMemo(ids).__getitem__
            elif name in DAYS:
                found[name] = Days(name, heading, self.found.days.read).__getitem__
            elif name == "disputed":
                found[name] = Words(name, heading).__getitem__
            elif name in TEXTS:
                found[name] = Texts(name, heading).__getitem__
        return found

    def _heading(self, name: str) -> str:
        return self.headings[self.at[name]] if name in self.at else name

    def _width_of(self, name: str) -> int:
        """How many digits a column's numbers have, where numeric cells among them have lost their
        leading zeros; 0 if its texts do not tell."""
        place = self.at[name]
        cells = [cells[place] for _, cells in self.found.sample if place < len(cells)]
        texts = [c.strip() for c in cells if isinstance(c, str) and c.strip()]
        numeric = [text_of(c) for c in cells if isinstance(c, int | float)]
        widths = {len(text) for text in texts}
        if not numeric or len(widths) != 1 or not all(t.isascii() and t.isdigit() for t in texts):
            return 0
        (width,) = widths
        if not any(t.startswith("0") for t in texts) or max(map(len, numeric)) > width:
            return 0
        lost = sum(len(text) < width for text in numeric)
        if lost:
            self.found.understood.assumed.append(
                f"numbers in the column {self._heading(name)!r} that had lost their leading zeros"
                f" ({lost} of {len(cells)} looked at) were filled up to {width} digits, as the"
                " others have"
            )
        return width

    # --- rows ---------------------------------------------------------------------------------

    def rows(self, rows: Iterable[NumberedRow]) -> Iterator[Row]:
        """Every row that is no mere decoration."""
        for number, cells in rows:
            row = self.row(number, cells)
            if row is not None:
                yield row

    def finish(self) -> Iterator[Row]:
        """No row: says what was decided row by row, once all have gone by."""
        yield from ()
        for word, count in self.by_sign.most_common(5):
            self.found.understood.assumed.append(
                f"{count} rows of type {printable(word)} were taken by their sign: above zero as an"
                " invoice, below as a credit note"
            )

    def row(self, number: int, cells: Sequence[Cell] | None) -> Row | None:
        """The document or error of one row; None for a row that is passed over, and counted."""
        if cells is None:
            table = self.found.table
            error = ReadingError("bad_row", "", table.why(number))
            return Row(number, ((table.line(number),),), error=error)
        texts = [unescaped(text_of(cell)).strip() for cell in cells]
        shown = (tuple(text_of(cell) for cell in cells[: self.width]),)
        try:
            document = self._document(cells, texts)
        except _Passed as kind:
            self.skipped[str(kind)] += 1
            return None
        except ReadingError as error:
            return Row(number, shown, error=error)
        return Row(number, shown, document=document)

    def _document(self, cells: Sequence[Cell], texts: list[str]) -> Document:
        filled = [i for i, text in enumerate(texts) if text]
        if not filled:
            raise _Passed("blank")
        first = filled[0]
        if texts[first] == self.first and self._repeats_header(texts):
            raise _Passed("heading")
        if len(filled) == 1:
            self._alone(filled[0], texts[filled[0]])
        values: Values = {}
        errors = self._read(values, cells)
        action = self._action(values)
        self._total_row(values, texts, filled, action)
        self.before = values.get("customer") or values.get("name") or self.before
        if filled[-1] >= len(self.keys) or len(cells) <= self._last_used(values):
            raise ReadingError(
                "bad_row",
                "",
                f"the row has {len(cells)} cells, the header {len(self.keys)}; a cell with the"
                " delimiter in it stands in quotes",
            )
        if self.found.groups and self.group and not texts[self.who]:
            values["customer" if "customer" in self.at else "name"] = self.group
        if self.layout.carried:
            self._carry(values)
        if errors:
            raise errors[0]
        document = self._built(values, action)
        self.last = values
        return document

    def _repeats_header(self, texts: Sequence[str]) -> bool:
        keys = [normal(text) for text in texts[: len(self.keys)]]
        return keys == list(self.keys[: len(keys)]) and not any(self.keys[len(keys) :])

    def _last_used(self, values: Mapping[str, object]) -> int:
        """The last column that matters: a row that ends before it is broken. Workbooks and rows
        that carry on leave out what is empty at their end."""
        if self.found.table.format != "csv" or self.found.groups or self.layout.carried:
            return -1
        return max(self.at.values())

    def _alone(self, place: int, text: str) -> None:
        """A row of one cell: a customer above their rows, a title, a total, or a broken row."""
        if self.layout is PLAIN:
            return
        if is_total(text):
            raise _Passed("total")
        if self.found.groups and place == self.who:
            self.group = text
            raise _Passed("group")
        if place != self.at.get("number", -1) or " " in text or len(text) > _LONGEST_ID_CELL:
            raise _Passed("title")

    def _read(self, values: Values, cells: Sequence[Cell]) -> list[ReadingError]:
        """The values of all columns by field, and what could not be read."""
        errors: list[ReadingError] = []
        for name, reader in self.readers.items():
            place = self.at.get(name, -1)
            cell = cells[place] if 0 <= place < len(cells) else ""
            if isinstance(cell, str):
                cell = unescaped(cell)
            try:
                values[name] = reader(cell)
            except ReadingError as error:
                errors.append(error)
        currency = values.get("currency") or self.found.currency
        for name in (*MONEY, "quantity", "discount"):
            place = self.at.get(name, -1)
            cell = cells[place] if 0 <= place < len(cells) else ""
            values[name] = None
            if cell == "":
                continue
            try:
                if name in ("quantity", "discount", "unit_price"):
                    values[name] = self._number(cell)
                    continue
                if self.found.own_currency and not values.get("currency"):
                    amount = self.found.numbers.read(cell)
                    currency = (amount.currency if amount else "") or currency
                values[name] = self.moneys[currency].read(cell, name, self._heading(name))
            except ReadingError as error:
                errors.append(error)
            except ValueError as error:
                said = f"{self._heading(name)}: {error}"
                errors.append(ReadingError("bad_amount", name, said))
        values["currency"] = currency
        return errors

    def _number(self, cell: Cell) -> Decimal | None:
        text = unescaped(cell).removesuffix("%") if isinstance(cell, str) else cell
        found = self.found.numbers.read(text)
        return found.value if found else None

    def _action(self, values: Values) -> str:
        """What the row is by its words: a type, or BY_SIGN. Raises what ends it here."""
        status = self._status(values.get("status", ""))
        if status in (DRAFT, VOID):
            raise _Passed(status)
        if status == PAID:
            values["paid_in_full"] = True
        word = values.get("type", "")
        if not word:
            return PAYMENT if self.payments else self.layout.type
        action = self.layout.by_type.get(normal(word)) or type_of(word)
        if action in (NO_INVOICE, OTHER_LEDGER):
            raise _Passed(action)
        if action == PAYABLE:
            raise ReadingError(
                "payables",
                "type",
                f"{self._heading('type')} {printable(word)}: this is a bill that you owe, not what"
                " a customer owes you; leave it out",
            )
        if not action:
            values["unknown_type"] = word
        return action or BY_SIGN

    def _status(self, word: str) -> str:
        if not word:
            return OPEN
        return self.layout.by_status.get(normal(word)) or status_of(word)

    def _total_row(
        self, values: Values, texts: Sequence[str], filled: Sequence[int], action: str
    ) -> None:
        """Pass over rows that add others up: they have an amount, and no number and no day."""
        place = self.at.get("number", -1)
        number = texts[place] if 0 <= place < len(texts) else ""
        days = [name for name in DAYS if name in self.at and self._text(texts, self.at[name])]
        if days or self.layout is PLAIN:
            return
        first = texts[filled[0]]
        if is_total(first) and (not number or place == filled[0]):
            raise _Passed("total")
        if number or values.get("type") or self.payments or self.layout.carried:
            return
        if not any(values.get(name) is not None for name in MONEY):
            return
        who = values.get("customer") or values.get("name") or ""
        if not who:
            raise _Passed("total")
        if who == self.before:
            raise _Passed("subtotal")

    def _text(self, texts: Sequence[str], place: int) -> str:
        return texts[place] if place < len(texts) else ""

    def _carry(self, values: Values) -> None:
        """Fill a line of a document with what its first row says."""
        last = self.last
        if not values.get("number"):
            values["number"] = last.get("number", "")
        if last and values["number"] == last.get("number"):
            for name in _CARRIED:
                if values.get(name) in (None, ""):
                    values[name] = last.get(name)

    # --- documents ----------------------------------------------------------------------------

    def _built(self, values: Values, action: str) -> Document:
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
            raise _Passed("zero")
        settled = get("settled_on")
        if type_ == PAYMENT:
            return self._payment(values, total if total is not None else left, left)
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
            disputed=get("disputed") or False,
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
        )

    def _payment(self, values: Values, amount: Decimal | None, left: Decimal | None) -> Document:
        get = values.get
        day: date | None = get("settled_on") or get("issued")
        split = self.layout.part == SPLIT
        invoice = get("invoice") or ""
        allocated = get("allocated")
        if split and not invoice:
            allocated = Decimal()
        return Document(
            type=PAYMENT,
            number=get("number") or "",
            customer=get("customer") or "",
            name=get("name") or "",
            currency=values["currency"],
            issued=day,
            total=amount,
            open=left,
            settled_on=day,
            invoice=invoice,
            allocated=allocated,
            reference=get("reference") or "",
            email=get("email") or "",
            phone=get("phone") or "",
            creditor=get("creditor") or "",
            part=SPLIT if split else "",
        )

    def _missing(self, name: str, mend: str) -> ReadingError:
        return ReadingError("missing", name, f"{self._heading(name)} is empty; {mend}")

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
            total = net + (get("tax") or Decimal())
        if normal(get("side") or "") in _CREDIT_SIDE:
            total, left, line = (None if a is None else -a for a in (total, left, line))
        if left is None:
            left = self._left(values, total)
        return total, left, line

    def _left(self, values: Values, total: Decimal | None) -> Decimal | None:
        """What is open where no cell says it."""
        get = values.get
        if get("paid_in_full"):
            return Decimal()
        if get("settled_on"):
            return None
        if "open" in self.at:
            raise ReadingError(
                "missing",
                "open",
                f"{self._heading('open')} is empty: that is unknown, not zero; write what is open,"
                " or 0",
            )
        if "paid" in self.at and total is not None:
            return total - (get("paid") or Decimal())
        return total if self.layout.open_items else None

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
        amount = next((a for a in (left, total, line) if a), Decimal())
        if word := values.get("unknown_type"):
            self.by_sign[word] += 1
        if action in (CREDIT_NOTE, PAYMENT):
            if self.layout.signed and amount > 0:
                raise ReadingError(
                    "takes_back",
                    "type",
                    f"{self._heading('type')} {printable(values.get('type'))} stands above zero: it"
                    " takes a credit or a payment back. Enter that as a reversal, a refund or a"
                    " chargeback",
                )
            return action
        if amount >= 0 or self.layout.part == LINE:
            return INVOICE
        return PAYMENT if action == SETTLING else CREDIT_NOTE

    def _address(self, values: Values) -> tuple[str, ...]:
        lines = [values[name] for name in ADDRESS if values.get(name)]
        town = " ".join(values[name] for name in ("postcode", "city") if values.get(name))
        lines += [text for text in (town, values.get("region")) if text]
        return tuple(lines)
