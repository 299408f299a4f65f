"""Workbooks (XLSX, XLS, XLSB, ODS) as Tables, one for each sheet.
They are read in a process of its own (`workbook_rows`), bounded in memory and time; what comes back
is kept in a temporary file and read from there, as often as needed.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from pathlib import Path
from shutil import copyfileobj
from typing import IO, BinaryIO

from dunning.adapters.formats import workbook_rows
from dunning.adapters.formats.text import file_error
from dunning.domain.intake.cells import Cell
from dunning.domain.intake.table import NumberedRow, Table
from dunning.service.ports import FileRows, Source

LARGEST_FILE = 64 << 20
MOST_ENTRIES = 2_000
MOST_UNPACKED = 512 << 20
MOST_RATIO = 200
"""Unpacked by packed; beyond it an archive is a bomb. Sheets reach some dozens."""
RATIO_FROM = 32 << 20
"""What any archive may unpack to, whatever its ratio."""
MEMORY = 1 << 30
"""Of the process that reads it, the interpreter and shared libraries included."""
SECONDS = 120
MOST_WRITTEN = 384 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_KINDS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_OTHERS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
_AS_CSV = "save the sheet as CSV (UTF-8)"
_REFUSALS = {
    "encrypted": ("encrypted", "the workbook is encrypted; save it without a password"),
    "broken": (
        "broken_workbook",
        f"the workbook is damaged; open it, save it anew as XLSX, or {_AS_CSV}",
    ),
}
_TOO_LARGE = (
    "too_large",
    f"the workbook is larger than any that is read, or its cells stand very far apart; {_AS_CSV}",
)


class _Refused(Exception):
    """The workbook is not read; code and sentence."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


@dataclass(slots=True)
class _Sheet:
    """A sheet, and where its rows stand in what was written."""

    name: str
    begin: int
    end: int
    hidden: bool
    notes: tuple[str, ...]


def tables(source: Source) -> list[Table] | FileRows:
    """The sheets of a workbook in their order, hidden ones too, or the error of the file.

    Cells are text, numbers as the workbook keeps them (whole ones as int), truth values, and
    dates; formulas are their kept values, errors their text (#REF!; in XLSX alone). Rows are
    numbered as the workbook shows them, and blank ones are [].
    """
    try:
        with source.open() as stream:
            kind = _kind(stream, source.size)
            stream.seek(0)
            written = _read(stream)
        sheets = _sheets(written)
    except _Refused as refused:
        return file_error(refused.code, str(refused))
    return [_table(kind, sheet, written) for sheet in sheets]


def _table(kind: str, sheet: _Sheet, written: IO[bytes]) -> Table:
    return Table(
        lambda: _rows(written, sheet),
        kind,
        sheet=sheet.name,
        hidden=sheet.hidden,
        notes=sheet.notes,
    )


def _kind(stream: BinaryIO, size: int) -> str:
    """The kind of workbook by its content. Raises _Refused for what is none, or is a bomb."""
    if size > LARGEST_FILE:
        raise _Refused(*_TOO_LARGE)
    head = stream.read(8)
    if head == OLE:
        return "xls"
    if not head.startswith(b"PK"):
        raise _Refused("not_a_workbook", f"the file is not a workbook; {_AS_CSV}")
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            _unpacked(archive, size)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _Refused(*_REFUSALS["broken"]) from error
    for name, kind in _KINDS.items():
        if name in names:
            return kind
    other = next((what for name, what in _OTHERS.items() if name in names), "an archive")
    raise _Refused("not_a_workbook", f"the file is {other}, not a workbook; {_AS_CSV}")


def _unpacked(archive: zipfile.ZipFile, size: int) -> None:
    """Raises _Refused for an archive that unpacks to more than a workbook ever does."""
    entries = archive.infolist()
    most = min(MOST_UNPACKED, max(RATIO_FROM, MOST_RATIO * size))
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > most:
        raise _Refused(*_TOO_LARGE)
    total = 0
    for entry in entries:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > most:
                    raise _Refused(*_TOO_LARGE)


def _read(stream: BinaryIO) -> IO[bytes]:
    """What the reading process wrote, in a temporary file that lives as long as it is referred
    to. Raises _Refused where the process did not come to its end."""
    command = [sys.executable, "-P", "-s", "-B", str(Path(workbook_rows.__file__))]
    limits = [str(limit) for limit in (MEMORY, MOST_WRITTEN, SECONDS)]
    environment = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "LD_LIBRARY_PATH": str(Path(sys.base_prefix) / "lib"),
    }
    written = tempfile.TemporaryFile()  # noqa: SIM115 (the tables read it later)
    with tempfile.TemporaryFile() as body:
        copyfileobj(stream, body, _CHUNK)
        body.seek(0)
        try:
            done = subprocess.run(
                [*command, *limits],
                stdin=body,
                stdout=written,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _Refused(*_TOO_LARGE) from error
    if done.returncode < 0 or done.returncode == workbook_rows.NO_MEMORY:
        raise _Refused(*_TOO_LARGE)
    if done.returncode > 0:
        raise _Refused(*_REFUSALS["broken"])
    return written


def _sheets(written: IO[bytes]) -> list[_Sheet]:
    """The sheets with where their rows stand. Raises _Refused for a workbook that was not read."""
    found: list[_Sheet] = []
    at = 0
    for line in _lines(written, 0, os.fstat(written.fileno()).st_size):
        end = at + len(line) + 1
        if line.startswith(b"{"):
            said = json.loads(line)
            if workbook_rows.REFUSED in said and not (found or "sheet" in said):
                raise _Refused(*_REFUSALS[said[workbook_rows.REFUSED]])
            found.append(_Sheet(said["sheet"], end, end, bool(said.get("hidden")), _notes(said)))
        else:
            found[-1].end = end
        at = end
    if not found:
        raise _Refused("empty_file", "the workbook has no sheet with cells")
    return found


def _notes(said: dict[str, object]) -> tuple[str, ...]:
    """What the report should say of a sheet."""
    notes = []
    if workbook_rows.REFUSED in said:
        notes.append(f"the sheet {said['sheet']} could not be read")
    if said.get("hidden"):
        notes.append(f"the sheet {said['sheet']} is hidden")
    if said.get("merged"):
        notes.append(
            f"{said['merged']} groups of merged cells: the value is in the first cell of each"
        )
    return tuple(notes)


def _rows(written: IO[bytes], sheet: _Sheet) -> Iterator[NumberedRow]:
    """The rows of a sheet, numbered as the workbook shows them."""
    mark = workbook_rows.DATE[0]
    escape = json.dumps(mark)[1:-1].encode()
    decode = json.JSONDecoder().decode
    number = 1
    for line in _lines(written, sheet.begin, sheet.end):
        if not line.startswith(b"["):
            blank = range(number, number + int(line))
            yield from zip(blank, repeat([]), strict=False)
            number = blank.stop
            continue
        cells: list[Cell] = decode(line.decode("ascii"))
        if escape in line:
            cells = [_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        yield number, cells
        number += 1


def _cell(text: str) -> Cell:
    """A text, or the date that it stands for."""
    if text.startswith(workbook_rows.DATE):
        return date.fromisoformat(text[2:])
    if text.startswith(workbook_rows.INSTANT):
        return datetime.fromisoformat(text[2:])
    return text


def _lines(written: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    """Lines from one offset to another; several may be read by turns."""
    tail = b""
    while begin < end:
        chunk = os.pread(written.fileno(), min(_CHUNK, end - begin), begin)
        if not chunk:
            return
        begin += len(chunk)
        *lines, tail = (tail + chunk).split(b"\n")
        yield from lines
