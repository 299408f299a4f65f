"""Sheets of an XLSX whose rows stand far apart, written anew with the blank rows left out.
The reader of workbooks keeps a cell for every place between the first and the last; here only what
is there is kept. Like `workbook_rows` it runs in a process of its own, and imports nothing of ours.
"""

import io
import re
import zipfile
from collections.abc import Collection
from itertools import pairwise
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

FEW, MANY = 10_000, 4
"""Blank rows that a sheet may have in any case, and for each row that is not blank."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"([0-9]{1,7})\"")
_VALUES = (b"v>", b"is>")
"""What the elements of a value end with, whatever the prefix of their namespace."""
_CHUNK = 1 << 20
_LONGEST_ROW = 4 << 20
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LETTERS = re.compile(r"[A-Z]{1,3}")


def has_gaps(stream: IO[bytes]) -> bool:
    """Whether most rows of a sheet's XML, up to its last with a value, have none."""
    last = filled = 0
    tail = b""
    while chunk := stream.read(_CHUNK):
        text = tail + chunk
        begun = list(_ROW.finditer(text))
        for row, following in pairwise(begun):
            if _has_value(text, row.end(), following.start()):
                last, filled = int(row[1]), filled + 1
        tail = text[begun[-1].start() :] if begun else text
        tail = tail if len(tail) <= _LONGEST_ROW else b""
    row_left = _ROW.match(tail)
    if row_left and _has_value(tail, row_left.end(), len(tail)):
        last, filled = int(row_left[1]), filled + 1
    blank = last - filled
    return blank > FEW and blank > MANY * filled


def _has_value(text: bytes, begin: int, end: int) -> bool:
    return any(text.find(mark, begin, end) >= 0 for mark in _VALUES)


def closed_up(body: bytes, path: str, sheets: Collection[str]) -> tuple[bytes, list[int]]:
    """The workbook with that sheet's rows one below the other, and the number that each had. The
    other sheets are left out. Raises ValueError for XML that is none."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(packed, "w") as small:
        with archive.open(path) as stream:
            sheet = _Sheet(stream)
        small.writestr(path, sheet.xml())
        for entry in archive.infolist():
            if entry.filename not in sheets:
                small.writestr(entry.filename, archive.read(entry))
    return packed.getvalue(), sheet.numbers


class _Sheet:
    """The rows of a sheet that hold a value, renumbered as they go by; formulas are left out."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.numbers: list[int] = []
        self.merged = 0
        self._written: list[str] = []
        self._row: list[str] = []
        self._number = self._column = 0
        self._depth = self._formula = 0
        """Elements that are open within a cell, and within its formula."""
        self._has_value = False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = _refused
        try:
            parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def xml(self) -> str:
        """The sheet with the rows that are left."""
        merged = '<mergeCell ref="A1:A1"/>' * self.merged
        behind = f"<mergeCells>{merged}</mergeCells>" if merged else ""
        rows = "".join(self._written)
        return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>'

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._formula or (self._depth and tag == "f"):
            self._formula += 1
        elif self._depth:
            self._depth += 1
            self._has_value = self._has_value or tag in ("v", "is")
            self._row.append(f"<{tag}{_attributes(given)}>")
        elif tag == "c":
            self._depth = 1
            self._column = _column(given.get("r", "")) or self._column + 1
            given["r"] = f"{_letters(self._column)}{len(self.numbers) + 1}"
            self._row.append(f"<c{_attributes(given)}>")
        elif tag == "row":
            self._number = int(given.get("r", self._number + 1))
            self._column, self._has_value = 0, False
            self._row.clear()
        elif tag == "mergeCell":
            self.merged += 1

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self._formula:
            self._formula -= 1
        elif self._depth:
            self._depth -= 1
            self._row.append(f"</{tag}>")
        elif tag == "row" and self._has_value:
            self.numbers.append(self._number)
            place = len(self.numbers)
            self._written.append(f'<row r="{place}">{"".join(self._row)}</row>')

    def _text(self, text: str) -> None:
        if self._depth and not self._formula:
            self._row.append(escape(text))


def _refused(*_: object) -> None:
    raise ValueError("the sheet declares entities")


def _attributes(given: dict[str, str]) -> str:
    """Attributes of no namespace, and `xml:space`."""
    kept = {"xml:space" if " " in name else name: value for name, value in given.items()}
    return "".join(f" {name}={quoteattr(value)}" for name, value in kept.items())


def _column(place: str) -> int:
    """The column of a cell's place, from 1; 0 where it says none."""
    found = _LETTERS.match(place)
    number = 0
    for letter in found[0] if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
