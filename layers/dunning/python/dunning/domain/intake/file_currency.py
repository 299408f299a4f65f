"""Which currency a file is in: by column, amounts, heading, title, mapping or settings; else a
question. Which currency an amount itself names is `amounts`'.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.money import exponent

from . import amounts
from .amounts import NumberStyle
from .cells import Ambiguous
from .currencies import code_of, currencies_of, may_stand
from .mapping import as_line
from .money_words import Money
from .understood import Question

MOST_ANSWERS = 5
MOST_SHOWN = 5
_DIGITS_OF_MOST = 2
"""Decimals of nearly every currency."""


class Said(NamedTuple):
    """All that says a file's currency, but for its column of currencies and its amounts."""

    answer: str
    """The mapping file's."""
    heading: str
    """That of the heading of the amounts."""
    titles: str
    usual: str
    """The creditor's own, for files that name none."""
    likely: str
    """That of most files of the layout: only ever asked for."""


class Named(NamedTuple):
    """The currency of rows that name none themselves, with where it comes from."""

    currency: str
    """What stands where a row names none; "" if nothing does."""
    shown: str = ""
    """What the report says."""
    source: str = ""
    question: Question | None = None
    own: bool = False
    """Amounts name their currencies themselves."""


def about_signs(words: Sequence[str], heading: str, wanted: str) -> Question | None:
    """The question for a column of currencies that holds a sign which several have, none of them
    the wanted one."""
    for word in words:
        if is_sign(word) and not (wanted and may_stand(word, wanted)):
            return Question(
                "currency",
                f"Which currency is {word!r} (column {heading!r})? Several have that sign.",
                tuple(
                    (f"currency: {code}", f"{word} is {code}")
                    for code in Money(sign=word).meant[:MOST_ANSWERS]
                ),
                word,
            )
    return None


def is_sign(word: str) -> bool:
    """Whether a word is a sign that several currencies have."""
    return not code_of(word) and len(currencies_of(word)) > 1


def named(said: Said, money: Money) -> Named:
    """The currency of a file without a column of currencies, by the plainest that says it. What
    most amounts' own sign cannot stand for is asked, whatever says it."""
    found = _plainest(said, money)
    if money.mostly and found.currency and not may_stand(money.sign, found.currency):
        return Named("", money.sign, "the amounts", about_currency(money, said.likely))
    if not found.currency and (money.signs or not money.codes):
        return found._replace(question=about_currency(money, said.likely))
    return found


def _plainest(said: Said, money: Money) -> Named:
    codes = money.codes
    if said.answer:
        return Named(said.answer, said.answer, "the mapping file", own=bool(codes and money.signs))
    if said.heading:
        return Named(said.heading, said.heading, "the heading of the amounts")
    if len(codes) == 1 and money.may_be(codes[0]):
        return Named(codes[0], codes[0], "the amounts")
    if codes:
        shown = ", ".join((*codes, *money.signs)[:MOST_SHOWN])
        return Named(said.titles or said.usual, shown, "the amounts", own=True)
    if said.titles:
        return Named(said.titles, said.titles, "the rows above the header")
    return Named(said.usual, said.usual, "the creditor's settings (currency)" * bool(said.usual))


def about_currency(money: Money, usual: str) -> Question:
    """The question for a file that does not say its currency."""
    others = (code for code in (usual, "EUR", "USD", "GBP") if code and money.may_be(code))
    likely = dict.fromkeys([*money.meant, *others])
    seen = f"The amounts say only {money.sign!r}." if money.sign else "The file says none."
    if money.codes:
        seen = f"Some amounts have {', '.join(money.codes)}, others only {money.sign!r}."
    return Question(
        "currency",
        f"Which currency are the amounts in? {seen}",
        tuple(
            (f"currency: {code}", f"the amounts are in {code}")
            for code in list(likely)[:MOST_ANSWERS]
        ),
    )


def about_decimals(found: Ambiguous, currency: str) -> Question:
    """The question which sign parts decimals. A reading with more decimals than the currency has,
    or than nearly all have where none is known, stands last."""
    digits = exponent(currency) if currency else _DIGITS_OF_MOST
    readings: list[tuple[bool, tuple[str, str]]] = []
    for one in found.readings:
        value, words = _value(found.example, one.answer), one.words
        fits = value is None or _decimals(value) <= digits
        if value is not None and currency and fits:
            words = f"{found.example} is {value:.{digits}f} {currency}"
        elif value is not None and currency:
            words += f", and {currency} has {digits} decimals"
        readings.append((not fits, (as_line(found.key, one.answer), words)))
    readings.sort(key=lambda one: one[0])
    return Question(
        found.key,
        f"{found.text[:1].upper()}{found.text[1:]}.",
        tuple(answer for _, answer in readings),
        found.example,
    )


def _value(example: str, decimal: str) -> Decimal | None:
    style = amounts.style_of([example], decimal)
    try:
        read = style.read(example) if isinstance(style, NumberStyle) else None
    except ValueError:
        return None
    return read.value if read else None


def _decimals(value: Decimal) -> int:
    return -int(value.normalize().as_tuple().exponent)
