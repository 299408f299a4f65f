"""Bank statements that are tables (CSV, XLSX): booked credits as payments, as those of CAMT.053
are. Which column is what stands in `bank_headings`; whose a payment is, a bank does not know.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from dunning.adapters.formats.camt import COLUMNS, LONGEST_REFERENCE, WHOSE, card_hidden
from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake import amounts, dates
from dunning.domain.intake import bank_headings as bank
from dunning.domain.intake.asking import about_days
from dunning.domain.intake.cells import Ambiguous, Cell, text_of
from dunning.domain.intake.currencies import code_of
from dunning.domain.intake.document import PAYMENT, Document
from dunning.domain.intake.formulas import unescaped
from dunning.domain.intake.header import fingerprint
from dunning.domain.intake.mapping import MappingFile, as_line
from dunning.domain.intake.table import Table
from dunning.domain.intake.understood import PAYMENTS, Question, Understood
from dunning.service.ports import FileRows, Mappings, Row

LOOKED_AT = 40
"""Rows among which the headings are: banks put account, period and balance above them."""
SAMPLE = 2_000
LONGEST_ID = 40
_NOT_BOOKED = ("pending", "vorgemerkt", "declined", "reverted", "failed", "en attente", "pendiente")
_TAKEN_BACK = (
    "rücklastschrift", "ruecklastschrift", "retoure", "lastschriftrückgabe", "returned", "unpaid",
    "chargeback", "rejet", "impayé", "devolucion", "devolución", "insoluto", "storno", "reversal",
    "terugboeking",
)  # fmt: skip
_OUT = frozenset({"d", "dr", "debit", "s", "soll", "af", "debe", "dare", "out", "belastung"})
_IN = frozenset({"c", "cr", "credit", "h", "haben", "bij", "haber", "avere", "in", "gutschrift"})


def read(table: Table, mappings: Mappings | None) -> FileRows | None:
    """The payments of a table that is a bank's statement; None where it is none."""
    found = _header(table, mappings)
    if found is None:
        return None
    number, headings, columns, mapping, own = found
    understood = Understood(
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        layout=fingerprint(headings),
        layout_title="Bank statement (table)",
        header_row=number,
        columns={field: headings[place] for field, place in columns.at.items()},
        holds=PAYMENTS,
        mapping=own,
        assumed=[WHOSE],
    )
    try:
        style = _Style(table, number, columns, mapping, mappings, understood)
    except ReadingError as error:
        return FileRows(COLUMNS, (Row(0, (), error=error),), understood=understood)
    return FileRows(COLUMNS, _rows(table, number, style), understood=understood)


Found = tuple[int, tuple[str, ...], bank.BankColumns, MappingFile, str]


def _header(table: Table, mappings: Mappings | None) -> Found | None:
    """The row of headings, its columns, and the answers for the layout with their file's name."""
    for number, cells in islice(table.rows(), LOOKED_AT):
        texts = _texts(cells or ())
        if sum(1 for text in texts if text) < 3:
            continue
        answer = mappings(fingerprint(texts)) if mappings else None
        own, mapping = answer if answer is not None else ("", MappingFile())
        if mapping.holds not in (None, bank.BANK):
            return None
        said = mapping.holds == bank.BANK
        columns = bank.bank_columns(texts, mapping.columns if said else None, said=said)
        if columns is not None:
            return number, texts, columns, mapping, own
    return None


