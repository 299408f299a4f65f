"""Debit and credit marks: words of a column that says on which side an amount stands, and what the
mark does to an amount that has a sign of its own.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from .headings import normal

DEBIT: Final = "debit"
"""The customer owes it."""
CREDIT: Final = "credit"
"""It is the customer's: a credit note, or a payment."""

_WORDS: Final = {
    DEBIT: (
        "d | dr | dt | debit | debits | dbit | s | soll | sollbuchung | débit | débiteur | debe"
        " | debito | débito | deudor | dare | debet"
    ),
    CREDIT: (
        "c | cr | ct | credit | credits | crdt | h | haben | habenbuchung | kredit | crédit"
        " | créditeur | haber | crédito | credito | acreedor | abono | a | avere | k"
    ),
}
_SIGNS: Final = {"+": DEBIT, "-": CREDIT, "−": CREDIT, "–": CREDIT}
_BANK: Final = {"af": DEBIT, "bij": CREDIT}
"""A bank's words for its own account: what comes in is the customer's credit there alone."""
_CARGO: Final = normal("cargo")
"""Heads columns in which C may stand for either."""


@cache
def _by_word() -> dict[str, str]:
    return {normal(word): side for side, words in _WORDS.items() for word in words.split("|")}


def side_of(cell: str, heading: str = "", *, payments: bool = False) -> str:
    """DEBIT, CREDIT, or "" for a word that says neither."""
    text = cell.strip()
    if found := _SIGNS.get(text):
        return found
    key = normal(text)
    if _CARGO in normal(heading):
        if key in ("c", "a"):
            return ""
        if key == _CARGO:
            return DEBIT
    if payments and key in _BANK:
        return _BANK[key]
    return _by_word().get(key, "")


def tells_none(words: Iterable[str]) -> bool:
    """Whether no word of a column is a side: it is a column of something else."""
    return not any(map(side_of, words))


def is_signed(sides: Sequence[str], amounts: Sequence[Decimal]) -> bool:
    """Whether the amounts of a list have the sign that their marks say again: those on the side of
    credit stand below zero, and none above."""
    credits = [a for side, a in zip(sides, amounts, strict=True) if side == CREDIT and a]
    return bool(credits) and all(amount < 0 for amount in credits)
