"""ZIP archives of files of any format that is read: member by member, in memory or as a stream, not
onto a disk; bounded in number, size, ratio and depth. What a member is, is `files`' to tell.
"""

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from dunning.adapters.formats import xml_documents
from dunning.adapters.formats.source import BytesSource
from dunning.adapters.formats.text import file_error
from dunning.domain.fields import ReadingError, printable
from dunning.domain.intake.merge import listed_key
from dunning.domain.intake.plain import WITHIN
from dunning.domain.intake.understood import STATEMENT, Understood
from dunning.service.ports import FileRows, Row, Source

MOST_MEMBERS = 20_000
MOST_DIRECTORY = 6 << 20
"""Bytes of the archive's directory, which is read as a whole."""
LARGEST_IN_ALL = 1 << 30
LARGEST_RATIO = 200
"""How many times larger a member of over a MiB may be than it is packed: text packs to a tenth."""
SMALL = 1 << 20
IN_MEMORY = 32 << 20
"""A member up to this size is unpacked once and checked whole; a larger one is read as a stream."""
COLUMNS = (WITHIN,)
"""The name of a member goes before the cells of its rows; each has columns of its own."""
JUNK = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_UNPACKING = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What the unpacking of hostile bytes raises."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Reader = Callable[[str, Source], FileRows]


@dataclass(frozen=True, slots=True)
class _Member:
    """One file of an archive as a source: it is unpacked anew each time."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        return self.info.file_size

    def open(self) -> BinaryIO:
        return self.archive.open(self.info)  # type: ignore[return-value]


@dataclass(slots=True)
class _Reading:
    """An archive while its members come by."""

    source: Source
    reader: Reader
    understood: Understood = field(
        default_factory=lambda: Understood(format="zip", shown=xml_documents.COLUMNS)
    )
    formats: Counter[str] = field(default_factory=Counter)

    def rows(self) -> Iterator[Row]:
        with self.source.open() as stream:
            try:
                archive = zipfile.ZipFile(stream)
            except _UNPACKING as error:
                yield _bad("", _broken(error))
                return
            lists: list[zipfile.ZipInfo] = []
            for info in sorted(archive.infolist(), key=lambda one: one.filename):
                yield from self._member(archive, info, lists)
            for info in lists:
                yield from self._member(archive, info, None)
        counted = ", ".join(f"{count} {name}" for name, count in sorted(self.formats.items()))
        self.understood.layout_title = f"ZIP archive ({counted})" if counted else "ZIP archive"

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, lists: list[zipfile.ZipInfo] | None
    ) -> Iterator[Row]:
        """The rows of one member. Open-item lists are put off (`lists`) until all others are read:
        what they say stands on the documents that stand beside them, whatever their names."""
        name = info.filename
        if info.is_dir() or any(word in f"/{name.lower()}" for word in JUNK):
            self.understood.skipped["folder" if info.is_dir() else "system_file"] += 1
            return
        shown = printable(name, 200)[1:-1]
        try:
            source = _opened(archive, info)
            found = self.reader(name.replace("\\", "/").rpartition("/")[2], source)
            own = found.understood
            listed = own.holds == STATEMENT
            if listed and lists is not None:
                lists.append(info)
                return
            if own.format and found.columns != self.understood.shown:
                # Before its rows, whose meaning hangs on it.
                own.shown = found.columns
                self.understood.members[shown] = own
            for row in found.rows:
                yield named(shown, _of_list(row) if listed else row, dated=found.dated)
            self._tell(shown, found)
        except ReadingError as error:
            yield _bad(shown, error)
        except _UNPACKING as error:
            yield _bad(shown, _broken(error))

    def _tell(self, name: str, found: FileRows) -> None:
        """What was understood of a member, for the report of the whole."""
        own = found.understood
        self.formats[own.format or "unread"] += 1
        self.understood.skipped.update(own.skipped)
        self.understood.assumed += [f"{name}: {text}" for text in own.assumed]
        self.understood.questions += [
            one for one in own.questions if one not in self.understood.questions
        ]


def read(source: Source, reader: Reader) -> FileRows:
    """The records of all members. `reader` reads one by its name."""
    why = _why_not(source)
    if why is not None:
        return file_error(why.code, str(why), COLUMNS)
    reading = _Reading(source, reader)
    return FileRows(COLUMNS, reading.rows(), understood=reading.understood)


def named(name: str, row: Row, *, dated: bool) -> Row:
    """A member's row as one of the archive's: its cells stand behind the member's name."""
    error = row.error
    if dated and row.body is not None and row.body.get("on") is None:
        error = ReadingError("missing", "on", "on is missing; every line says its day")
    inside = f"{name}/{row.file}" if row.file else name
    cells = tuple((name, *cells) for cells in row.cells)
    if error is not row.error:
        row = row._replace(body=None)
    return row._replace(file=inside, cells=cells or ((name,),), error=error)