class _Style:
    """How the file writes its days, amounts and currency, found over its first rows. Raises
    ReadingError with the question where they do not tell."""

    def __init__(
        self,
        table: Table,
        header: int,
        columns: bank.BankColumns,
        mapping: MappingFile,
        mappings: Mappings | None,
        understood: Understood,
    ) -> None:
        self.columns, self.understood = columns, understood
        rows = [tuple(cells) for number, cells in _behind(table, header, SAMPLE) if cells]
        self.day = self._days(rows, mapping)
        self.amount = self._amounts(rows, mapping)
        self.currency = self._currency(rows, mapping, mappings)

    def _days(self, rows: Sequence[Sequence[Cell]], mapping: MappingFile) -> dates.DateStyle:
        cells = (self._cell(f, row) for row in rows for f in (bank.BOOKED, bank.VALUE))
        found = dates.style_of((cell for cell in cells if cell is not None), mapping.dates)
        if isinstance(found, Ambiguous):
            raise self._asked(about_days(found))
        if isinstance(found, dates.NoDates):
            raise ReadingError("no_days", "booked", "the column of days holds none")
        if found.assumed:
            self.understood.assumed.append(found.assumed)
        self.understood.dates = found.words
        return found

    def _amounts(self, rows: Sequence[Sequence[Cell]], mapping: MappingFile) -> amounts.NumberStyle:
        fields = (bank.AMOUNT, bank.CREDIT, bank.DEBIT)
        cells = (self._cell(field, row) for row in rows for field in fields)
        found = amounts.style_of((cell for cell in cells if cell is not None), mapping.decimal)
        if isinstance(found, Ambiguous):
            raise self._asked(about_days(found))
        if isinstance(found, amounts.NoAmounts):
            raise ReadingError("no_amounts", "amount", "the column of amounts holds none")
        self.understood.numbers = found.words
        return found

    def _currency(
        self, rows: Sequence[Sequence[Cell]], mapping: MappingFile, mappings: Mappings | None
    ) -> str:
        """What stands where a row names none. Every row may, and then nothing need stand."""
        usual = mappings("") if mappings else None
        known = (
            (self.columns.currency, "the heading of the amounts"),
            (mapping.currency or "", "the mapping file"),
            (usual[1].currency or "" if usual else "", "the creditor's settings"),
        )
        named = [code_of(text_of(self._cell(bank.CURRENCY, row))) for row in rows]
        if rows and all(named):
            self.understood.currency_from = "a column"
            return ""
        for code, source in known:
            if code:
                self.understood.currency, self.understood.currency_from = code, source
                return code
        answers = [(as_line("currency", code), f"the amounts are in {code}") for code in _USUAL]
        text = "Which currency are the amounts in? The statement says none."
        raise self._asked(Question("currency", text, tuple(answers)))

    def _asked(self, question: Question) -> ReadingError:
        self.understood.questions.append(question)
        lines = " or ".join(f"`{line}`" for line, _ in question.answers)
        layout = as_line("layout", self.understood.layout)
        return ReadingError(
            "question",
            question.code,
            f"{question.text} Nothing was taken. Answer in a mapping file with `{layout}` and"
            f" {lines}",
        )

    def _cell(self, field: str, cells: Sequence[Cell]) -> Cell | None:
        place = self.columns.at.get(field)
        return cells[place] if place is not None and place < len(cells) else None


_USUAL = ("EUR", "USD", "GBP")


def _rows(table: Table, header: int, style: _Style) -> Iterator[Row]:
    booked = _Booked(style)
    for number, cells in _behind(table, header):
        if cells is None:
            error = ReadingError("unreadable", "", table.why(number))
            yield Row(number, ((table.line(number),),), error=error)
            continue
        texts = _texts(cells)
        if not any(texts):
            style.understood.skipped["blank"] += 1
            continue
        try:
            found = booked.read(cells, texts)
        except (ReadingError, ValueError) as error:
            wrong = error
            if not isinstance(wrong, ReadingError):
                wrong = ReadingError("unreadable", "", str(error))
            yield Row(number, (booked.shown(texts),), error=wrong)
            continue
        if isinstance(found, str):
            style.understood.skipped[found] += 1
        else:
            yield Row(number, (_cells(found),), document=found)


