"""How several values stand in one short text, and a day in few characters. No word of meaning."""

import re
from datetime import date

SEPARATOR = "|"
_EPOCH = date(1970, 1, 1).toordinal()
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def join(*fields: str | int) -> str:
    """Fields as one text. A separator inside a field is written so that no split can see it."""
    return SEPARATOR.join(
        str(field).replace("\\", "\\\\").replace(SEPARATOR, "\\p") for field in fields
    )


def split(text: str) -> list[str]:
    """The fields of a joined text."""
    if "\\" not in text:
        return text.split(SEPARATOR)
    return [
        _ESCAPED.sub(lambda found: SEPARATOR if found[1] == "p" else found[1], field)
        for field in text.split(SEPARATOR)
    ]


def packed_day(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH


def unpacked_day(text: str) -> date:
    """The day behind `packed_day`."""
    return date.fromordinal(int(text) + _EPOCH)
