"""Cells to the values of a document: ids, texts, yes and no, currencies, amounts in a currency.
Each reader remembers texts that it has read, for columns repeat themselves; days are `dates`'.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from dunning.domain.fields import ReadingError, printable
from dunning.domain.identity import LONGEST_ID, IdentityError, external_id
from dunning.domain.money import exponent

from .amounts import Amount
from .cells import Cell, is_none, text_of
from .currencies import code_of, currencies_of, may_stand
from .formulas import unescaped
from .plain_amounts import plain_amounts
from .terms import days_of
from .words import yes_or_no

MOST_KEPT = 20_000
LONGEST = {"name": 200, "reference": 200, "email": 254, "phone": 60}
_ANY_TEXT = 300
MOST_DIGITS = 15
_POINT, _COMMA = "write it as 1234.56", "write it as 1234,56"
_AS_TEXT = re.compile(r'="([^"=]*)"')
_KEPT_AS_TEXT = re.compile(r"['\u2018\u2019`\u00b4](?=\d)")
"""An apostrophe before digits: people write it to keep the zeros of a number."""


class Slow(Exception):
    """A row that wants more than the short way."""


_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee]\+\d{2,3}")
_NO_VALUES = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#NV", "#BEZUG!",
     "#WERT!", "TRUE", "FALSE")
)  # fmt: skip


def is_spoilt(text: str) -> bool:
    """Whether a text may hold what a spreadsheet makes of numbers, and wants a closer look."""
    return "#" in text or "E+" in text or "e+" in text or "TRUE" in text or "FALSE" in text


def _is_no_value(text: str) -> bool:
    return text in _NO_VALUES


class _Memo(dict[Cell, object]):
    """Texts already read, up to some; other cells are read anew, for 1 is True."""

    __slots__ = ("field", "heading")

    def __init__(self, field: str, heading: str) -> None:
        super().__init__()
        self.field, self.heading = field, heading

    def _keep(self, cell: Cell, found: object) -> object:
        if isinstance(cell, str):
            if len(self) >= MOST_KEPT:
                self.clear()
            self[cell] = found
        return found


class Ids:
    """Numbers of invoices and customers: text as it stands, trimmed, in NFC."""

    __slots__ = ("field", "heading", "width")

    def __init__(self, field: str, heading: str, width: int = 0) -> None:
        self.field, self.heading, self.width = field, heading, width

    def read(self, cell: Cell) -> str:
        """The id; "" for none. Numeric cells get back the zeros that they lost, where all the
        column's texts have `width` digits."""
        if (
            isinstance(cell, str)
            and cell.isascii()
            and cell.isprintable()
            and len(cell) <= LONGEST_ID
            and cell[:1] > "'"
            and cell[:1] not in "=`"
            and "  " not in cell
            and cell[-1] > " "
            and not is_spoilt(cell)
        ):
            return cell
        text = _seen(unescaped(text_of(cell)))
        if not text:
            return ""
        self._refuse_spoilt(cell, text)
        if self.width and not isinstance(cell, str) and text.isdigit():
            text = text.zfill(self.width)
        try:
            return external_id(text)
        except IdentityError as error:
            raise ReadingError("bad_id", self.field, f"{self.heading}: {error}") from None

    def _refuse_spoilt(self, cell: Cell, text: str) -> None:
        """What a spreadsheet made of a number is nobody's number."""
        if isinstance(cell, str) and _ROUNDED.fullmatch(text):
            raise ReadingError(
                "bad_id",
                self.field,
                f"{self.heading} {text} is what a spreadsheet left of a longer number; format the"
                " column as text and export again",
            )
        if isinstance(cell, int | float) and abs(cell) >= 10**MOST_DIGITS:
            raise ReadingError(
                "bad_id",
                self.field,
                f"{self.heading} {text} has more digits than a spreadsheet keeps of a number;"
                " format the column as text and export again",
            )
        if isinstance(cell, bool) or _is_no_value(text):
            raise ReadingError(
                "bad_id",
                self.field,
                f"{self.heading} {text} is a spreadsheet's word for an error or for yes and no, and"
                " no number; mend the cell",
            )


def _seen(text: str) -> str:
    """A number as a person sees it: without characters that nobody sees, one blank for several,
    and without the `="…"` by which a spreadsheet keeps its zeros."""
    line = " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())
    found = _AS_TEXT.fullmatch(line)
    return found.group(1).strip() if found else line[bool(_KEPT_AS_TEXT.match(line)) :]


