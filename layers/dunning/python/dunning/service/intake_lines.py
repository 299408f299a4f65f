"""Rows as lines of JSON, while a file waits in parts: packed, and read again as they were.
Where lines are kept is the caller's; the types of a document's fields are read from itself.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, NamedTuple, Union, cast, get_args, get_origin, get_type_hints

from dunning.domain.intake.document import Document
from dunning.domain.intake.row import Row
from dunning.domain.ledger import LedgerError

MOST_PLACES = 40
"""Digits of a number before the point that are written out; a longer one keeps its exponent, and is
refused by whoever reads it as an amount."""

Pack = Callable[[Any], Any]
_DOCUMENT, _BODY, _ERROR = "d", "b", "e"


def pack(row: Row) -> bytes:
    """A row as one line."""
    kind: str
    what: object
    if row.document is not None:
        kind, what = _DOCUMENT, _document_out(row.document)
    elif row.body is not None:
        kind, what = _BODY, row.body
    else:
        error = row.error or LedgerError("bad_row", "", "the row is empty")
        kind, what = _ERROR, (error.code, error.field, str(error), row.key, row.at)
    line = (row.number, row.cells, row.repeats, row.file, kind, what)
    return _encode(line).encode("utf-8", "surrogatepass")


def unpack(line: bytes) -> Row:
    """The row that a line was made of."""
    return _row(json.loads(line.decode("utf-8", "surrogatepass")))


def _row(packed: list[Any]) -> Row:
    number, cells, repeats, file, kind, what = packed
    kept = tuple(map(tuple, cells))
    if kind == _DOCUMENT:
        return Row(number, kept, repeats=repeats, document=_document_in(what), file=file)
    if kind == _BODY:
        return Row(number, kept, body=what, repeats=repeats, file=file)
    *error, key, at = what
    return Row(number, kept, None, LedgerError(*error), repeats, file=file, key=key, at=at)


def as_line(account: str, occurrence: int, packed: bytes) -> bytes:
    """A packed row as a line of a part: whose it is, and the how manieth of its kind."""
    return b"[%s,%d,%s]" % (_encode(account).encode(), occurrence, packed)


class Line(NamedTuple):
    """A line of a part."""

    account: str
    occurrence: int
    row: Row


def of_line(line: bytes) -> Line:
    """What a line of a part says."""
    account, occurrence, packed = json.loads(line.decode("utf-8", "surrogatepass"))
    return Line(account, occurrence, _row(packed))


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, Decimal):
        if value.is_finite() and value.adjusted() < MOST_PLACES:
            return format(value, "f")
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} in a row")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


class _Codec(NamedTuple):
    """How a value of one type goes out and comes in, where there is one; None: as it is."""

    out: Pack | None
    back: Pack | None


def _codec(hint: object) -> _Codec:
    """From a type: text, number, flag, day, amount, a record or a row of one of these."""
    kind = get_origin(hint)
    if kind in (Union, UnionType):
        (one,) = (part for part in get_args(hint) if part is not type(None))
        return _codec(one)
    if hint is Decimal:
        return _Codec(str, Decimal)
    if hint is date:
        return _Codec(date.isoformat, date.fromisoformat)
    if kind is tuple:
        return _row_of(_codec(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _record(hint)
    return _Codec(None, None)


def _row_of(codec: _Codec) -> _Codec:
    out, back = codec
    if out is None or back is None:
        return _Codec(None, tuple)
    return _Codec(
        lambda values: [out(value) for value in values],
        lambda values: tuple([back(value) for value in values]),
    )


def _record(made: type) -> _Codec:
    """A named tuple as the list of its values, less the defaults at its end."""
    hints = get_type_hints(made)
    names: tuple[str, ...] = made._fields  # type: ignore[attr-defined]
    defaults: dict[str, Any] = made._field_defaults  # type: ignore[attr-defined]
    codecs = [_codec(hints[name]) for name in names]
    outs = [(at, c.out) for at, c in enumerate(codecs) if c.out is not None]
    backs = [(at, c.back) for at, c in enumerate(codecs) if c.back is not None]
    least = len(names) - len(defaults)
    usual = [None] * least + list(defaults.values())
    make = made._make  # type: ignore[attr-defined]

    def out(value: tuple[Any, ...]) -> list[Any]:
        found = list(value)
        end = len(found)
        while end > least and found[end - 1] == usual[end - 1]:
            end -= 1
        del found[end:]
        for at, turned in outs:
            if at >= end:
                break
            if found[at] is not None:
                found[at] = turned(found[at])
        return found

    def back(values: list[Any]) -> tuple[Any, ...]:
        given = len(values)
        for at, turned in backs:
            if at >= given:
                break
            if values[at] is not None:
                values[at] = turned(values[at])
        return cast("tuple[Any, ...]", make(values + usual[given:]))

    return _Codec(out, back)


_document_out, _document_in = cast("tuple[Pack, Pack]", _record(Document))
