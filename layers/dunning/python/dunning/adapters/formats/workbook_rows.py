"""A workbook on standard input as JSON lines on standard output: run as a process of its own.
Whatever a crafted workbook does to the reader, it does it there: with little memory, no
environment and no time to spare. Nothing of this project is imported here but `workbook_gaps`.
"""

import contextlib
import datetime
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dunning.adapters.formats import workbook_gaps

if TYPE_CHECKING:
    import python_calamine as calamine

DATE, INSTANT = "\0d", "\0t"
"""What a text begins with where the cell is a date, or one with a time, by ISO 8601."""
REFUSED = "refused"
NO_MEMORY = 3
"""The exit code where memory ran out in an orderly way."""
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\s[^>]*\bt=\"e\"[^>]*>"
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]{1,12})<"
)
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]{1,7})\"")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK = 1 << 20
_LONGEST_CELL = 10_000

Errors = dict[int, dict[int, str]]


def lines(body: bytes) -> Iterator[object]:
    """An object for each sheet, each followed by its rows as lists from row 1 on, where a number
    stands for so many blank ones; an object with `refused` where the workbook cannot be read."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(body))
    except calamine.PasswordError:
        yield {REFUSED: "encrypted"}
        return
    except (calamine.CalamineError, OSError, ValueError):
        yield {REFUSED: "broken"}
        return
    paths = _sheet_paths(body)
    for sheet in book.sheets_metadata:
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            cells, numbers = _cells(book, body, sheet.name, paths)
        except (calamine.CalamineError, ValueError):
            yield {"sheet": sheet.name, REFUSED: "broken"}
            continue
        yield {
            "sheet": sheet.name,
            "hidden": sheet.visible != calamine.SheetVisibleEnum.Visible,
            "merged": len(cells.merged_cell_ranges or ()),
        }
        errors = _errors(body, paths[sheet.name]) if sheet.name in paths else {}
        first = cells.start[1] if cells.start else 0
        rows = zip(numbers, cells.iter_rows(), strict=False)
        yield from _counted((n, _plain(row, errors.get(n), first)) for n, row in rows)


def _cells(
    book: "calamine.CalamineWorkbook", body: bytes, name: str, paths: Mapping[str, str]
) -> "tuple[calamine.CalamineSheet, Iterable[int]]":
    """A sheet, and the number that each of its rows has."""
    import python_calamine as calamine

    path = paths.get(name, "")
    if not _has_gaps(body, path):
        return book.get_sheet_by_name(name), count(1)
    closed, numbers = workbook_gaps.closed_up(body, path, paths.values())
    return calamine.load_workbook(io.BytesIO(closed)).get_sheet_by_name(name), numbers


def _has_gaps(body: bytes, path: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(path) as stream:
            return workbook_gaps.has_gaps(stream)
    except (KeyError, OSError, ValueError, zipfile.BadZipFile):
        return False  # of another format; or broken, which its reader says


def _counted(rows: Iterable[tuple[int, list[object]]]) -> Iterator[object]:
    """Rows with the number of blank ones between them."""
    last = number = 0
    for number, row in rows:
        if row:
            if number > last + 1:
                yield number - last - 1
            yield row
            last = number
    if number > last:
        yield number - last


def _plain(row: Sequence[object], errors: dict[int, str] | None, first: int) -> list[object]:
    """A row as JSON can say it; [] if it is blank."""
    plain = [cell if type(cell) is str else _said(cell) for cell in row]
    for column, error in (errors or {}).items():
        if 0 <= column - first < len(plain):
            plain[column - first] = error
    return plain if any(cell != "" for cell in plain) else []


def _said(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, datetime.datetime):
        return INSTANT + cell.isoformat(" ")
    if isinstance(cell, datetime.date):
        return DATE + cell.isoformat()
    if isinstance(cell, datetime.time | datetime.timedelta):
        return str(cell)
    return cell


def _sheet_paths(body: bytes) -> dict[str, str]:
    """Where the sheets of an XLSX stand in its archive; {} of another format."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, OSError, ValueError, zipfile.BadZipFile, ElementTree.ParseError):
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = {}
    for sheet in book.iter():
        target = targets.get(sheet.get(_RELATION))
        if target and sheet.get("name"):
            found[sheet.get("name", "")] = (
                target.lstrip("/") if target[0] == "/" else f"xl/{target}"
            )
    return found


def _errors(body: bytes, path: str) -> Errors:
    """The cells of a sheet that hold an error (#REF!), by row and column: the reader leaves them
    empty, and an empty cell would be taken for no value."""
    found: Errors = {}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(path) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                text = tail + chunk
                if b't="e"' in text:
                    for cell in _ERROR_CELL.finditer(text):
                        place = _PLACE.search(cell[0])
                        if place is not None:
                            row = found.setdefault(int(place[2]), {})
                            row[_column(place[1])] = cell[1].decode("ascii", "replace")
                tail = text[-_LONGEST_CELL:]
    except (KeyError, OSError, ValueError, zipfile.BadZipFile):
        return found
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def main(memory: int, written: int, seconds: int) -> None:
    """Standard input to standard output, within these limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        _limit(memory, written, seconds)
    write: Callable[[str], object] = sys.stdout.write
    encode = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode
    try:
        for line in lines(sys.stdin.buffer.read()):
            write(encode(line) + "\n")
        sys.stdout.flush()
    except MemoryError:
        os._exit(NO_MEMORY)


def _limit(memory: int, written: int, seconds: int) -> None:
    import resource  # not on every system

    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