def _of_list(row: Row) -> Row:
    """A row of an open-item list, which others may tell of the same document beside."""
    if row.document is not None:
        return row._replace(document=row.document._replace(listed=True))
    return row._replace(key=listed_key(row.key)) if row.key else row


def _bad(name: str, error: ReadingError) -> Row:
    return Row(0, ((name,),) if name else (), error=error, file=name)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Source:
    """A member that may be read. Raises ReadingError for one that may not."""
    if info.flag_bits & 0x1:
        raise ReadingError("encrypted", "", "the file is encrypted; pack it without a password")
    if info.compress_type not in _METHODS:
        raise ReadingError(
            "unknown_packing", "", "the file is packed in a way that is not read; pack it as ZIP"
        )
    if info.file_size > IN_MEMORY:
        return _Member(archive, info)
    with archive.open(info) as stream:
        return BytesSource(stream.read())


def _why_not(source: Source) -> ReadingError | None:
    """Why an archive is not opened: told from its directory, before anything is unpacked."""
    if not directory_fits(source):
        return _bomb(f"it has more than {MOST_MEMBERS} files")
    with source.open() as stream:
        try:
            infos = zipfile.ZipFile(stream).infolist()
        except _UNPACKING as error:
            return _broken(error)
    if len(infos) > MOST_MEMBERS:
        return _bomb(f"it has more than {MOST_MEMBERS} files")
    if sum(one.file_size for one in infos) > LARGEST_IN_ALL:
        return _bomb(f"it unpacks to over {LARGEST_IN_ALL >> 20} MiB")
    for one in infos:
        if one.file_size > max(SMALL, LARGEST_RATIO * one.compress_size):
            return _bomb("a file in it is packed over two hundred times smaller than it is")
    ends = 0
    for one in sorted(infos, key=lambda info: info.header_offset):
        if one.header_offset < ends:
            return _bomb("files in it overlap")
        ends = one.header_offset + 30 + one.compress_size
    if not any(not one.is_dir() for one in infos):
        return ReadingError("empty_file", "", "the archive is empty; pack the files into it")
    return None


def directory_fits(source: Source) -> bool:
    """Whether the archive's directory, which is read as a whole, is of a size that is read."""
    with source.open() as stream:
        size, entries = _directory(stream, source.size)
    return size <= MOST_DIRECTORY and entries <= MOST_MEMBERS


def _directory(stream: BinaryIO, size: int) -> tuple[int, int]:
    """Bytes and entries of the archive's directory by its end record; (0, 0) where there is none,
    which the opening then tells."""
    length = min(size, 0xFFFF + _END.size + _LOCATOR.size)
    stream.seek(size - length)
    tail = stream.read(length)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        return 0, 0
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    before = at - _LOCATOR.size
    if before >= 0 and tail[before : before + 4] == b"PK\6\7":
        offset = _LOCATOR.unpack_from(tail, before)[2]
        if offset <= size - _END64.size:
            stream.seek(offset)
            record = _END64.unpack(stream.read(_END64.size))
            if record[0] == b"PK\6\6":
                return record[8], record[7]
    return directory, entries


def _bomb(why: str) -> ReadingError:
    return ReadingError(
        "archive_too_large", "", f"the archive is not opened: {why}; send its files in smaller ones"
    )


def _broken(error: Exception) -> ReadingError:
    said = f" ({printable(error, 80)})" if str(error) else ""
    return ReadingError(
        "broken_zip", "", f"the archive cannot be unpacked{said}; pack it and send it again"
    )
