"""Bytes that should be text: what can be said of a file before any row of it is read.
No format is known here.
"""

import codecs
import re
from collections.abc import Iterable

from dunning.domain.fields import ReadingError
from dunning.service.ports import FileRows, Row

CHUNK = 1 << 20
FORMULA = "=+-@"

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ESCAPED = re.compile(r"'(?:[\t\r\n]|\s*[=+\-@])")


def file_error(code: str, message: str, columns: Iterable[str] = ("line",)) -> FileRows:
    """A file of which nothing can be taken: one row that says why."""
    return FileRows(tuple(columns), (Row(0, (), error=ReadingError(code, "", message)),))


def why_not_text(body: bytes) -> FileRows | None:
    """The error of a file that is empty or not UTF-8 text; None where it is."""
    if not body.strip():
        return file_error("empty_file", "the file is empty; upload it with its rows")
    if body.startswith(_UTF16):
        return file_error("not_utf8", "the file is UTF-16 text; save it as UTF-8")
    if b"\0" in body:
        return file_error(
            "not_text", "the file is not text (it holds zero bytes); save it as UTF-8"
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(body)
    at = 0
    try:
        for at in range(0, len(body), CHUNK):
            decoder.decode(view[at : at + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, max(at + error.start, 0)) + 1
        return file_error("not_utf8", f"the file is not UTF-8 text (line {line}); save it as UTF-8")
    return None


def unescaped(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from calculating it."""
    return cell[1:] if cell[:1] == "'" and _ESCAPED.match(cell) else cell