class Names(_Memo):
    """Names of customers, as `Texts`; an error of a spreadsheet is no name. Where a customer has
    no other id, that is an error of the row."""

    __slots__ = ("must", "texts")

    def __init__(self, field: str, heading: str, *, must: bool) -> None:
        super().__init__(field, heading)
        self.must, self.texts = must, Texts(field, heading)

    def __missing__(self, cell: Cell) -> object:
        text = str(self.texts[cell])
        if isinstance(cell, bool) or (text.startswith("#") and _is_no_value(text)):
            if self.must:
                raise ReadingError(
                    "bad_id",
                    self.field,
                    f"{self.heading} {text} is a spreadsheet's word for an error, and no name; mend"
                    " the cell",
                )
            text = ""
        return self._keep(cell, text)


class IdMemo(_Memo):
    """Ids of a column that repeats them."""

    __slots__ = ("ids",)

    def __init__(self, ids: Ids) -> None:
        super().__init__(ids.field, ids.heading)
        self.ids = ids

    def __missing__(self, cell: Cell) -> object:
        return self._keep(cell, self.ids.read(cell))


class Texts(_Memo):
    """Texts in one line, without control characters, cut where they are longer than any."""

    __slots__ = ()

    def __missing__(self, cell: Cell) -> object:
        text = unescaped(text_of(cell))
        clean = "".join(c if unicodedata.category(c) != "Cc" else " " for c in text)
        line = " ".join(unicodedata.normalize("NFC", clean).split())
        return self._keep(cell, line[: LONGEST.get(self.field, _ANY_TEXT)])


class Terms(_Memo):
    """Payment terms in days; None for none, and for words that say no number of days."""

    __slots__ = ()

    def __missing__(self, cell: Cell) -> object:
        return self._keep(cell, days_of(unescaped(text_of(cell))))


class Days(_Memo):
    """Days by the style of the table; None for none."""

    __slots__ = ("style",)

    def __init__(self, field: str, heading: str, style: Callable[[Cell], date | None]) -> None:
        super().__init__(field, heading)
        self.style = style

    def __missing__(self, cell: Cell) -> object:
        try:
            found = self.style(unescaped(cell) if isinstance(cell, str) else cell)
        except ValueError as error:
            raise ReadingError("bad_date", self.field, f"{self.heading}: {error}") from None
        return self._keep(cell, found)


class Words(_Memo):
    """Yes and no; nothing is no. In a column of marks any other word is yes."""

    __slots__ = ("marks",)

    def __init__(self, field: str, heading: str, *, marks: bool = False) -> None:
        super().__init__(field, heading)
        self.marks = marks

    def __missing__(self, cell: Cell) -> object:
        text = text_of(cell).strip()
        found = yes_or_no(text) if not is_none(text) else False
        if found is None and self.marks:
            found = True
        if found is None:
            raise ReadingError(
                "unknown_word",
                self.field,
                f"{self.heading} {printable(text)} is neither yes nor no; write yes or no",
            )
        return self._keep(cell, found)


class Currencies(_Memo):
    """Currency codes, and signs that only one currency has, or that may be the `wanted` one; "" for
    none."""

    __slots__ = ("wanted",)

    def __init__(self, field: str, heading: str, wanted: str = "") -> None:
        super().__init__(field, heading)
        self.wanted = wanted

    def __missing__(self, cell: Cell) -> object:
        text = text_of(cell).strip()
        if not text:
            return self._keep(cell, "")
        code = code_of(text) or code_of(text.split()[0])
        if not code:
            several = currencies_of(text)
            if len(several) == 1:
                (code,) = several
            elif several and self.wanted and may_stand(text, self.wanted):
                code = self.wanted
        if not code:
            raise ReadingError(
                "bad_currency",
                self.field,
                f"{self.heading} {printable(text)} is not a currency of ISO 4217; write its"
                " three-letter code, as EUR",
            )
        return self._keep(cell, code)


