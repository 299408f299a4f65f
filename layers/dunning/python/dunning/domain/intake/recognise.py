"""A table recognised: its sheet, header, layout, columns, styles, currency, and what it holds.
Everything found or assumed goes into `Understood`; what only a person can say is a Question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from typing import Final

from dunning.domain.fields import ReadingError

from . import amounts, dates
from .amount_columns import amounts_of
from .amount_signs import below_zero
from .amounts import NumberStyle
from .any_style import ANY_DAY, ANY_NUMBER, EITHER
from .asking import about_days, about_holds, about_net
from .cells import Ambiguous, Cell, text_of
from .column_cells import judge_by_cells
from .column_words import read_words
from .columns import Columns, columns_by
from .currencies import code_of
from .currency_columns import currencies_asked
from .dates import DateStyle
from .document import LINE, ONCE
from .file_currency import Named, Said, about_decimals, about_signs, is_sign, named
from .header import Header, counted_day, stated_currency, stated_day
from .headings import is_payable, normal
from .layout import Layout
from .layouts import PLAIN
from .mapping import MappingFile
from .money_words import money_in
from .open_items import may_be_lines
from .returned import as_text
from .scale import scaled
from .sheets import Mappings, NotRecognised, asked, sheet_of
from .table import Table
from .understood import DOCUMENTS, KEEP, PAYMENTS, STATEMENT, Question, Understood
from .words import PAYABLE, type_of
from .words_asked import words_asked

SAMPLE = 5_000
DAYS: Final = ("issued", "due", "settled_on")
MONEY: Final = (
    "total", "open", "paid", "net", "tax", "debit", "credit", "line", "unit_price", "allocated",
    "line_tax", "freight", "reduction",
)  # fmt: skip


@dataclass(slots=True)
class Recognised:
    """How to read a table."""

    table: Table
    header: Header
    layout: Layout
    columns: Columns
    mapping: MappingFile
    understood: Understood
    days: DateStyle
    numbers: NumberStyle
    currency: str
    """Stands where a row names none; "" if nothing says."""
    own_currency: bool
    """Amounts name their currencies themselves."""
    groups: bool
    names_currency: bool
    """The column of currencies names some: a row that leaves it empty is bad."""
    wanted: str
    """What a sign in the column of currencies means that several have; "" if nothing says."""
    sample: list[tuple[int, Sequence[Cell]]] = field(default_factory=list)

    @property
    def headed(self) -> str:
        """The currency that the heading of the amounts names, where rows name theirs too."""
        own = "currency" in self.columns.at and self.header.layout is None
        return self.columns.currency if own else ""


def recognise(
    tables: Sequence[Table],
    on: date | None,
    mappings: Mappings | None = None,
    understood: Understood | None = None,
) -> Recognised:
    """How to read the one table among them that lists documents. Raises NotRecognised."""
    understood = understood or Understood()
    table, header, mapping, usual = sheet_of(tables, mappings, understood)
    return _Recogniser(table, header, mapping, usual, understood, on).run()


class _Recogniser:
    """One table on its way to Recognised."""

    def __init__(
        self,
        table: Table,
        header: Header,
        mapping: MappingFile,
        usual: str,
        understood: Understood,
        on: date | None,
    ) -> None:
        self.table, self.header, self.mapping, self.usual = table, header, mapping, usual
        self.understood, self.on = understood, on
        self.layout = header.layout or Layout(name=header.key, title="", signature=())
        self.titles: list[str] = []
        self.sample: list[tuple[int, Sequence[Cell]]] = []
        self.whole = True
        """Whether the sample is all there is."""
        self._look()

    def _look(self) -> None:
        for number, cells in self.table.rows():
            if number <= self.header.number:
                if number < self.header.number and cells is not None:
                    text = " ".join(t for cell in cells if (t := text_of(cell).strip()))
                    self.titles += [text] if text else []
                    self.understood.skipped["title" if text else "blank"] += 1
            elif len(self.sample) >= SAMPLE:
                self.whole = False
                break
            elif cells:
                self.sample.append((number, cells))

    def run(self) -> Recognised:
        understood, layout = self.understood, self.layout
        understood.layout, understood.layout_title = layout.name, layout.title
        understood.header_row = self.header.number
        if layout.refused:
            raise self.refusal("payables", "", layout.refused)
        self.columns = self._columns()
        judge_by_cells(self.columns, self._texts, self.mapping)
        if why := scaled([*self.titles, *self.columns.by_field.values()]):
            raise self.refusal(*why)
        if self.header.layout is None:
            read_words(self.columns, self._texts, self.mapping)
            if amounts_of(self.columns, self._texts, self.mapping):
                self.layout = layout = replace(layout, part=LINE)
            elif may_be_lines(self.columns, self.mapping):
                self.layout = layout = replace(layout, part=ONCE)
            self.columns.questions += currencies_asked(self.columns, self._texts, self.mapping)
        understood.columns, understood.unused = self.columns.by_field, self.columns.unused
        self._payables()
        if why := below_zero(self.columns, self._texts):
            raise self.refusal(*why)
        self.holds = self._holds()
        if self.header.layout is None:
            self.columns.questions += words_asked(
                self.columns, self._texts, self.mapping, payments=self.holds == PAYMENTS
            )
        self._essentials()
        questions = list(self.columns.questions)
        codes = self._codes()
        wanted = self.mapping.currency or self.usual
        numbers, currency = self._numbers(questions, codes, wanted)
        days = self._days(questions, codes)
        open_currency = [currency.question] if currency.question else []
        if questions or (open_currency and (codes or wanted)):
            raise asked(understood, [*questions, *open_currency], self.header.cells)
        understood.questions += open_currency
        understood.holds = self.holds
        understood.missing = self.mapping.missing or KEEP
        self._as_of(days)
        understood.assumed += [*self.columns.assumed, *layout.said]
        understood.dates, understood.numbers = days.words, numbers.words
        if days.assumed:
            understood.assumed.append(days.assumed)
        understood.read_as = self._read_as(days, numbers, currency.currency)
        return Recognised(
            self.table, self.header, layout, self.columns, self.mapping, understood, days, numbers,
            currency.currency, currency.own, layout.groups or self._grouped(), bool(codes),
            wanted, self.sample,
        )  # fmt: skip

    # --- columns --------------------------------------------------------------------------

    def _columns(self) -> Columns:
        try:
            return columns_by(self.header.cells, self.header.layout, self.mapping, self._texts)
        except ReadingError as error:
            raise NotRecognised(error, self.understood, self.header.cells) from None

    def _texts(self, place: int, most: int = SAMPLE) -> list[str]:
        """The first cells of a column as texts."""
        rows = (cells for _, cells in self.sample[:most])
        return [text_of(cells[place]).strip() if place < len(cells) else "" for cells in rows]

    def _cells(self, names: Sequence[str]) -> Iterator[Cell]:
        """The cells of some fields' columns: of the sample, then of what follows it."""
        places = [self.columns.at[name] for name in names if name in self.columns.at]
        if not places:
            return
        rows = iter(self.sample)
        if not self.whole:
            last = self.sample[-1][0]
            rest = ((n, c) for n, c in self.table.rows() if n > last and c is not None)
            rows = chain(rows, rest)
        for _, cells in rows:
            for place in places:
                if place < len(cells):
                    yield cells[place]

    # --- what it is -----------------------------------------------------------------------

    def refusal(self, code: str, name: str, said: str) -> NotRecognised:
        return NotRecognised(ReadingError(code, name, said), self.understood, self.header.cells)

    def _payables(self) -> None:
        at, headings = self.columns.at, self.columns.headings
        vendors = [heading for heading in headings if is_payable(heading)]
        if vendors and not {"customer", "name"} & at.keys():
            raise self.refusal(
                "payables",
                "",
                f"these are bills that you owe (column {vendors[0]!r}), not what customers owe you;"
                " export the receivables, or sales invoices, instead",
            )
        if "type" in at:
            kinds = {
                self.layout.by_type.get(normal(text), "") or type_of(text)
                for text in self._texts(at["type"], SAMPLE)
                if text
            }
            if kinds == {PAYABLE}:
                raise self.refusal(
                    "payables",
                    "type",
                    f"every row is a bill that you owe (column {headings[at['type']]!r}), not what"
                    " customers owe you; export the sales invoices instead",
                )

    def _holds(self) -> str:
        at = self.columns.at
        if self.mapping.holds:
            return self.mapping.holds
        settled = "settled_on" in at and any(self._texts(at["settled_on"], SAMPLE))
        if self.layout.holds and not (self.layout.holds == STATEMENT and settled):
            return self.layout.holds
        if ("open" in at or "paid" in at) and not settled:
            return STATEMENT
        if settled and not {"issued", "due"} & at.keys() and not self.header.layout:
            heading = self.columns.headings[at["settled_on"]]
            self.columns.questions.append(about_holds(heading))
        return DOCUMENTS

    def _essentials(self) -> None:
        at = self.columns.at
        asked_for = {q.code for q in self.columns.questions}
        money = {"total", "open", "debit", "credit", "line"} & at.keys() or (
            {"quantity", "unit_price"} <= at.keys()
        )
        if not money and "net" in at:
            if not {"tax", "line_tax"} & at.keys():
                heading = self.columns.headings[at["net"]]
                self.columns.questions.append(about_net(heading))
            money = True
        missing = [
            words
            for there, words in (
                ("number" in at or self.holds == PAYMENTS, "the invoice's number"),
                (
                    {"customer", "name"} & at.keys()
                    or (self.holds == PAYMENTS and "invoice" in at),
                    "the customer's number or name",
                ),
                (money, "the amount"),
            )
            if not there
        ]
        if missing and "columns" not in asked_for:
            said = self.columns.lacking(missing, self.header.number, self.layout.name)
            raise self.refusal("missing_columns", "", said)

    # --- styles ---------------------------------------------------------------------------

    def _numbers(
        self, questions: list[Question], codes: Sequence[str], wanted: str
    ) -> tuple[NumberStyle, Named]:
        """How amounts are written, and in which currency."""
        found = amounts.style_of(self._cells(MONEY), self.mapping.decimal)
        if isinstance(found, Ambiguous) and self.layout is PLAIN:
            found = amounts.style_of(self._cells(MONEY), ".")
        style = found if isinstance(found, NumberStyle) else ANY_NUMBER
        currency = self._currency(codes, style if not isinstance(found, Ambiguous) else EITHER)
        if isinstance(found, Ambiguous):
            only = codes[0] if len(codes) == 1 and code_of(codes[0]) else ""
            questions.append(about_decimals(found, only or currency.currency or wanted))
        return style, currency

    def _days(self, questions: list[Question], codes: Sequence[str]) -> DateStyle:
        found = dates.style_of(self._cells(DAYS), self.mapping.dates)
        layout = self.layout
        if isinstance(found, Ambiguous) and layout.dates and not set(codes) & set(layout.not_in):
            answers = {reading.answer for reading in found.readings}
            if layout.dates in answers and len(answers) > 1:
                example = found.example
                found = dates.style_of(self._cells(DAYS), layout.dates)
                read = found.read(example) if isinstance(found, DateStyle) else None
                self.understood.assumed.append(
                    f"{example} was read as {read}, as {layout.title} writes days; if it is not,"
                    " say so in a mapping file (dates: month_first)"
                )
        if isinstance(found, Ambiguous):
            questions.append(about_days(found))
        return found if isinstance(found, DateStyle) else ANY_DAY

    # --- currency -------------------------------------------------------------------------

    def _codes(self) -> list[str]:
        """The words in the column of currencies, the commonest first."""
        at = self.columns.at
        if "currency" not in at:
            return []
        words = [text.upper() for text in self._texts(at["currency"], SAMPLE) if text]
        return sorted(set(words), key=lambda word: (-words.count(word), word))

    def _currency(self, codes: Sequence[str], numbers: NumberStyle) -> Named:
        """The currency of rows that name none, said with where it comes from; else a question."""
        answer = self.mapping.currency or ""
        if codes:
            heading = self.columns.headings[self.columns.at["currency"]]
            signs = any(map(is_sign, codes))
            found = Named(
                "" if signs else answer,  # the answer for a sign is none for empty cells
                ", ".join(codes[:5]),
                f"the column {heading!r}",
                about_signs(codes, heading, answer or self.usual),
            )
        else:
            titles = stated_currency(self.titles)
            said = Said(answer, self.columns.currency, titles, self.usual, self.layout.currency)
            found = named(said, money_in(self._cells(MONEY), numbers))
        self.understood.currency, self.understood.currency_from = found.shown, found.source
        if not self.sample:
            self.understood.assumed.append("the file has a header, and no row below it")
            return found._replace(question=None)
        return found

    def _read_as(self, days: DateStyle, numbers: NumberStyle, currency: str) -> str:
        """What some rows of the file alone may not show; numbers of a workbook go as 1234.5."""
        understood, typed = self.understood, self.table.format != "csv"
        return as_text(
            layout=understood.layout,
            dates=days.order or self.mapping.dates,
            decimal=numbers.decimal or self.mapping.decimal or ("." if typed else ""),
            currency=currency,
            as_of=understood.as_of,
            holds=self.holds,
        )

    # --- the day of a statement -----------------------------------------------------------

    def _as_of(self, days: DateStyle) -> None:
        understood = self.understood
        if self.holds != STATEMENT:
            return
        if self.mapping.as_of:
            understood.as_of, understood.as_of_from = self.mapping.as_of, "the mapping file"
        elif stated := stated_day(self.titles, days):
            understood.as_of, understood.as_of_from = stated, "the rows above the header"
        elif counted := counted_day(self._ages(), days):
            heading = self.columns.headings[self.columns.at["age"]]
            understood.as_of = counted
            understood.as_of_from = f"the due days and the days in {heading!r}"
        elif self.on is not None:
            understood.as_of, understood.as_of_from = self.on, "the day of the upload"

    def _ages(self) -> Iterator[tuple[str, Cell]]:
        """How long each row is overdue by its own word, with its due day."""
        at = self.columns.at
        if "age" in at and "due" in at:
            for age, (_, cells) in zip(self._texts(at["age"], SAMPLE), self.sample, strict=False):
                if at["due"] < len(cells):
                    yield age, cells[at["due"]]

    # --- rows -----------------------------------------------------------------------------

    def _grouped(self) -> bool:
        """Whether customers stand alone on rows above theirs, and not on these."""
        at = self.columns.at
        place = at.get("customer", at.get("name"))
        if self.header.layout is not None or place is None:
            return False
        alone = details = empty = 0
        for _, cells in islice(self.sample, 500):
            filled = [i for i, cell in enumerate(cells) if text_of(cell).strip()]
            alone += filled == [place]
            details += len(filled) > 2
            empty += len(filled) > 2 and place not in filled
        return bool(alone) and 2 * empty > details
