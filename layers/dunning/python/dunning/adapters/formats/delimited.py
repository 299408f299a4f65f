"""Delimited text of any dialect as a Table: CSV, TSV, semicolons, bars.
What the columns mean is not known here; cells are text as it stands, blanks included.
"""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain, count, islice

from dunning.adapters.formats.text import (
    LONGEST_LINE,
    LineTooLong,
    Text,
    as_text,
    file_error,
    lines_of,
    looks_like_markup,
)
from dunning.domain.intake.table import (
    CHUNK,
    Block,
    InParts,
    NumberedRow,
    Part,
    Table,
    Unreadable,
    gathered,
)
from dunning.service.ports import FileRows, Source

DELIMITERS = ",;\t|"
LONGEST_CELL = csv.field_size_limit()
LONGEST_RECORD = 1_000_000
_SAMPLE_ROWS, _SAMPLE_CHARACTERS = 200, 1 << 18
_PIECES_WITHOUT_A_ROW = 64
_REASONS_KEPT = 100
_LINE_KEPT = 10_000


class _RecordTooLong(Exception):
    """A row goes on for more lines than any row does: a quote was opened and never closed."""


def table(source: Source, encoding: str | None = None) -> Table | FileRows:
    """The rows of a file of delimited text, or the error that stands for the file.

    The delimiter is the one that parts the most of the first rows alike, quotes understood; a
    first line `sep=;` says it instead, and is then no row. Rows are numbered as records: a cell
    may hold line breaks. An unclosed quote spoils the row it opens in, and no other.
    """
    text = as_text(source, encoding)
    if isinstance(text, FileRows):
        return text
    if text.too_long:
        return file_error(
            "too_long",
            f"line {text.too_long} has more than {LONGEST_LINE:,} characters: either its line"
            " breaks are lost, or it is no table; export it anew",
        )
    first = _first_lines(text)
    if looks_like_markup("".join(first[:2])[:200].encode()):
        return file_error(
            "not_a_table", "the file is XML or HTML, not delimited text; export it as CSV or XLSX"
        )
    said = _said(first[0])
    delimiter = said or _delimiter(first)
    reasons: dict[int, Unreadable] = {}
    begin = 1 if said else 0
    return Table(
        lambda: InParts(_parts(text, delimiter, begin, reasons)),
        "csv",
        text.encoding,
        delimiter,
        reasons=reasons,
    )


def _first_lines(text: Text) -> list[str]:
    found: list[str] = []
    size = 0
    for line in islice(text.lines(), _SAMPLE_ROWS):
        found.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    return found


def _said(line: str) -> str:
    """The delimiter that a spreadsheet's first line says: sep=; ("" if it is no such line)."""
    word = line.rstrip("\r\n").strip('"')
    known = len(word) == 5 and word[:4].lower() == "sep=" and not word[4].isalnum()
    return word[4] if known else ""


def _delimiter(lines: list[str]) -> str:
    """The delimiter that parts the longest run of rows into one number of cells; of several, the
    one with more cells.

    A decimal comma, or a comma in a name, parts the rows and not the header above them; titles
    may have commas too, and the header breaks their run.
    """
    best, score = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        run = last = 0
        for width in _widths(lines, delimiter):
            run = run + 1 if width == last else 1
            last = width
            if width > 1 and (run, width) > score:
                best, score = delimiter, (run, width)
    return best


def _widths(lines: list[str], delimiter: str) -> Iterator[int]:
    """Cells of each row that is not blank; 0 where a quote is left over, for it was parted."""
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            if cells:
                yield 0 if any(cell.count('"') % 2 for cell in cells) else len(cells)
    except csv.Error:
        return


def _parts(
    text: Text, delimiter: str, begin: int, reasons: dict[int, Unreadable]
) -> Iterator[Part]:
    """Rows a piece at a time for as long as they can be read; from the first that cannot on, with
    an eye on each line."""
    number = 1
    if not text.damaged:
        pieces = _pieces(text, begin)
        try:
            for piece in pieces:
                if columns := _columns(piece, delimiter):
                    block = Block(range(number, number + len(columns[0])), columns)
                    number += len(block.numbers)
                    yield block
                    continue
                rows = _by_csv(piece, pieces, delimiter)
                while chunk := list(zip(count(number), islice(rows, CHUNK), strict=False)):
                    number += len(chunk)
                    yield chunk
        except (csv.Error, _RecordTooLong, LineTooLong):
            pass
        else:
            return
    lines = islice(text.lines(), begin, None)
    good = csv.reader(lines, delimiter=delimiter, strict=True)
    deque(islice(good, number - 1), maxlen=0)
    careful = _Careful(lines, delimiter, reasons).rows(number)
    yield from gathered(careful, _REASONS_KEPT)


