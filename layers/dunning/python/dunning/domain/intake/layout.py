"""What is known of an export that has a name: its columns, how it is told from others, its habits.
The exports themselves are data in `layouts*`; finding the one that a file has is `recognise`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from .document import INVOICE, WHOLE
from .headings import normal
from .plain import MENDED, READ_AS

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One export. Headings are written as the system writes them, `|` between several columns and
    `/` between words of which a file has one."""

    name: str
    title: str
    """In words: "Xero, invoices export"."""
    signature: tuple[str, ...]
    """Columns that a file of this layout has; one of several sets."""
    without: str = ""
    """Columns that a file of this layout never has."""
    closed: bool = False
    """A file of this layout has no other columns than these."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Headings by field; the first one found is taken, and a column not named here for nothing."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Columns of amounts, each with the columns that name its currency: the first pair of which
    both are there is taken, else the first amount alone."""
    refused: str = ""
    """Why a file of this layout is not taken, with what to send in its place."""
    holds: str = ""
    """documents, statement or payments; "" where the columns tell."""
    part: str = WHOLE
    """What one row holds of its document."""
    type: str = INVOICE
    """What a row is that does not say it."""
    carried: bool = False
    """What is the document's stands on its first row alone."""
    groups: bool = False
    """The customer stands on a row of its own above the rows that are theirs."""
    signed: bool = False
    """Credit notes and payments stand below zero: above zero they take something back."""
    open_items: bool = False
    """The amount of a row that is not settled is what is open of it."""
    payments_numbered: bool = True
    """The number of a payment is its own; else it is a reference, which others may have too."""
    types: Mapping[str, str] = field(default_factory=dict)
    """What words of the type column mean here, where it is not what they mean elsewhere."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    """The order of day and month in this export, where the days of a file do not tell."""
    not_in: tuple[str, ...] = ()
    """Currencies of countries that write days in another order: there `dates` tells nothing."""
    currency: str = ""
    """The currency that such files are mostly in: the first answer of the question for it."""
    said: tuple[str, ...] = ()
    """What is taken for granted of such files, for the report."""

    @cached_property
    def sets(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """The signature's sets, each as columns of which a file has one of the words."""
        return tuple(columns_of(one) for one in self.signature)

    @cached_property
    def own(self) -> frozenset[str]:
        """The columns that are named, and those of our own lists of bad rows."""
        named = {word for words in self.fields.values() for word in words}
        return frozenset(named | {normal(word) for word in (*MENDED, *READ_AS)})

    @cached_property
    def never(self) -> frozenset[str]:
        return frozenset(word for words in columns_of(self.without) for word in words)

    @cached_property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """Comparable headings by field, in the order in which they are looked for."""
        return {name: _words(words) for name, words in self.columns.items()}

    @cached_property
    def paired(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Comparable headings of amounts and of their currencies."""
        return tuple((_words(amount), _words(currency)) for amount, currency in self.pairs)

    @cached_property
    def by_type(self) -> dict[str, str]:
        return {normal(word): meaning for word, meaning in self.types.items()}

    @cached_property
    def by_status(self) -> dict[str, str]:
        return {normal(word): meaning for word, meaning in self.statuses.items()}

    def match(self, headings: Iterable[str]) -> int:
        """How many columns speak for this layout; 0 if it is another."""
        there = frozenset(headings)
        if there & self.never or (self.closed and not there <= self.own):
            return 0
        return max(
            (len(one) for one in self.sets if all(words & there for words in one)), default=0
        )


def columns_of(text: str) -> tuple[frozenset[str], ...]:
    """Columns with their words: `Account or Customer | Document Number`."""
    return tuple(
        frozenset(normal(word) for word in column.split(" or "))
        for column in text.split("|")
        if column.strip()
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(normal(word) for word in text.replace(" or ", "|").split("|"))