class _Booked:
    """Bookings one by one; those that are alike are told apart by their place among them."""

    def __init__(self, style: _Style) -> None:
        self._style = style
        self._columns = style.columns
        self._seen: Counter[str] = Counter()

    def read(self, cells: Sequence[Cell], texts: tuple[str, ...]) -> Document | str:
        """A payment, or in a word why the row is none. Raises ReadingError and ValueError."""
        days = [self._day(field, cells) for field in (bank.BOOKED, bank.VALUE)]
        booked = days[0] or days[1]
        money = self._money(cells, texts)
        if booked is None or money is None:
            # Balances, and lines about the statement, stand between and behind the bookings.
            return "no_booking"
        amount, named = money
        status = self._columns.cell(bank.STATUS, texts).lower()
        if any(word in status for word in _NOT_BOOKED):
            return "not_booked"
        if not amount:
            return "nothing"
        text = self._text(texts)
        if amount < 0:
            said = f"{self._columns.cell(bank.KIND, texts)} {text}".lower()
            if any(word in said for word in _TAKEN_BACK):
                raise ReadingError(
                    "payment_taken_back",
                    "",
                    f"the bank took back {-amount:f} that had been credited; record the reversal of"
                    " that payment (or a chargeback) by its id",
                )
            return "debit"
        currency = named or self._named_currency(texts) or self._style.currency
        payer = card_hidden(self._columns.cell(bank.PAYER, texts))[:200]
        account = self._columns.cell(bank.ACCOUNT, texts).replace(" ", "")
        value = days[1] or booked
        return Document(
            type=PAYMENT,
            number=self._id(texts, booked, value, amount, currency, payer, account, text),
            name=payer,
            currency=currency,
            issued=booked,
            total=amount,
            settled_on=value,
            reference=text,
            of_bank=True,
            account=account,
        )

    def shown(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """A row that is no payment, for the list of bad rows."""
        columns = self._columns
        shown = columns.cell(bank.AMOUNT, texts) or columns.cell(bank.DEBIT, texts)
        value = columns.cell(bank.VALUE, texts) or columns.cell(bank.BOOKED, texts)
        return ("", "", "", columns.cell(bank.CURRENCY, texts), shown, value, "", self._text(texts))

    def _day(self, field: str, cells: Sequence[Cell]) -> date | None:
        place = self._columns.at.get(field)
        if place is None or place >= len(cells):
            return None
        return self._style.day.read(cells[place])

    def _money(self, cells: Sequence[Cell], texts: tuple[str, ...]) -> tuple[Decimal, str] | None:
        """The amount in the account's favour above zero, and the currency that it names itself."""
        found = self._figure(bank.AMOUNT, cells)
        if found is not None:
            value, currency = found
            return (self._signed(value, texts), currency)
        credit, debit = (self._figure(f, cells) for f in (bank.CREDIT, bank.DEBIT))
        if credit is not None and credit[0]:
            return credit
        return (-abs(debit[0]), debit[1]) if debit is not None else credit

    def _figure(self, field: str, cells: Sequence[Cell]) -> tuple[Decimal, str] | None:
        place = self._columns.at.get(field)
        if place is None or place >= len(cells):
            return None
        found = self._style.amount.read(cells[place])
        if found is None:
            return None
        side = found.side.lower()
        value = -abs(found.value) if side in _OUT else found.value
        return value, found.currency

    def _signed(self, value: Decimal, texts: tuple[str, ...]) -> Decimal:
        """An amount with the sign that its column of sides gives it."""
        side = self._columns.cell(bank.SIDE, texts).strip().lower()
        if not side:
            return value
        if side in _OUT:
            return -abs(value)
        if side in _IN:
            return abs(value)
        raise ReadingError("unknown_word", "side", f"{printable(side)} is neither debit nor credit")

    def _named_currency(self, texts: tuple[str, ...]) -> str:
        said = self._columns.cell(bank.CURRENCY, texts)
        code = code_of(said)
        if said and not code:
            raise ReadingError(
                "bad_currency", "currency", f"{printable(said)} is not a currency of ISO 4217"
            )
        return code

    def _text(self, texts: tuple[str, ...]) -> str:
        """What the payer wrote, of all columns that hold it, without numbers of cards."""
        places = [place for place in self._columns.texts if place < len(texts)]
        said = " ".join(dict.fromkeys(texts[place] for place in places if texts[place]))
        said = card_hidden(" ".join(said.split()))
        return said if len(said) <= LONGEST_REFERENCE else f"{said[: LONGEST_REFERENCE - 1]}…"

    def _id(self, texts: tuple[str, ...], booked: date, *facts: object) -> str:
        """The same for the same booking in every export of this kind: own account, day, the bank's
        id (else a hash of what it says), and its place among bookings that are alike."""
        own = self._columns.cell(bank.ID, texts)
        if not own or len(own) > LONGEST_ID:
            said = "\n".join(map(str, (booked, *facts)))
            own = hashlib.sha256(said.encode()).hexdigest()[:16]
        account = self._columns.cell(bank.OWN, texts).replace(" ", "")[:34]
        base = f"{account}/{booked}/{own}"
        self._seen[base] += 1
        again = self._seen[base]
        return base if again == 1 else f"{base}/{again}"


def _behind(
    table: Table, header: int, most: int | None = None
) -> Iterator[tuple[int, Sequence[Cell] | None]]:
    rows = ((number, cells) for number, cells in table.rows() if number > header)
    return islice(rows, most)


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(unescaped(text_of(cell)).strip() for cell in cells)


def _cells(payment: Document) -> tuple[str, ...]:
    value = payment.settled_on.isoformat() if payment.settled_on else ""
    return (
        payment.number, "", "", payment.currency, f"{payment.total:f}", value, payment.name,
        payment.reference,
    )  # fmt: skip
