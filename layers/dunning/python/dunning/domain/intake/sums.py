"""Whether a row without a number adds up the rows above it: told by its amounts, not its looks.
Reads the table a second time as far as asked, so that files without such rows pay nothing.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .cells import Cell, text_of
from .formulas import unescaped
from .recognise import MONEY, Recognised
from .words import is_total

_NEAR: Final = Decimal("0.005")
"""Sums that a spreadsheet has worked out in binary are off by less."""
_ALL, _SINCE, _SUMS = ("all", ""), ("since", ""), ("sums", "")


class Sums:
    """What the rows with a number add up to, column by column: all of them, those since the last
    sum, those of one account, those of one currency, and the sums themselves."""

    def __init__(self, found: Recognised) -> None:
        at = found.columns.at
        self.read = found.numbers.read
        self.columns = [at[name] for name in MONEY if name in at and name != "unit_price"]
        self.number = at.get("number", -1)
        self.owners = [(name, at[name]) for name in ("customer", "name", "currency") if name in at]
        self.plain = {*self.columns, *(place for _, place in self.owners)}
        self.rows = iter(found.table.rows())
        for number, _ in self.rows:
            if number >= found.header.number:
                break
        self.summed: dict[tuple[tuple[str, str], int], Decimal] = {}

    def has(self, number: int, cells: Sequence[Cell]) -> bool:
        """Whether the row of that number is a sum: an amount of it is what the rows above it add up
        to, and it says nothing in words but whose and in what currency. Rows are asked about in
        their order."""
        for other, above in self.rows:
            if other >= number:
                break
            if above is not None:
                self._add(above)
        if any(
            place not in self.plain and any(map(str.isalpha, text_of(cell)))
            for place, cell in enumerate(cells)
        ):
            return False
        scopes = (_ALL, _SINCE, _SUMS, *self._scopes(cells))
        found = any(
            abs(amount - self.summed[scope, place]) < _NEAR
            for place in self.columns
            if (amount := self._amount(cells, place)) is not None
            for scope in scopes
            if (scope, place) in self.summed
        )
        if found:
            self._begin()
            self._count(cells, (_SUMS,))
        return found

    def _add(self, cells: Sequence[Cell]) -> None:
        if not self._text(cells, self.number):
            return
        first = next((text for cell in cells if (text := text_of(cell).strip())), "")
        if is_total(first) and first == self._text(cells, self.number):
            self._begin()
            return
        self._count(cells, (_ALL, _SINCE, *self._scopes(cells)))

    def _count(self, cells: Sequence[Cell], scopes: Sequence[tuple[str, str]]) -> None:
        for place in self.columns:
            amount = self._amount(cells, place)
            if amount is None:
                continue
            for scope in scopes:
                before = self.summed.get((scope, place), Decimal())
                self.summed[scope, place] = before + amount

    def _begin(self) -> None:
        """What stands from here on is behind a sum."""
        for place in self.columns:
            self.summed.pop((_SINCE, place), None)

    def _scopes(self, cells: Sequence[Cell]) -> list[tuple[str, str]]:
        return [(name, text) for name, place in self.owners if (text := self._text(cells, place))]

    def _text(self, cells: Sequence[Cell], place: int) -> str:
        return unescaped(text_of(cells[place])).strip() if 0 <= place < len(cells) else ""

    def _amount(self, cells: Sequence[Cell], place: int) -> Decimal | None:
        try:
            found = self.read(cells[place]) if place < len(cells) else None
        except ValueError:
            return None
        return found.value if found else None
