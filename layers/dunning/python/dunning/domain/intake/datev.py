"""DATEV's EXTF files: postings of receivables to documents, master data to customers. Which
accounts are customers' follows from the length of account numbers that the metadata states.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from dunning.domain.fields import ReadingError, printable

from . import amounts
from .amounts import NumberStyle
from .cells import text_of
from .currencies import code_of
from .document import CREDIT_NOTE, INVOICE, LINE, PAYMENT, Document
from .formulas import unescaped
from .headings import normal
from .merge import key_by
from .returned import as_text
from .row import Row
from .table import Table
from .values import Ids, MoneyIn, Texts

POSTINGS, PARTIES = "21", "16"
"""Categories of EXTF files (third cell of the metadata) that are read."""
TITLES: Final = {
    POSTINGS: ("datev_buchungsstapel", "DATEV EXTF, Buchungsstapel"),
    PARTIES: ("datev_debitoren", "DATEV EXTF, Debitoren/Kreditoren"),
}
_LANGUAGES: Final = {"1": "de", "4": "fr", "5": "en", "10": "es", "19": "it"}
"""DATEV's numbers of languages."""
_MONEY: Final = "1"
"""The first digit of accounts of money (cash, bank, transit) in the charts SKR03 and SKR04."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the first row says of the file."""

    category: str
    name: str
    digits: int
    """Of account numbers of the general ledger; those of customers and suppliers have one more."""
    since: date | None
    currency: str

    @property
    def read_as(self) -> str:
        """What its rows cannot be read without."""
        return as_text(
            layout=TITLES[self.category][0],
            digits=self.digits,
            since=self.since,
            currency=self.currency,
        )

    def whose(self, account: str) -> str:
        """customer, supplier, or "" for an account of the general ledger."""
        if not account.isascii() or not account.isdigit() or len(account) != self.digits + 1:
            return ""
        return "customer" if account[0] in "123456" else "supplier"


@dataclass(slots=True)
class Extf:
    """A file of EXTF: its metadata, its columns, and what was passed over while it is read."""

    table: Table
    metadata: Metadata
    headings: tuple[str, ...]
    header_row: int
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def columns(self) -> dict[str, int]:
        """Places of columns by their comparable heading."""
        found: dict[str, int] = {}
        for place, heading in enumerate(self.headings):
            found.setdefault(normal(heading), place)
        return found


def metadata_of(said: Mapping[str, str]) -> Metadata | None:
    """The metadata of mended rows, by what their column `read_as` says; None if they are no EXTF
    file's."""
    category = next((c for c, (name, _) in TITLES.items() if name == said.get("layout")), "")
    if not category:
        return None
    since = _compact(said.get("since", "").replace("-", ""))
    currency = code_of(said.get("currency", ""))
    return Metadata(category, "", _digits(said.get("digits", "")), since, currency)


def opened(table: Table, known: Metadata | None = None) -> Extf:
    """The metadata and the header of an EXTF file. Raises ReadingError for one that holds neither
    postings nor customers, and for one that is cut off. Mended rows have no row of metadata: it
    is `known`."""
    rows = [(number, _texts(cells)) for number, cells in _head(table)]
    if known is not None:
        rows = [(0, ()), *rows]
    metadata = known or _metadata(rows[0][1])
    if metadata.category not in TITLES:
        raise ReadingError(
            "no_receivables",
            "",
            f"this DATEV file holds {metadata.name or 'other data'}, and neither postings nor"
            " customers; export the Buchungsstapel (or Debitoren/Kreditoren) instead",
        )
    if len(rows) < 2:
        raise ReadingError("no_header", "", "the DATEV file ends behind its row of metadata")
    number, headings = rows[1]
    found = Extf(table, metadata, headings, number)
    needed = NEEDED_POSTINGS if metadata.category == POSTINGS else NEEDED_PARTIES
    missing = [word for word in needed if normal(word) not in found.columns]
    if missing:
        raise ReadingError(
            "missing_columns", "", f"the DATEV file has no column {', '.join(missing)} in row 2"
        )
    return found


NEEDED_POSTINGS: Final = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "Konto",
    "Gegenkonto (ohne BU-Schlüssel)", "Belegdatum", "Belegfeld 1",
)  # fmt: skip
NEEDED_PARTIES: Final = ("Konto",)


