"""One row of a recognised table, looked at closely: what kind of row it is, and what it says.
Its document is `building`'s; the plain rows of a file take the short way in `reader`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dunning.domain.fields import ReadingError, printable

from .building import Builder, Passed, Values
from .cells import Cell, text_of
from .document import INVOICE, PAYMENT, Document, withdrawn
from .dunning_blocks import is_block
from .formulas import unescaped
from .headings import normal
from .layouts import PLAIN
from .merge import key_of
from .recognise import DAYS, MONEY, Recognised
from .row import Row
from .row_words import RowWords
from .sections import is_header, section_of
from .side_by_side import SideBySide
from .sums import Sums
from .table import NumberedRow
from .understood import PAYMENTS
from .values import Currencies, Days, IdMemo, Ids, Moneys, Names, Terms, Texts, Words
from .words import VOID, is_total

IDS: Final = ("number", "customer", "invoice")
TEXTS: Final = (
    "kind", "policy", "reference", "email", "phone", "language", "country", "creditor",
    "type", "status", "side", "address1", "address2", "address3", "address4", "postcode",
    "city", "region", "age",
)  # fmt: skip
_CARRIED: Final = ("customer", "name", "issued", "due", "currency", "total", "email", "terms")
_LONGEST_ID_CELL: Final = 40


class Interpreter:
    """The rows of one file, each with what stands above it."""

    def __init__(self, found: Recognised, width: int) -> None:
        self.found, self.width = found, width
        self.layout, self.at = found.layout, found.columns.at
        self.keys = tuple(normal(cell) for cell in found.header.cells)
        self.first = next(cell for cell in found.header.cells if cell)
        self.skipped = found.understood.skipped
        self.headed = found.headed
        self.moneys = Moneys(found.numbers.read, found.numbers.decimal)
        self.builder = Builder(found, self.moneys)
        self.readers = self._readers()
        self.payments = found.understood.holds == PAYMENTS
        self.words = RowWords(found)
        self.beside = SideBySide(found.columns, found.numbers)
        self.section = ""
        """What rows are by the title above them; "" where none says it."""
        self.lost = 0
        """The row of headings that are not those of the file: what is below it is not read."""
        self.title = ""
        self.who = self.at.get("customer", self.at.get("name", -1))
        self.amounts = {self.at[name] for name in MONEY if name in self.at}
        self.group = ""
        self.last: Values = {}
        """The last document, for lines that leave out what is its."""
        self.before: object = ""
        """Whose the row before is."""
        self.above = ""
        """The key of the document of the row before."""
        self.sums: Sums | None = None
        self.held = ""
        """The key of the document that this row may be a further line of."""
        self.seen: Values = {}
        """What could be read of this row."""

    # --- compiled once ------------------------------------------------------------------------

    def _readers(self) -> dict[str, Callable[[Cell], Any]]:
        """A reader by field, for every column that is taken (amounts are read by currency)."""
        found: dict[str, Callable[[Cell], Any]] = {
            "currency": Currencies(
                "currency", self.builder.heading("currency"), self.found.wanted
            ).__getitem__
        }
        for name in self.at:
            heading = self.builder.heading(name)
            if name in IDS:
                ids = Ids(name, heading, self._width_of(name))
                found[name] = ids.read if name == "number" else IdMemo(ids).__getitem__
            elif name in DAYS:
                found[name] = Days(name, heading, self.found.days.read).__getitem__
            elif name == "disputed":
                found[name] = Words(name, heading, marks=is_block(heading)).__getitem__
            elif name == "name":
                found[name] = Names(name, heading, must="customer" not in self.at).__getitem__
            elif name == "terms":
                found[name] = Terms(name, heading).__getitem__
            elif name in TEXTS:
                found[name] = Texts(name, heading).__getitem__
        return found

    def _width_of(self, name: str) -> int:
        """How many digits a column's numbers have, where numeric cells among them have lost their
        leading zeros; 0 if its texts do not tell."""
        if self.found.table.format == "csv":
            return 0  # no cell is numeric: what lost its zeros is known by others alone (`zeros`)
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
        heading = self.builder.heading(name)
        if lost:
            self.found.understood.assumed.append(
                f"numbers in the column {heading!r} that had lost their leading zeros ({lost} of"
                f" {len(cells)} looked at) were filled up to {width} digits, as the others have"
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
        self.found.understood.assumed += self.words.told(self.builder.by_sign)

    def row(self, number: int, cells: Sequence[Cell] | None) -> Row | None:
        """The document or error of one row; None for a row that is passed over, and counted."""
        if cells is None:
            table = self.found.table
            error = ReadingError("bad_row", "", table.why(number))
            return Row(number, ((table.line(number),),), error=error)
        if not cells:
            self.skipped["blank"] += 1
            return None
        texts = [unescaped(text_of(cell)).strip() for cell in cells]
        self.seen, self.held = {}, ""
        shown = (self._shown(cells, texts),)
        try:
            document = self._document(number, cells, texts)
        except Passed as kind:
            self.above = self.above if str(kind) == "blank" else ""
            self.skipped[str(kind)] += 1
            return self._withdrawn(number, shown) if str(kind) == VOID else None
        except ReadingError as error:
            key = self.builder.key(self.seen) or self.held
            self.above = key or self.above
            return Row(number, shown, error=error, key=key)
        row = Row(number, shown, document=document)
        self.above = key_of(row) or ""
        return row

    def _withdrawn(self, number: int, shown: tuple[tuple[str, ...], ...]) -> Row | None:
        """A voided document is passed over, and still ends what an earlier file made of it."""
        get = self.seen.get
        found = withdrawn(get("number"), get("customer"), get("name"), get("currency"))
        return Row(number, shown, document=found) if found else None

    def _shown(self, cells: Sequence[Cell], texts: Sequence[str]) -> tuple[str, ...]:
        """The cells for whoever mends the row, with the customer who stands above it."""
        shown = [text_of(cell) for cell in cells[: self.width]]
        if surplus := [text for text in texts[len(self.keys) :] if text]:
            shown[-1] = " ".join((shown[-1], *surplus)).strip()  # nothing of a row gets lost
        if self.found.groups and self.group and not self._text(texts, self.who):
            shown += [""] * (self.who + 1 - len(shown))
            shown[self.who] = self.group
        return tuple(shown)

    def _document(self, number: int, cells: Sequence[Cell], texts: list[str]) -> Document:
        filled = [i for i, text in enumerate(texts) if text]
        if not filled or not any(map(_says, texts)):
            raise Passed("blank")
        first = filled[0]
        begins = " ".join(texts[first].lstrip("\ufeff").split())
        if begins == self.first and self._repeats_header(texts):
            self.section, self.title, self.lost = section_of(self.title), "", 0
            raise Passed("heading")
        if is_header(number, cells, texts):
            self.lost = number
            raise Passed("heading")
        if len(filled) == 1:
            self._alone(filled[0], texts[filled[0]])
        if self.lost:
            raise ReadingError(
                "other_columns",
                "",
                f"the row stands below headings of its own (row {self.lost}), which are others than"
                " those of the file, or stand in another order; send it with them as a file of its"
                " own",
            )
        values: Values = {}
        errors = self._read(values, cells)
        action = self._action(values)
        self._total_row(number, cells, values, texts, filled)
        values["action"] = action
        self.seen = values
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
        self.last = values  # also of a bad row: what follows is never the document's above it
        if errors:
            raise errors[0]
        return self.builder.document(values, action)

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
        if self.layout is PLAIN or self.layout.carried:
            return
        if is_total(text) or place in self.amounts:
            raise Passed("total")
        if self.found.groups and place == self.who:
            self.group = text
            raise Passed("group")
        section = section_of(text)
        if section:
            self.begin(section, text)
        if (
            section
            or place != self.at.get("number", -1)
            or " " in text
            or len(text) > _LONGEST_ID_CELL
        ):
            self.title = text
            raise Passed("title")

    def begin(self, section: str, title: str) -> None:
        """A title that says what the rows below it are."""
        self.section = section
        if section != INVOICE:
            kind = section.replace("_", " ")
            self.found.understood.assumed.append(
                f"rows below {printable(title)} were taken for what it says ({kind})"
            )

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
        currency = values.get("currency") or self.headed or self.found.currency
        if self.headed and currency != self.headed:
            errors.append(self._other_than_headed(currency))
        for name in (*MONEY, "quantity", "discount"):
            place = self.at.get(name, -1)
            cell = cells[place] if 0 <= place < len(cells) else ""
            values[name] = None
            if cell == "":
                continue
            try:
                if name in ("quantity", "discount", "unit_price"):
                    values[name] = self._number(cell)
                    if name == "unit_price" and (price := self.found.numbers.read(cell)):
                        heading = self.builder.heading(name)
                        self.moneys[currency].of_this(price, name, heading)
                    continue
                if self.found.own_currency and not values.get("currency"):
                    amount = self.found.numbers.read(cell)
                    currency = (amount.currency if amount else "") or currency
                values[name] = self.moneys[currency].read(cell, name, self.builder.heading(name))
            except ReadingError as error:
                errors.append(error)
            except ValueError as error:
                said = f"{self.builder.heading(name)}: {error}"
                errors.append(ReadingError("bad_amount", name, said))
        values["currency"] = currency
        differing = self.beside.differing(cells, values.get("credit"))
        return [*errors, differing] if differing else errors

    def _other_than_headed(self, currency: str) -> ReadingError:
        heading, codes = self.found.columns.heading_of_currency, self.builder.heading("currency")
        return ReadingError(
            "other_currency",
            "currency",
            f"{codes} is {currency}, and {heading} says {self.headed}: correct the one that is"
            f" wrong, or say `ignore: [{codes}]` in a mapping file if all amounts are in"
            f" {self.headed}",
        )

    def _number(self, cell: Cell) -> Decimal | None:
        text = unescaped(cell).removesuffix("%") if isinstance(cell, str) else cell
        found = self.found.numbers.read(text)
        return found.value if found else None

    def _action(self, values: Values) -> str:
        """What the row is by its words: a type, or BY_SIGN. Raises what ends it here."""
        try:
            self.words.state(values)
        except Passed:
            self.seen = values
            raise
        word = values.get("type", "")
        if not word:
            if self.section:
                return self.words.sectioned(self.section)
            return PAYMENT if self.payments else self.layout.type
        return self.words.action(values, word)

    def _total_row(
        self,
        row: int,
        cells: Sequence[Cell],
        values: Values,
        texts: Sequence[str],
        filled: Sequence[int],
    ) -> None:
        """Pass over rows that add others up: they have an amount, and no number and no day."""
        place = self.at.get("number", -1)
        number = texts[place] if 0 <= place < len(texts) else ""
        days = [name for name in DAYS if name in self.at and self._text(texts, self.at[name])]
        if days or self.layout is PLAIN:
            return
        first = texts[filled[0]]
        if is_total(first) and (not number or place == filled[0]):
            raise Passed("total")
        if number or values.get("type") or self.payments or self.layout.carried:
            return
        who = values.get("customer") or values.get("name") or ""
        if who and who != self.before:
            return
        self.held = self.above
        if not any(values.get(name) is not None for name in MONEY):
            return
        self.sums = self.sums or Sums(self.found)
        if self.sums.has(row, cells):
            raise Passed("subtotal" if who else "total")
        raise ReadingError(
            "missing",
            "number",
            f"{self.builder.heading('number')} is empty, and the row is no sum of rows above it;"
            " write the number of the invoice that it is, or is a further line of",
        )

    def _text(self, texts: Sequence[str], place: int) -> str:
        return texts[place] if place < len(texts) else ""

    def _carry(self, values: Values) -> None:
        """Fill a line of a document with what its first row says."""
        last = self.last
        if values.get("number") == "":
            values["number"] = last.get("number", "")
        if last and values["number"] == last.get("number"):
            for name in _CARRIED:
                if values.get(name) in (None, ""):
                    values[name] = last.get(name)


def _says(text: str) -> bool:
    """Whether a cell says anything: lines drawn below headings and above totals do not."""
    return bool(text.strip("-=_*+\u2013\u2014\u2500\u2550 "))
