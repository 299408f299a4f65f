"""Words for types and states that are not known: asked about where no layout says what they mean,
and answered by `types` and `statuses` of a mapping file.
"""

from collections.abc import Mapping
from typing import Final

from .columns import Columns, Sample
from .headings import normal
from .mapping import MappingFile, words_line
from .understood import Question
from .words import status_of, type_of

_MOST: Final = 12
"""Words that are asked about one by one: a column of more is none of types."""


def words_asked(
    columns: Columns, sample: Sample, mapping: MappingFile, *, payments: bool
) -> list[Question]:
    """What only a person can say of the words in the columns for types and states."""
    found = (
        _about_types(columns, sample, mapping, payments),
        _about_states(columns, sample, mapping),
    )
    return [one for one in found if one is not None]


def _about_types(
    columns: Columns, sample: Sample, mapping: MappingFile, payments: bool
) -> Question | None:
    if "type" not in columns.at:
        return None
    heading = columns.headings[columns.at["type"]]
    words = list(dict.fromkeys(text for text in sample(columns.at["type"]) if text))
    told = {normal(word) for word in mapping.types}
    unknown = [word for word in words if normal(word) not in told and not type_of(word)]
    if not unknown:
        return None
    every = (
        "every row is a payment" if payments else "rows above zero are invoices, below credit notes"
    )
    passed_over = (f"ignore: [{heading}]", f"it does not say what a row is: {every}")
    usual = "payment" if payments else "invoice"
    one_by_one = (
        words_line("types", {**mapping.types, **dict.fromkeys(unknown, usual)}),
        "change each to what it is: invoice, credit_note, payment, by_sign or skip",
    )
    if len(unknown) > _MOST:
        answers: tuple[tuple[str, str], ...] = (passed_over,)
    elif len(unknown) == len(words):
        answers = (passed_over, one_by_one)
    else:
        answers = (one_by_one, passed_over)
    return Question("types", _text("types", heading, unknown), answers)


def _about_states(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    at = columns.at
    if "status" not in at or {"open", "paid"} & at.keys():
        return None
    heading = columns.headings[at["status"]]
    words = list(dict.fromkeys(text for text in sample(at["status"]) if text))
    told = {normal(word) for word in mapping.statuses}
    unknown = [word for word in words if normal(word) not in told and not status_of(word)]
    if not unknown:
        return None
    passed_over = (f"ignore: [{heading}]", "every row is open in full")
    one_by_one = (
        words_line("statuses", {**mapping.statuses, **dict.fromkeys(unknown, "open")}),
        "change each to what it is: open, paid or skip",
    )
    many = len(unknown) > _MOST
    return Question(
        "statuses",
        _text("states", heading, unknown),
        (passed_over,) if many else (one_by_one, passed_over),
    )


def _text(what: str, heading: str, unknown: list[str]) -> str:
    shown = ", ".join(repr(word) for word in unknown[:_MOST])
    more = f" and {len(unknown) - _MOST} more" if len(unknown) > _MOST else ""
    return f"What do these {what} in the column {heading!r} mean: {shown}{more}?"


def by_word(words: Mapping[str, str]) -> dict[str, str]:
    """A mapping file's words as they are compared."""
    return {normal(word): meaning for word, meaning in words.items()}