class Cents(dict[Cell, Decimal]):
    """Amounts above zero in one currency: the short way. Anything else is Slow."""

    __slots__ = ("currency", "money")

    def __init__(self, currency: str, money: "MoneyIn") -> None:
        super().__init__()
        self.currency, self.money = currency, money

    def of(self, column: Sequence[Cell]) -> list[Decimal]:
        """The amounts of a column."""
        money = self.money
        found = plain_amounts(column, money.decimal, MOST_DIGITS, money.digits)
        return found if found is not None else list(map(self.__getitem__, column))

    def __missing__(self, cell: Cell) -> Decimal:
        amount = self._plain(cell) if isinstance(cell, str) else None
        if amount is None:
            amount = self.money.read(cell, "", "")
        if amount is None or amount <= 0:
            raise Slow
        if isinstance(cell, str):
            if len(self) >= MOST_KEPT:
                self.clear()
            self[cell] = amount
        return amount

    def _plain(self, cell: str) -> Decimal | None:
        """An amount of digits and the decimal sign alone, as most are; None: look closer."""
        whole, sign, part = cell.partition(self.money.decimal or ".")
        if (
            cell.isascii()
            and whole.isdigit()
            and len(whole) <= MOST_DIGITS
            and (part.isdigit() if sign else True)
            and len(part) <= self.money.digits
            and (self.money.decimal or not sign)
        ):
            return Decimal(f"{whole}.{part}" if sign else whole)
        return None


class MoneyIn:
    """Amounts in one currency, checked against its decimals."""

    __slots__ = ("currency", "decimal", "digits", "positive", "style")

    def __init__(
        self, currency: str, style: Callable[[Cell], Amount | None], decimal: str = ""
    ) -> None:
        """`decimal` is the sign that the style takes for that; "" if it knows none."""
        self.currency, self.style, self.decimal = currency, style, decimal
        self.digits = exponent(currency) if currency else 6
        self.positive = Cents(currency, self)

    def read(self, cell: Cell, field: str, heading: str) -> Decimal | None:
        """The amount, below zero where a minus, parentheses or a credit mark say so; None for none.
        Raises ReadingError with the column's heading."""
        try:
            found = self.style(unescaped(cell) if isinstance(cell, str) else cell)
        except ValueError as error:
            said = str(error)
            if self.decimal == "," and said.endswith(_POINT):
                said = said.removesuffix(_POINT) + _COMMA
            raise ReadingError("bad_amount", field, f"{heading}: {said}") from None
        if found is None:
            return None
        self.of_this(found, field, heading)
        value = found.value
        if value < 0 and found.side:
            raise ReadingError(
                "bad_amount",
                field,
                f"{heading} {printable(cell)} has a minus and a mark for debit or credit; write one"
                " of them",
            )
        self._checked(value, field, heading)
        return -value if found.side == "cr" else value

    def of_this(self, found: Amount, field: str, heading: str) -> None:
        """Raises ReadingError for an amount that names another currency, or has a sign that cannot
        stand for this one."""
        if found.currency and found.currency != self.currency:
            others = f"the row in {self.currency}" if self.currency else "others name no currency"
            raise ReadingError(
                "other_currency",
                field,
                f"{heading} is in {found.currency}, and {others}; add a column of currencies",
            )
        if found.sign and self.currency and not may_stand(found.sign, self.currency):
            raise ReadingError(
                "other_currency",
                field,
                f"{heading} has the sign {printable(found.sign)}, which is none of {self.currency};"
                " write the three-letter code of its currency in place of the sign, or correct the"
                " currency of the row",
            )

    def _checked(self, value: Decimal, field: str, heading: str) -> None:
        places = -int(value.as_tuple().exponent)
        if places > self.digits and -int(value.normalize().as_tuple().exponent) > self.digits:
            raise ReadingError(
                "bad_amount",
                field,
                f"{heading} {value:f} has more decimals than {self.currency or 'any currency'} has"
                f" ({self.digits})",
            )
        if value.adjusted() >= MOST_DIGITS:
            raise ReadingError(
                "bad_amount",
                field,
                f"{heading} {value:f} is larger than any amount that is taken ({MOST_DIGITS}"
                " digits)",
            )


class Moneys(dict[str, MoneyIn]):
    """Amounts by currency, each reader made when its currency is first met."""

    __slots__ = ("decimal", "style")

    def __init__(self, style: Callable[[Cell], Amount | None], decimal: str = "") -> None:
        super().__init__()
        self.style, self.decimal = style, decimal

    def __missing__(self, currency: str) -> MoneyIn:
        found = self[currency] = MoneyIn(currency, self.style, self.decimal)
        return found
