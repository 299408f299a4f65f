"""Amounts under the code that is theirs: a column in local currency beside codes of documents, and
headings that name a currency of their own. Which currency a file is in is `file_currency`'s.
"""

from typing import Final

from .amount_columns import PLAIN_RANKS
from .columns import Columns, Sample
from .headings import currency_in, meaning_of, normal
from .mapping import MappingFile, answer_for
from .understood import Question

_LOCAL: Final = frozenset(
    normal(word)
    for word in (
        "local currency", "base currency", "home currency", "company currency", "local curr",
        "company code currency", "functional currency", "Hauswährung", "Hauswaehrung",
        "lokale Währung", "devise locale", "devise société", "moneda local", "divisa local",
        "divisa locale", "valuta locale", "lokale valuta", "local currency code", "LCurr",
    )
)  # fmt: skip
"""Columns that name the currency of amounts in the company's own."""
_MONEY: Final = ("total", "open", "paid", "debit", "credit", "net", "line")


def currencies_asked(columns: Columns, sample: Sample, mapping: MappingFile) -> list[Question]:
    """Put right which column names the amounts' currency, and ask what only a person can say."""
    found = (_about_local(columns, sample, mapping), _about_headings(columns))
    return [one for one in found if one is not None]


def _about_local(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Amounts in the company's currency beside a column of currencies, which may be those of the
    documents: 90 EUR are not 90 USD."""
    at = columns.at
    if not {"total", "currency"} <= at.keys() or {"total", "currency"} & mapping.columns.keys():
        return None
    amount, codes = columns.headings[at["total"]], columns.headings[at["currency"]]
    meaning = meaning_of(amount)
    if meaning is None or meaning.field != "total" or meaning.rank <= PLAIN_RANKS:
        return None
    if normal(codes) in _LOCAL or not any(sample(at["currency"])):
        return None
    for place, heading in enumerate(columns.headings):
        if normal(heading) in _LOCAL and any(sample(place)) and heading not in mapping.ignore:
            at["currency"] = place
            columns.assumed.append(
                f"amounts are those in {amount!r}, in the currency that {heading!r} names;"
                f" {codes!r} was not read"
            )
            return None
    return Question(
        "columns",
        f"Is {codes!r} the currency of the amounts in {amount!r}? They are in the currency of your"
        " own country, and that column may name the documents' currencies.",
        (
            (answer_for("currency", codes), "the amounts are in the currency that it names"),
            (f"ignore: [{codes}]", "the amounts are in one currency; write also `currency: EUR`"),
        ),
    )


def _about_headings(columns: Columns) -> Question | None:
    """Columns of amounts whose headings name several currencies."""
    taken = [columns.headings[columns.at[name]] for name in _MONEY if name in columns.at]
    named = {heading: code for heading in taken if (code := currency_in(heading))}
    if len(set(named.values())) < 2:
        return None
    return Question(
        "columns",
        "Which of these columns has the amounts to take? Their headings name several currencies: "
        + ", ".join(repr(heading) for heading in named)
        + ".",
        tuple((f"ignore: [{other}]", f"{other} is passed over") for other in reversed(named)),
    )
