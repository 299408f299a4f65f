"""Bytes as text: their encoding, found over the whole file, and their lines in bounded memory.
What is no text is named as what it is. No format is known here.
"""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from dunning.domain.fields import ReadingError, printable
from dunning.service.ports import FileRows, Row, Source

_HEAD = 1 << 20
BLOCK = 1 << 14
"""Bytes that are cut into cells at once: what becomes of them stays near the processor, until the
documents of all rows among them are made."""
LONGEST_LINE = 1_000_000
_SCANNED = 1 << 19
"""Less than the longest line, so that no longer one hides in a piece."""


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
"""Byte order marks; UTF-32's begins with UTF-16's."""
_WORDS = {"cp1252": "Windows-1252", "utf-8": "UTF-8", "iso8859-1": "ISO-8859-1"}
_CONTROLS = bytes(sorted({*range(32), 127} - {*b"\t\n\r\f\x1a\x1b"}))
_BINARY = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (or a workbook: XLSX, ODS)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (perhaps a workbook: XLS)"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "compressed with bzip2"),
    (b"{\\rtf", "an RTF document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_MARKUP = re.compile(rb"\s*(?:<\?xml\b|<!doctype\b|<html\b|<table\b|<[\w:]+\s+xmlns)", re.I)
_CODECS = re.compile(
    r"utf-(?:8|16|32)|cp[0-9]|iso8859|latin|ascii|mac|koi8|gb|big5|shift|euc|tis|hp"
)
"""Names of encodings that text has; Python's others are transformations."""

_NO_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What Python takes for ends of lines besides, and what tables have within cells."""


class LineTooLong(Exception):
    """A line has more than a million characters: no table, nor a record of one, has such."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is text, with its encoding; read from the start as often as needed."""

    source: Source
    codec: str
    encoding: str
    """In words: UTF-8, Windows-1252, UTF-16, UTF-32."""
    begin: int
    """Bytes of the byte order mark."""
    damaged: bool = False
    """Some characters are zero bytes, or could not be decoded (they stand as U+FFFD)."""
    too_long: int = 0
    """The first line that has more than a million characters; 0 if none."""

    def blocks(self, size: int = 0) -> Iterator[str]:
        """The text in pieces of about `size` bytes (BLOCK where it is 0), cut anywhere."""
        return _decoded(self.source, self.codec, self.begin, "replace", size or BLOCK)

    def pieces(self) -> Iterator[str]:
        """The text in pieces of whole lines. Raises LineTooLong."""
        tail = ""
        for block in self.blocks():
            text = tail + block
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            if end:
                yield text[:end]
            elif len(text) > LONGEST_LINE:
                raise LineTooLong
            tail = text[end:]
        if tail:
            yield tail

    def lines(self) -> Iterator[str]:
        """The lines, one by one, their ends as they stand. Raises LineTooLong."""
        return chain.from_iterable(map(lines_of, self.pieces()))


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends (LF, CR or CRLF) as they stand."""
    if any(sign in text for sign in _NO_ENDS):
        return list(io.StringIO(text, newline=""))
    return text.splitlines(keepends=True)


@dataclass(slots=True)
class _Scan:
    """What one pass over the text shows."""

    blank: bool = True
    size: int = 0
    foreign: int = 0
    """Characters beyond ASCII that were decoded."""
    bad: int = 0
    zeros: int = 0
    bad_line: int = 0
    """Where the first of either stands."""
    too_long: int = 0


def as_text(source: Source, encoding: str | None = None) -> Text | FileRows:
    """The file as text, or the error that says why it is none.

    A byte order mark decides, and then `encoding`, a person's word. Else UTF-16 shows by its zero
    bytes, UTF-8 by being valid (but for a few bytes, which spoil their rows alone), and the rest
    is Windows-1252. Reads the file once to three times, a piece at a time.
    """
    with source.open() as stream:
        head = stream.read(_HEAD)
    if not head.strip() and source.size <= len(head):
        return _empty()
    named = next((what for mark, what in _BINARY if head.startswith(mark)), None)
    if named is not None:
        return file_error("not_text", f"the file is {named}, not text; {_SAVE}")
    mark = next((found for found in _MARKS if head.startswith(found[0])), None)
    if mark is not None:
        return _checked(source, mark[1], mark[2], len(mark[0]))
    if encoding is not None:
        return _wanted(source, encoding)
    wide = _wide(head)
    if wide is not None:
        return _checked(source, wide, "UTF-16", 0)
    if _is_binary(head):
        return file_error(
            "not_text", f"the file is not text (it holds zero bytes or control characters); {_SAVE}"
        )
    return _narrow(source)


_SAVE = "export the table as CSV (UTF-8) or as XLSX"


def _empty() -> FileRows:
    return file_error("empty_file", "the file is empty; upload it with its rows")


def _wanted(source: Source, encoding: str) -> Text | FileRows:
    """The text in the encoding that a person named."""
    try:
        codec = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        codec = ""
    if not _CODECS.match(codec):
        said = f"the encoding {printable(encoding)} is not known; write utf-8, cp1252 or cp850"
        return file_error("unknown_encoding", said)
    return _checked(source, codec, _WORDS.get(codec, codec), 0)


def _narrow(source: Source) -> Text | FileRows:
    """UTF-8 or Windows-1252."""
    scan = _scanned(source, "utf-8", 0, "strict")
    if scan is not None:
        return _text(source, "utf-8", "UTF-8", 0, scan)
    scan = _scanned(source, "utf-8", 0, "replace")
    if scan is not None and scan.foreign >= 3 * scan.bad:
        return _text(source, "utf-8", "UTF-8", 0, scan)
    return _checked(source, "cp1252", "Windows-1252", 0)


def _checked(source: Source, codec: str, words: str, begin: int) -> Text | FileRows:
    """The text in a codec, unless much of it is not in that codec."""
    scan = _scanned(source, codec, begin, "replace")
    if scan is None or (20 * scan.bad > scan.foreign and 100 * scan.bad > scan.size * bool(begin)):
        line = scan.bad_line if scan else 1
        return file_error(
            "unknown_encoding",
            f"the file is not {words} text (line {line}); save it as UTF-8, or name its encoding"
            " in a mapping file (encoding: cp850)",
        )
    return _text(source, codec, words, begin, scan)


def _text(source: Source, codec: str, words: str, begin: int, scan: _Scan) -> Text | FileRows:
    if scan.blank:
        return _empty()
    damaged = bool(scan.bad or scan.zeros)
    return Text(source, codec, words, begin, damaged, scan.too_long)


def _scanned(source: Source, codec: str, begin: int, errors: str) -> _Scan | None:
    """One pass over the text; None where it is not in the codec (`errors` strict alone)."""
    scan = _Scan()
    length = 0

    def lines_before(pieces: int) -> int:
        before = islice(_decoded(source, codec, begin, errors, _SCANNED), pieces)
        return sum(text.count("\n") or text.count("\r") for text in before)

    try:
        for number, text in enumerate(_decoded(source, codec, begin, errors, _SCANNED)):
            scan.size += len(text)
            scan.blank = scan.blank and not text.strip("\0 \t\r\n\ufeff")
            if not text.isascii():
                bad = text.count("\ufffd") if errors == "replace" else 0
                scan.bad += bad
                scan.foreign += len(text) - len(text.encode("ascii", "ignore")) - bad
            scan.zeros += text.count("\0")
            if not scan.bad_line and (scan.bad or scan.zeros):
                ends = [at for c in "\0\ufffd" if (at := text.find(c)) >= 0] or [0]
                scan.bad_line = lines_before(number) + text.count("\n", 0, min(ends)) + 1
            if not scan.too_long:
                length = _longest(text, length)
                scan.too_long = lines_before(number) + 1 if length > LONGEST_LINE else 0
    except UnicodeError:
        return None
    return scan


def _longest(text: str, before: int) -> int:
    """The length of the line that is open at the end of a piece; of a longer one in it."""
    first = min((at for c in "\r\n" if (at := text.find(c)) >= 0), default=-1)
    if first < 0:
        return before + len(text)
    if before + first > LONGEST_LINE:
        return before + first
    return len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))


def _decoded(source: Source, codec: str, begin: int, errors: str, size: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    with source.open() as stream:
        stream.seek(begin)
        while block := stream.read(size):
            if text := decoder.decode(block):
                yield text
        if text := decoder.decode(b"", final=True):
            yield text


def _wide(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: one byte of most pairs is zero, always the same one."""
    pairs = len(head) // 2
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    few, many = sorted((even, odd))
    if pairs < 4 or 4 * many < pairs or 50 * few > many:
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: 2 * pairs].decode(codec, "replace")
    controls = sum(text.count(chr(c)) for c in _CONTROLS)
    return codec if 50 * (controls + text.count("\ufffd")) <= pairs else None


def _is_binary(head: bytes) -> bool:
    """Whether one byte in fifty is a control character."""
    kept = len(head.translate(None, _CONTROLS))
    return 50 * (len(head) - kept) > len(head)


def looks_like_markup(head: bytes) -> bool:
    """Whether the file is XML or HTML, whatever its name."""
    return _MARKUP.match(head) is not None


def file_error(code: str, message: str, columns: Iterable[str] = ("line",)) -> FileRows:
    """A file of which nothing can be taken: one row that says why."""
    return FileRows(tuple(columns), (Row(0, (), error=ReadingError(code, "", message)),))
