"""What a row is and how it stands, by the words in its cells for that: in this file, by a mapping
file's word, a layout's, or the table of words. What the row says beside is `rows`'.
"""

from collections import Counter
from typing import Final

from dunning.domain.fields import ReadingError, printable

from .building import Passed, Values
from .headings import normal
from .mapping import SKIP, words_line
from .recognise import Recognised
from .words import (
    BY_SIGN,
    CANCELS,
    CASH_SALE,
    DISPUTED,
    DRAFT,
    NO_INVOICE,
    OPEN,
    OTHER_LEDGER,
    PAID,
    PARTLY_PAID,
    PAYABLE,
    TAKES_BACK,
    TAKES_OFF,
    VOID,
    status_of,
    type_of,
)
from .words_asked import by_word

_MOST_TOLD: Final = 20
_REFUSED: Final = {
    PAYABLE: (
        "payables",
        "this is a bill that you owe, not what a customer owes you; leave it out",
    ),
    TAKES_BACK: (
        "takes_back",
        (
            "money that went back is neither an invoice nor a payment; send it as a refund, a"
            " chargeback or a reversal of the payment that it takes back"
        ),
    ),
    TAKES_OFF: (
        "takes_off",
        "this takes something off an invoice; send it as a credit note that names the invoice",
    ),
    CANCELS: (
        "takes_back",
        (
            "this takes another entry back; send a credit note for an invoice, a reversal for a"
            " payment, or leave out both entries"
        ),
    ),
}
"""Types that are no documents here: code, and how to mend it."""


class RowWords:
    """The words for types and states of one file."""

    def __init__(self, found: Recognised) -> None:
        self.layout, self.columns = found.layout, found.columns
        self.described = found.header.layout is not None
        """Whether the layout is a known one, whose amounts say what a word does not."""
        self.types, self.states = by_word(found.mapping.types), by_word(found.mapping.statuses)
        self.open: Counter[str] = Counter()
        """Rows by a state that is not known and was taken for open."""

    def state(self, values: Values) -> None:
        """Put what the row's state says into its values. Raises Passed, and ReadingError."""
        word = values.get("status", "")
        status = self._status(word)
        if status in (DRAFT, VOID):
            raise Passed(status)
        if status == SKIP:
            raise Passed("skipped")
        if status == PAID:
            values["paid_in_full"] = True
        elif status == DISPUTED:
            values["disputed"] = True
        told = {"open", "paid"} & self.columns.at.keys() or self.layout.open_items
        if status == PARTLY_PAID and not told:
            raise ReadingError(
                "missing",
                "open",
                f"{self._heading('status')} {printable(word)}: a part is paid, and no column says"
                " what is open; add a column `open`, or write Open or Paid",
            )
        if not status:
            if not (told or self.described):
                raise self._not_known("status", word, "statuses", "open")
            self.open[word] += 1

    def action(self, values: Values, word: str) -> str:
        """What a row of a type is: INVOICE, CREDIT_NOTE, PAYMENT, SETTLING or BY_SIGN. Raises what
        ends it here."""
        key = normal(word)
        action = self.types.get(key) or self.layout.by_type.get(key) or type_of(word)
        if action == SKIP:
            raise Passed("skipped")
        if action in (NO_INVOICE, OTHER_LEDGER, CASH_SALE):
            raise Passed(action)
        if action in _REFUSED:
            code, mend = _REFUSED[action]
            raise ReadingError(code, "type", f"{self._heading('type')} {printable(word)}: {mend}")
        if not action:
            if not self.described:
                raise self._not_known("type", word, "types", "invoice")
            values["unknown_type"] = word
        return action or BY_SIGN

    def sectioned(self, section: str) -> str:
        """What a row without a type is below a title that says it. Raises what ends it here."""
        if section == NO_INVOICE:
            raise Passed(section)
        if section in _REFUSED:
            code, mend = _REFUSED[section]
            raise ReadingError(code, "type", f"by the title above it: {mend}")
        return section

    def told(self, by_sign: Counter[str]) -> list[str]:
        """What was taken for granted of words that are not known, once all rows have gone by."""
        return [
            f"{count} rows of type {printable(word)} were taken by their sign: above zero as an"
            " invoice, below as a credit note"
            for word, count in by_sign.most_common(_MOST_TOLD)
        ] + [
            f"{count} rows of state {printable(word)}, which is not known, were taken for open as"
            " far as their amounts say"
            for word, count in self.open.most_common(_MOST_TOLD)
        ]

    def _status(self, word: str) -> str:
        if not word:
            return OPEN
        key = normal(word)
        return self.states.get(key) or self.layout.by_status.get(key) or status_of(word)

    def _heading(self, name: str) -> str:
        return self.columns.headings[self.columns.at[name]] if name in self.columns.at else name

    def _not_known(self, name: str, word: str, key: str, answer: str) -> ReadingError:
        return ReadingError(
            "unknown_word",
            name,
            f"{self._heading(name)} {printable(word)} is not known; say what it is in a mapping"
            f" file, as `{words_line(key, {word[:60]: answer})}`, or correct the cell",
        )
