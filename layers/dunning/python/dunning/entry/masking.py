"""What a log line may not hold: e-mail addresses, telephone numbers, names and what was written.
Wide rather than narrow: a number too much is erased before a person is told of.
"""

import re
import traceback
from collections.abc import Mapping
from types import TracebackType

ERASED = "<erased>"

# Values under these keys are erased whole, whatever they look like: no pattern knows a name.
PERSONAL_KEYS = frozenset(
    {
        "address",
        "addresses",
        "body",
        "city",
        "content",
        "customer_name",
        "e_mail",
        "email",
        "from_",
        "greeting",
        "holder",
        "html",
        "mail",
        "name",
        "names",
        "phone",
        "postal",
        "recipient",
        "recipients",
        "street",
        "subject",
        "telephone",
        "text",
        "to",
    }
)
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=\[\]{}]+@[^\s@<>\"'(),;:=\[\]{}]+")
# With a plus, a double zero or a trunk zero in front; digits and what people put between them.
_PHONE = re.compile(r"(?<![\w.:/#-])(?:\+|\(?0)\d?[\d\s()./-]{5,}\d(?![\w])")
# As they are written in North America.
_NANP = re.compile(r"(?<![\w.:/#-])(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
# Our errors, and Python's, quote what they were given.
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def masked_text(text: str) -> str:
    """A text without e-mail addresses, telephone numbers and bank accounts."""
    text = _IBAN.sub("<iban>", _EMAIL.sub("<email>", text))
    return _NANP.sub("<phone>", _PHONE.sub("<phone>", text))


def masked(value: object) -> object:
    """A value to be logged, all the way down."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, Mapping):
        return {
            key: ERASED if str(key).lower() in PERSONAL_KEYS else masked(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(one) for one in value]
    return value


def masked_error(error: BaseException) -> str:
    """An exception as a line: type, message without what it quotes, and where it was raised; then
    its causes. Source lines and values of variables are left out."""
    told = traceback.TracebackException.from_exception(error, capture_locals=False)
    lines: list[str] = []
    seen: traceback.TracebackException | None = told
    while seen is not None:
        where = " < ".join(
            f"{frame.filename.rpartition('/python/')[2]}:{frame.lineno} {frame.name}"
            for frame in reversed(seen.stack)
        )
        lines.append(f"{_kind(seen)}: {_QUOTED.sub('…', masked_text(str(seen)))} ({where})")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " | after ".join(lines)


def _kind(told: traceback.TracebackException) -> str:
    """The exception's type; `exc_type` itself is on its way out."""
    name = getattr(told, "exc_type_str", None)
    return str(name).rpartition(".")[2] if name else getattr(told.exc_type, "__name__", "Error")
