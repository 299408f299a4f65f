"""A mapping file: what a person answered about one layout, once, so that no file asks again.
How it is read and validated stands here too; what the answers do is `recognise`'s and `values`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day_first", "month_first", "year_first"


@dataclass(frozen=True, slots=True)
class MappingFile:
    """The answers for one layout. Whatever is None or empty is still worked out from the file."""

    layout: str = ""
    """The layout's name or fingerprint, as the report gives it; "" fits every file (offline)."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading by field (number: Beleg-Nr.)."""
    ignore: tuple[str, ...] = ()
    """Headings to pass over."""
    dates: str | None = None
    """day_first, month_first or year_first."""
    decimal: str | None = None
    """The decimal sign: "," or "."."""
    currency: str | None = None
    holds: str | None = None
    """documents, statement or payments."""
    as_of: date | None = None
    missing: str | None = None
    """keep or settled."""
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
