"""JSON Lines: a ledger body a line, or flat objects as a table. A line is an object or an error,
never an exception. What a body means, and which keys it has, is the domain's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice

from dunning.adapters.formats.text import Text, as_text, file_error
from dunning.domain.fields import ReadingError
from dunning.domain.intake.understood import BODIES, Understood
from dunning.domain.reading import FIELDS
from dunning.service.ports import FileRows, Row, Source

COLUMNS = ("line",)
LONGEST_LINE = 1_000_000
_SEEN_BEFORE_GIVING_UP = 1_000
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""What may be half of a character, as JSON may write it."""


def text_of(source: Source) -> Text | FileRows:
    """The text of a JSON file, which is in UTF-8 (or UTF-16, UTF-32), or the error that says why it
    is none."""
    text = as_text(source)
    if isinstance(text, FileRows) or text.encoding.startswith("UTF-"):
        return text
    line = _first_not_utf8(source)
    return file_error("not_utf8", f"the file is not UTF-8 text (line {line}); save it as UTF-8")


def bodies(text: Text) -> FileRows:
    """The lines of a file of ledger bodies; each must say the day it becomes known."""
    understood = Understood(format="jsonl", encoding=text.encoding, holds=BODIES)
    return FileRows(COLUMNS, rows(text), dated=True, understood=understood)


def rows(text: Text) -> Iterator[Row]:
    """The lines that are not blank, as rows."""
    for number, line in lines(text):
        if line is None:
            said = f"the line has more than {LONGEST_LINE} characters; split it or leave it out"
            yield Row(number, (("",),), error=ReadingError("too_long", "", said))
        elif line:
            yield row_of(number, line)


def lines(text: Text) -> Iterator[tuple[int, str | None]]:
    """The lines with their numbers, trimmed; None for one that is too long to be kept."""
    number, tail, skipping = 1, "", False
    for block in text.blocks():
        *ended, rest = block.split("\n")
        for part in ended:
            line = tail + part
            yield number, None if skipping or len(line) > LONGEST_LINE else line.strip()
            number, tail, skipping = number + 1, "", False
        tail += rest
        if len(tail) > LONGEST_LINE:
            tail, skipping = "", True
    if skipping or tail:
        yield number, None if skipping else tail.strip()


def first_object(text: Text) -> Mapping[str, object] | None:
    """The first line that is an object and not empty; None where the first thousand are not."""
    for number, line in islice(lines(text), _SEEN_BEFORE_GIVING_UP):
        found = row_of(number, line).body if line else None
        if found:
            return found
    return None


def is_body(found: Mapping[str, object]) -> bool:
    """Whether an object is meant as a ledger body: it names a type that is known (or nearly one),
    or the day it becomes known."""
    kind = found.get("type")
    if isinstance(kind, str) and get_close_matches(kind.lower(), FIELDS, n=1, cutoff=0.8):
        return True
    return "on" in found


def row_of(number: int, line: str) -> Row:
    """One line as a row."""
    cells = ((line,),)
    if len(line) > LONGEST_LINE:
        short = ((line[:200],),)
        too_long = f"the line has {len(line)} characters; at most {LONGEST_LINE} are taken"
        return Row(number, short, error=ReadingError("too_long", "", too_long))
    try:
        found = loads(line, "the line")
    except ReadingError as error:
        return Row(number, cells, error=error)
    if not isinstance(found, dict):
        said = 'the line is not an object; write {"on": …, "type": …}'
        return Row(number, cells, error=ReadingError("bad_object", "", said))
    return Row(number, cells, found)


def loads(text: str, what: str) -> object:
    """JSON as values, numbers with their digits. Raises ReadingError."""
    try:
        found: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, " if error.lineno > 1 else ""
        said = f"{what} is not JSON ({error.msg}, {where}character {error.colno}); mend it there"
        raise ReadingError("not_json", "", said) from None
    except ReadingError:
        raise
    except (ValueError, ArithmeticError, RecursionError):
        said = f"{what} is not JSON that can be read (a number too long, or nested too deeply)"
        raise ReadingError("not_json", "", said) from None
    if _HALF.search(text):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            said = f"{what} holds half a character (\\ud800 to \\udfff alone); leave it out"
            raise ReadingError("bad_text", "", said) from None
    return found


def _first_not_utf8(source: Source) -> int:
    with source.open() as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ReadingError("key_twice", twice[:40], "a key stands in the line twice; keep one")
    return found


def _no_constant(word: str) -> object:
    raise ReadingError("bad_amount", "", f"{word} is not a number that is taken")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_constant=_no_constant
)
