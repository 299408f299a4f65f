"""JSON Lines: one ledger body a line. A line is an object or an error, never an exception.
What a body means, and which keys it has, is the domain's.
"""

import io
import json
from collections.abc import Iterator
from decimal import Decimal

from dunning.adapters.formats.text import why_not_text
from dunning.domain.fields import ReadingError
from dunning.service.ports import FileRows, Row

COLUMNS = ("line",)
LONGEST_LINE = 1_000_000
BOM = b"\xef\xbb\xbf"


def read(body: bytes) -> FileRows:
    """The lines of a file; each must say the day it becomes known."""
    return why_not_text(body) or FileRows(COLUMNS, _rows(body), dated=True)


def _rows(body: bytes) -> Iterator[Row]:
    for number, raw in enumerate(io.BytesIO(body), 1):
        line = (raw.removeprefix(BOM) if number == 1 else raw).strip()
        if line:
            yield row_of(number, line.decode())


def row_of(number: int, line: str) -> Row:
    """One line as a row."""
    cells = ((line,),)
    if len(line) > LONGEST_LINE:
        short = ((line[:200],),)
        too_long = f"the line has {len(line)} characters; at most {LONGEST_LINE} are taken"
        return Row(number, short, error=ReadingError("too_long", "", too_long))
    try:
        found = _DECODER.decode(line)
    except ReadingError as error:
        return Row(number, cells, error=error)
    except json.JSONDecodeError as error:
        said = f"the line is not JSON ({error.msg}, character {error.pos + 1}); mend it there"
        return Row(number, cells, error=ReadingError("not_json", "", said))
    except (ValueError, ArithmeticError, RecursionError):
        said = "the line is not JSON that can be read (a number too long, or nested too deeply)"
        return Row(number, cells, error=ReadingError("not_json", "", said))
    if not isinstance(found, dict):
        said = 'the line is not an object; write {"on": …, "type": …}'
        return Row(number, cells, error=ReadingError("bad_object", "", said))
    return Row(number, cells, found)


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