def _head(table: Table) -> Iterator[tuple[int, Sequence[object]]]:
    count = 0
    for number, cells in table.rows():
        if cells is not None and any(text_of(cell).strip() for cell in cells):
            yield number, cells
            count += 1
        if count == 2:
            return


def _texts(cells: Sequence[object]) -> tuple[str, ...]:
    return tuple(unescaped(text_of(cell)).strip() for cell in cells)  # type: ignore[arg-type]


def _metadata(cells: Sequence[str]) -> Metadata:
    def at(place: int) -> str:
        return cells[place] if place < len(cells) else ""

    return Metadata(
        category=at(2),
        name=at(3),
        digits=_digits(at(13)),
        since=_compact(at(14)) or _compact(at(12)),
        currency=code_of(at(21)),
    )


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 4


def _compact(text: str) -> date | None:
    """A day as 20180201."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else None
    except ValueError:
        return None


def records(file: Extf) -> Iterator[Row]:
    """The rows of a file: documents or customers, and what could not be read."""
    of = _Postings(file) if file.metadata.category == POSTINGS else _Parties(file)
    width = len(file.headings)
    for number, cells in file.table.rows():
        if number <= file.header_row:
            continue
        if cells is None:
            error = ReadingError("bad_row", "", file.table.why(number))
            yield Row(number, ((file.table.line(number),),), error=error)
            continue
        texts = _texts(cells)
        if not any(texts):
            file.skipped["blank"] += 1
            continue
        shown = (tuple(text_of(cell) for cell in cells[:width]),)
        try:
            found = of.row(texts)
        except ReadingError as error:
            yield Row(number, shown, error=error, key=of.key)
            continue
        if isinstance(found, Document):
            yield Row(number, shown, document=found)
        elif found is not None:
            yield Row(number, shown, body=found)


class _Cells:
    """Cells by heading."""

    def __init__(self, file: Extf) -> None:
        self.file, self.at = file, file.columns
        self.key = ""
        """Of the document that the last row is of, as far as it could be read."""

    def cell(self, texts: Sequence[str], heading: str) -> str:
        place = self.at.get(normal(heading), -1)
        return texts[place] if 0 <= place < len(texts) else ""

    def passed(self, kind: str) -> None:
        self.file.skipped[kind] += 1


class _Postings(_Cells):
    """Postings to accounts of customers, from either side."""

    def __init__(self, file: Extf) -> None:
        super().__init__(file)
        style = amounts.style_of(["1,00"], ",")
        if not isinstance(style, NumberStyle):
            raise TypeError("an amount with a comma has a style")
        self.style = style
        self.ids = Ids("number", "Belegfeld 1")
        self.line = Texts("reference", "Buchungstext")

    def row(self, texts: Sequence[str]) -> Document | None:
        """The document of a posting; None for one that is no customer's."""
        account = self.cell(texts, "Konto")
        other = self.cell(texts, "Gegenkonto (ohne BU-Schlüssel)")
        whose, others = self.file.metadata.whose(account), self.file.metadata.whose(other)
        self.key = self._key(texts, INVOICE)
        debit = self._debit(self.cell(texts, "Soll/Haben-Kennzeichen"))
        if whose != "customer" and others == "customer":
            account, other, whose, debit = other, account, others, not debit
        if whose != "customer":
            self.passed("payable" if "supplier" in (whose, others) else "other_ledger")
            return None
        return self._document(texts, account, other, debit=debit)

    def _key(self, texts: Sequence[str], type_: str) -> str:
        """The key of a posting's document; "" where its number cannot be read."""
        try:
            number = self.ids.read(self.cell(texts, "Belegfeld 1"))
        except ReadingError:
            return ""
        return key_by(type_, number) if number else ""

    def _debit(self, mark: str) -> bool:
        if mark.upper() not in ("S", "H"):
            raise ReadingError(
                "unknown_word",
                "side",
                f"Soll/Haben-Kennzeichen {printable(mark)} is neither S nor H; mend it",
            )
        return mark.upper() == "S"

    def _document(self, texts: Sequence[str], account: str, other: str, *, debit: bool) -> Document:
        undone = self.cell(texts, "Generalumkehr").upper() in ("1", "G")
        self.key = self._key(texts, INVOICE if debit != undone else CREDIT_NOTE)
        if other.startswith(_MONEY):
            self.key = ""
        currency = self.cell(texts, "WKZ Umsatz").upper() or self.file.metadata.currency
        if currency and not code_of(currency):
            said = f"WKZ Umsatz {printable(currency)} is not a currency of ISO 4217; write EUR"
            raise ReadingError("bad_currency", "currency", said)
        heading = "Umsatz (ohne Soll/Haben-Kz)"
        amount = MoneyIn(currency, self.style.read).read(
            self.cell(texts, heading), "total", heading
        )
        if amount is None or amount <= 0:
            raise ReadingError("not_positive", "total", f"{heading} is not above zero")
        issued = self._day_of(self.cell(texts, "Belegdatum"))
        number = self.ids.read(self.cell(texts, "Belegfeld 1"))
        text = str(self.line[self.cell(texts, "Buchungstext")])
        if other.startswith(_MONEY):
            if debit != undone:
                raise ReadingError(
                    "takes_back",
                    "side",
                    f"account {account} is debited against {other}: a payment went back. Enter it"
                    " as a refund or a chargeback",
                )
            return self._payment(account, number, currency, amount, issued, text)
        if not number:
            raise ReadingError(
                "missing", "number", "Belegfeld 1 is empty; write the invoice's number"
            )
        is_invoice = debit != undone
        return Document(
            type=INVOICE if is_invoice else CREDIT_NOTE,
            number=number,
            customer=account,
            currency=currency,
            issued=issued,
            due=self._due(texts) if is_invoice else None,
            line=amount,
            invoice=number if undone else "",
            part=LINE,
        )

    def _payment(
        self, account: str, number: str, currency: str, amount: Decimal, day: date, text: str
    ) -> Document:
        return Document(
            type=PAYMENT,
            number="",
            customer=account,
            currency=currency,
            issued=day,
            total=amount,
            settled_on=day,
            invoice=number,
            reference=text,
        )

    def _day_of(self, text: str) -> date:
        """Belegdatum, DDMM: its year is the one of the period that the metadata states."""
        since = self.file.metadata.since
        digits = text.zfill(4)
        if since is not None and len(digits) == 4 and digits.isascii() and digits.isdigit():
            for year in (since.year, since.year + 1):
                try:
                    day = date(year, int(digits[2:]), int(digits[:2]))
                except ValueError:
                    continue
                if day >= since:
                    return day
        raise ReadingError(
            "bad_date",
            "issued",
            f"Belegdatum {printable(text)} is no day of the period that the file's first row"
            " states; write it as DDMM",
        )

    def _due(self, texts: Sequence[str]) -> date | None:
        """The due day where one of its columns has it, as DDMMYYYY."""
        for heading in ("Zugeordnete Fälligkeit", "Fälligkeit"):
            text = self.cell(texts, heading)
            if not text:
                continue
            digits = text.zfill(8)
            day = _compact(digits[4:] + digits[2:4] + digits[:2])
            if day is None:
                said = f"{heading} {printable(text)} is no day; write it as DDMMYYYY"
                raise ReadingError("bad_date", "due", said)
            return day
        return None


