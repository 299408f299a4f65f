"""A list of bad rows of several files that comes back mended: the rows of each file below headings
of their own, read as a table of that file. Lists of one file are `table`'s own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from dunning.adapters.formats.archive import COLUMNS, named
from dunning.domain.fields import ReadingError
from dunning.domain.intake.cells import Cell, text_of
from dunning.domain.intake.formulas import unescaped
from dunning.domain.intake.plain import MENDED, READ_AS, WITHIN
from dunning.domain.intake.table import NumberedRow, Table
from dunning.domain.intake.understood import Understood
from dunning.service.ports import FileRows, Row

MOST_HELD = 50_000
"""Rows that are put together by their file, wherever they stand; of more, so many at a time."""
WHOLE = (
    "this is why the file was not taken: answer its question or mend it, and upload the file itself"
    " again"
)

Reader = Callable[[Table, str], FileRows]
Cells = tuple[str, ...]


def is_list(cells: Cells) -> bool:
    """Whether a first row is the headings of such a list."""
    names = [cell.lower() for cell in cells if cell]
    return len(names) > 1 and names[0] == WITHIN and names[-1] in (*MENDED, *READ_AS)


def read(table: Table, reader: Reader) -> FileRows:
    """The rows of such a list. `reader` reads those of one file."""
    reading = _Reading(table, reader)
    return FileRows(COLUMNS, reading.rows(), understood=reading.understood)


@dataclass(slots=True)
class _Reading:
    """A list while it is read."""

    table: Table
    reader: Reader
    understood: Understood = field(init=False)
    header: NumberedRow = (0, ())
    whole: bool = False
    """Whether the rows below the header are of files that were refused as a whole."""
    held: dict[tuple[Cells, str], list[NumberedRow]] = field(default_factory=dict)
    """Rows by headings and file, the headings' own row first."""
    count: int = 0

    def __post_init__(self) -> None:
        table = self.table
        self.understood = Understood(
            format=table.format, encoding=table.encoding, delimiter=table.delimiter,
            layout_title="bad rows of several files, mended", partial=True,
        )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        for number, cells in self.table.rows():
            if cells is None:
                error = ReadingError("bad_row", "", self.table.why(number))
                yield Row(number, (("", self.table.line(number)),), error=error)
                continue
            texts = tuple(unescaped(text_of(cell)).strip() for cell in cells)
            if is_list(texts):
                self.header = (number, cells)
                self.whole = sum(map(bool, texts)) == len((WITHIN, "reason"))
            elif self.whole and any(texts):
                error = ReadingError("upload_the_file", "", WHOLE)
                yield Row(number, ((texts[0],),), error=error, file=texts[0])
            elif any(texts):
                self._hold(number, texts[0], cells)
            if self.count >= MOST_HELD:
                yield from self._files()
        yield from self._files()

    def _hold(self, number: int, name: str, cells: Sequence[Cell]) -> None:
        place, header = self.header
        own = (header or ())[1:]
        key = tuple(map(text_of, own)), name
        self.held.setdefault(key, [(place, own)]).append((number, cells[1:]))
        self.count += 1

    def _files(self) -> Iterator[Row]:
        """The rows of each file, read as a table of it."""
        for (_, name), rows in self.held.items():
            found = self.reader(replace(self.table, rows=partial(iter, rows)), name)
            own = found.understood
            own.shown, own.partial = found.columns, True
            self.understood.members[name] = own
            for row in found.rows:
                yield named(name, row, dated=found.dated)
            self.understood.skipped.update(own.skipped)
            self.understood.assumed += [f"{name}: {text}" for text in own.assumed]
            self.understood.questions += [
                one for one in own.questions if one not in self.understood.questions
            ]
        self.held, self.count = {}, 0
