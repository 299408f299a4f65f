"""Which currencies the amounts of a table name, by code or by sign, over its first rows.
What an amount is worth is `amounts`'; which currency a file is in is `recognise`'s.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from .amounts import NumberStyle
from .cells import Cell, text_of
from .currencies import currencies_of, may_stand

LOOKED_AT = 5_000
_DIGITS = "0123456789.,-"
_COMMON = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "SEK", "NOK", "DKK", "JPY", "CNY")
"""Which of the many currencies of a sign are asked for first."""


@dataclass(frozen=True, slots=True)
class Money:
    """What amounts say beside their digits."""

    codes: tuple[str, ...] = ()
    """ISO 4217, the commonest first."""
    sign: str = ""
    """A sign that several currencies have: the commonest."""
    signs: tuple[str, ...] = ()
    """All such signs, the commonest first."""
    mostly: bool = False
    """Whether half of the amounts above zero or more have the sign."""

    @property
    def meant(self) -> list[str]:
        """The currencies that the sign may mean, the commoner first."""
        several = currencies_of(self.sign) if self.sign else frozenset()
        known = [code for code in _COMMON if code in several]
        return [*known, *sorted(several - set(known))]

    def may_be(self, code: str) -> bool:
        """Whether every sign may stand for a currency."""
        return all(may_stand(sign, code) for sign in self.signs)


def money_in(cells: Iterable[Cell], numbers: NumberStyle) -> Money:
    """What the first amounts say of their currency; cells that are no amounts say nothing."""
    codes: Counter[str] = Counter()
    signs: Counter[str] = Counter()
    others = 0
    for cell in islice(cells, LOOKED_AT):
        if not isinstance(cell, str) or not cell.strip(_DIGITS):
            others += bool(text_of(cell).strip("0.,- "))
            continue
        try:
            found = numbers.read(cell)
        except ValueError:
            continue
        if found is not None and found.currency:
            codes[found.currency] += 1
        elif found is not None and found.sign:
            signs[found.sign] += 1
        elif found is not None:
            others += bool(found.value)
    common = tuple(code for code, _ in codes.most_common())
    if not signs:
        return Money(common)
    by_sign = signs.most_common()
    sign, count = by_sign[0]
    mostly = 2 * count >= signs.total() + codes.total() + others
    return Money(common, sign, tuple(one for one, _ in by_sign), mostly)
