"""The plain CSV's columns: those of the ledger bodies. Which type of body a header row is of.
Rows of invoices are read as a layout; rows of other types are the adapter's `plain_csv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dunning.domain.fields import ReadingError, names
from dunning.domain.reading import COMMON, FIELDS

NESTED = names("items allocations consents")
EXTRA = {
    "invoice": names("due amount disputed"),
    "payment": names("invoice item payer"),
}
"""Columns that stand for what is nested in the body; a payment's payer (in a bank's words) is for
whoever mends its row."""
NEEDED = {
    "customer": names("customer"),
    "invoice": names("number customer currency amount"),
    "payment": names("id customer currency amount"),
    "credit_note": names("number customer currency amount"),
    "write_off": names("id invoice amount"),
    "refund": names("id payment amount"),
    "chargeback": names("id payment"),
    "reversal": names("id of"),
    "dispute": names("id invoice"),
    "resolve": names("id dispute"),
    "hold": names("id customer kind"),
    "release": names("id hold"),
    "promise": names("id customer date amount"),
    "consent": names("id customer channel"),
    "opt_out": names("id customer channel"),
    "wrong_person": names("id customer channel address"),
    "feedback": names("id customer channel address outcome"),
}
KNOWN = {kind: (FIELDS[kind] - NESTED) | COMMON | EXTRA.get(kind, frozenset()) for kind in NEEDED}
ANY_COLUMN = frozenset().union(*KNOWN.values())
MENDED = ("reason", "import_reason")
"""What our own list of bad rows calls its reasons, behind the file's columns."""
READ_AS = ("read_as", "import_read_as")
"""And behind those, how the file was read."""
WITHIN = "import_file"
"""Before them, where the list is of several files: which of them a row is of."""
ROW_ONLY = names("on value_date type")
"""Columns of invoice rows that a document has no place for: such rows are read as bodies."""


@dataclass(frozen=True, slots=True)
class PlainHeader:
    """A plain file's columns in their order ("" is one that is passed over)."""

    columns: tuple[str, ...]
    kind: str
    """The type of its rows; "" where the column `type` says it row by row."""

    @property
    def is_documents(self) -> bool:
        """Whether its rows are invoices that say no more than a document does."""
        return self.kind == "invoice" and not ROW_ONLY & set(self.columns)


def plain_header(cells: Sequence[str]) -> PlainHeader | None:
    """What a header row says, if it is a plain file's; None if it is another's.

    Raises ReadingError where it is one and leaves its type open, or names a column twice.
    """
    columns = tuple(cell.strip().lower() for cell in cells)
    kept = list(columns)
    while kept and (not kept[-1] or (kept[-1] in MENDED and "reason" in kept[:-1])):
        kept.pop()
    given = [column for column in kept if column]
    if not given or not all(column in ANY_COLUMN or column in MENDED for column in given):
        return None
    if "type" in given:
        if all(cell.strip()[:1].isupper() for cell in cells if cell.strip()):
            return None  # an export's headings; those of ledger bodies are in lower case
        _once(given)
        return PlainHeader(_padded(kept, columns, ANY_COLUMN), "")
    for passed_over in (frozenset[str](), frozenset(MENDED)):
        own = set(given) - passed_over
        kinds = [kind for kind in NEEDED if NEEDED[kind] <= own <= KNOWN[kind]]
        if len(kinds) > 1:
            raise ReadingError(
                "no_type",
                "type",
                f"the columns fit {' and '.join(kinds)}; add a column type that says which",
            )
        if kinds:
            _once(given)
            return PlainHeader(_padded(kept, columns, KNOWN[kinds[0]]), kinds[0])
    return None


def _once(given: Sequence[str]) -> None:
    for column in given:
        if given.count(column) > 1:
            raise ReadingError(
                "bad_header", column[:40], f"the column {column[:40]!r} is there twice"
            )


def _padded(kept: list[str], columns: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    shown = [column if column in known else "" for column in kept]
    return (*shown, *("" for _ in columns[len(kept) :]))
