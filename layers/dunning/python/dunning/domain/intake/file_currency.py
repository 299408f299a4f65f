"""Which currency a file is in: by column, amounts, heading, title or mapping; else a question.
Which currency an amount itself names is `amounts`'.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .currencies import code_of, currencies_of
from .money_words import Money
from .understood import Question

MOST_ANSWERS = 5


class Named(NamedTuple):
    """The currency of rows that name none themselves, with where it comes from."""

    currency: str
    """What stands where a row names none; "" if nothing does."""
    shown: str = ""
    """What the report says."""
    source: str = ""


def about_signs(words: Sequence[str], heading: str, answer: str | None) -> Question | None:
    """The question for a column of currencies that holds a sign which several have."""
    for word in words:
        several = frozenset[str]() if code_of(word) else currencies_of(word)
        if len(several) > 1 and answer not in several:
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


def named(answer: str | None, in_heading: str, money: Money, in_titles: str) -> Named:
    """The currency of a file without a column of currencies, by the plainest that says it."""
    if answer:
        return Named(answer, answer, "the mapping file")
    if in_heading:
        return Named(in_heading, in_heading, "the heading of the amounts")
    if len(money.codes) == 1:
        return Named(money.codes[0], money.codes[0], "the amounts")
    if money.codes:
        return Named("", ", ".join(money.codes), "the amounts")
    return Named(in_titles, in_titles, "the rows above the header" if in_titles else "")


def about_currency(money: Money, usual: str) -> Question:
    """The question for a file that does not say its currency."""
    likely = filter(None, dict.fromkeys([*money.meant, usual, "EUR", "USD", "GBP"]))
    seen = f"The amounts say only {money.sign!r}." if money.sign else "The file says none."
    return Question(
        "currency",
        f"Which currency are the amounts in? {seen}",
        tuple(
            (f"currency: {code}", f"the amounts are in {code}")
            for code in list(likely)[:MOST_ANSWERS]
        ),
    )
