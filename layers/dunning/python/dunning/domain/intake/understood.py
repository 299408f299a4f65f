"""What was understood of a file, for its report: filled while the file is read.
Only what was found, assumed, passed over or is asked; nothing decides by it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

NO_ROWS = "the file has headings and no rows; nothing was taken"
"""Said (code `no_rows`) of a table that ends with its headings: often the wrong export."""
BODIES, DOCUMENTS, STATEMENT = "bodies", "documents", "statement"
PAYMENTS = "payments"
KEEP, SETTLED = "keep", "settled"


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can say. The answer is a line of a mapping file."""

    code: str
    text: str
    """The question as a sentence, with what was seen."""
    answers: tuple[tuple[str, str], ...] = ()
    """(line of the mapping file, what it would mean), the likelier first."""
    example: str = ""


@dataclass(slots=True)
class Understood:
    """One file as it was read. Complete only when its last row has been taken."""

    format: str = ""
    """csv, xlsx, json, jsonl, ubl, cii, zugferd1, camt.053 …"""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    layout: str = ""
    """A known layout's name, or columns-{8 hexadecimal characters} of an unknown one's headings."""
    layout_title: str = ""
    """The layout in words: "Xero, sales invoices export"."""
    header_row: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    """Heading by the field it was taken for."""
    unused: tuple[str, ...] = ()
    """Headings that were passed over."""
    dates: str = ""
    """How days are written, in words: day.month.year."""
    numbers: str = ""
    """How amounts are written, by example: 1.234,56."""
    currency: str = ""
    currency_from: str = ""
    """Where the currency comes from: a column, a sign in the amounts, the mapping, the creditor."""
    holds: str = DOCUMENTS
    """bodies, documents, statement or payments."""
    as_of: date | None = None
    """Of a statement: the day that it speaks of."""
    as_of_from: str = ""
    missing: str = KEEP
    """Of a statement: what becomes of invoices that are open here and not in it."""
    mapping: str = ""
    """The mapping file that was used."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Rows passed over, by why: title, blank, group, subtotal, total, heading, draft, paid."""
    assumed: list[str] = field(default_factory=list)
    """Sentences: what was taken for granted, so that a person may object."""
    questions: list[Question] = field(default_factory=list)
    answered: tuple[str, ...] = ()
    """What the mapping file that was used says, as its lines without the layout: a mapping file
    that answers more of the file says them again."""
    partial: bool = False
    """Mended rows that came back: no statement of what is open, whatever their file was."""
    read_as: str = ""
    """How it was read, for the list of its bad rows: layout=xero; dates=day_first."""
    shown: tuple[str, ...] = ()
    """Headings of its own that the list of its bad rows has. Of an archive: those of its members
    that are not named in `members`."""
    members: "dict[str, Understood]" = field(default_factory=dict)
    """Of an archive: its tables and statements by their name (`Row.file`)."""

    def is_without_rows(self, rows: int) -> bool:
        """Whether a table of so many rows ended with its headings. Rows that were passed over are
        rows, but for blank ones, and titles above the headings."""
        passed_over = self.skipped.keys() - {"blank", "title"}
        return not rows and bool(self.header_row) and not passed_over

    def of(self, file: str) -> "Understood":
        """What was understood of the member that a row stands in; of the whole where nothing of
        its own is known."""
        return self.members.get(file, self)