def _pieces(text: Text, begin: int) -> Iterator[str]:
    """Pieces of whole lines, without the first `begin` lines."""
    pieces = text.pieces()
    for piece in islice(pieces, begin):
        yield "".join(lines_of(piece)[begin:])
    yield from pieces


def _columns(piece: str, delimiter: str) -> list[list[str]] | None:
    """The cells of a piece column by column, where every delimiter parts two of them and all its
    rows are of one width: what the csv module makes of it, in a third of the time. None where
    there is a quote, a blank line, or a row of another width.
    """
    text = piece.replace("\r\n", "\n") if "\r" in piece else piece
    if '"' in text or "\r" in text or len(text) > LONGEST_CELL:
        return None
    if not text.endswith("\n"):
        text += "\n"
    # The end of each line becomes a cell of its own, which then has to stand behind each row.
    marked = text.replace("\n", f"{delimiter}\n{delimiter}")
    lines = (len(marked) - len(text)) // 2
    width = text.count(delimiter, 0, text.index("\n")) + 1
    cells = marked.split(delimiter)
    step = width + 1
    if width == 1 or len(cells) != lines * step + 1 or cells[width::step].count("\n") != lines:
        return None
    del cells[-1]
    return [cells[place::step] for place in range(width)]


def _by_csv(piece: str, pieces: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """The rows of a piece, and of what follows it for as long as a quote is open."""
    read = waiting = 0

    def lines() -> Iterator[list[str]]:
        nonlocal waiting
        for following in chain((piece,), pieces):
            before = read
            yield lines_of(following)
            if read == reader.line_num:
                return  # it ends with a row
            waiting = waiting + 1 if read == before else 0
            if waiting > _PIECES_WITHOUT_A_ROW:
                raise _RecordTooLong

    reader = csv.reader(chain.from_iterable(lines()), delimiter=delimiter, strict=True)
    for row in reader:
        read = reader.line_num
        yield row


class _Careful:
    """Rows with the lines they came from, so that a bad one can be told and left behind."""

    def __init__(
        self, lines: Iterator[str], delimiter: str, reasons: dict[int, Unreadable]
    ) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._reasons = reasons
        self._back: deque[str] = deque()
        self._taken: list[str] = []

    def rows(self, number: int) -> Iterator[NumberedRow]:
        """The rows from here on, the first with that number."""
        reader = self._reader()
        while True:
            self._taken.clear()
            why = ""
            try:
                cells: list[str] | None = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RecordTooLong, LineTooLong) as error:
                cells, why = self._mended(error, number)
                reader = self._reader()
            if not why and any("\0" in line or "\ufffd" in line for line in self._taken):
                why = "the row holds a zero byte, or bytes of another encoding; type the cell anew"
            if why:
                self._note(number, why)
                cells = None
            yield number, cells
            number += 1

    def _reader(self) -> "Iterator[list[str]]":
        return csv.reader(self._pulled(), delimiter=self._delimiter, strict=True)

    def _pulled(self) -> Iterator[str]:
        size = 0
        while True:
            line = self._back.popleft() if self._back else next(self._lines, None)
            if line is None:
                return
            size = size + len(line) if self._taken else len(line)
            self._taken.append(line)
            if size > LONGEST_RECORD and len(self._taken) > 1:
                raise _RecordTooLong
            yield line

    def _mended(self, error: Exception, number: int) -> tuple[list[str] | None, str]:
        """A row that strict reading refuses: its cells, or why it has none.

        The lines behind the one in which it begins are read again, as rows of their own.
        """
        if isinstance(error, LineTooLong):
            said = f"the line has more than {LONGEST_LINE:,} characters; nothing behind it was read"
            return None, said
        first, *others = self._taken
        self._back.extendleft(reversed(others))
        del self._taken[1:]
        if others:
            return None, f"a quote that opens in row {number} is not closed; close it or double it"
        two = csv.reader([first, "\n"], delimiter=self._delimiter)
        try:
            cells = next(two)
        except csv.Error:
            return None, f"a cell has more than {LONGEST_CELL:,} characters; shorten it"
        if two.line_num > 1:
            return None, f"a quote that opens in row {number} is not closed; close it or double it"
        return cells, ""

    def _note(self, number: int, why: str) -> None:
        if len(self._reasons) >= _REASONS_KEPT:
            del self._reasons[next(iter(self._reasons))]
        line = self._taken[0][:_LINE_KEPT].rstrip("\r\n") if self._taken else ""
        self._reasons[number] = Unreadable(why, line)