class _Parties(_Cells):
    """Master data of customers."""

    def row(self, texts: Sequence[str]) -> Mapping[str, object] | None:
        """The body of a customer; None for a supplier."""
        account = self.cell(texts, "Konto")
        whose = self.file.metadata.whose(account)
        if whose != "customer":
            self.passed("payable" if whose else "other_ledger")
            return None
        body: dict[str, object] = {
            "type": "customer",
            "customer": account,
            "name": self._name(texts),
        }
        for key, heading in (("email", "E-Mail"), ("phone", "Telefon"), ("country", "Land")):
            if value := self.cell(texts, heading):
                body[key] = value
        if language := _LANGUAGES.get(self.cell(texts, "Sprache")):
            body["language"] = language
        street = self.cell(texts, "Straße") or self.cell(texts, "Postfach")
        address = {
            "lines": [line for line in (street, self.cell(texts, "Adresszusatz")) if line],
            "postcode": self.cell(texts, "Postleitzahl"),
            "city": self.cell(texts, "Ort"),
        }
        if any(address.values()):
            body["address"] = {key: value for key, value in address.items() if value}
        return body

    def _name(self, texts: Sequence[str]) -> str:
        first = self.cell(texts, "Vorname (Adressatentyp natürl. Person)")
        last = self.cell(texts, "Name (Adressatentyp natürl. Person)")
        return (
            self.cell(texts, "Name (Adressatentyp Unternehmen)")
            or " ".join(word for word in (first, last) if word)
            or self.cell(texts, "Name (Adressatentyp keine Angabe)")
        )
