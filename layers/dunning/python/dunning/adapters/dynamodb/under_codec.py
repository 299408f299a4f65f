"""How a claim keeps by which contact rules it was taken. No word of what they say."""

import re
from datetime import date

from dunning.domain.creditor import STANDARD_RULES

from .fields import packed_day, unpacked_day

_UNDER = re.compile(
    r"(?P<name>[^~]*)@(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})/20(?P<zones>[0-9]{2}[a-z])\Z", re.DOTALL
)
_PACKED_UNDER = re.compile(r"~(?P<day>[0-9]{5})(?P<zones>[0-9]{2}[a-z])(?P<name>.*)\Z", re.DOTALL)


def pack_under(text: str) -> str:
    """The contact rules of a claim (`standard@2026-11-22/2026f`, 25 characters) in 9; what is of
    another form as it is. HEAD has few bytes to spare."""
    found = _UNDER.match(text)
    if found is not None:
        try:
            day = packed_day(date.fromisoformat(found["day"]))
        except ValueError:
            day = -1
        if 10_000 <= day <= 99_999:
            name = "" if found["name"] == STANDARD_RULES else f"/{found['name']}"
            return f"~{day}{found['zones']}{name}"
    return "~~" + text if text.startswith("~") else text


def unpack_under(text: str) -> str:
    """The text behind `pack_under`."""
    if text.startswith("~~"):
        return text[2:]
    found = _PACKED_UNDER.match(text)
    if found is None:
        return text
    name = found["name"][1:] if found["name"] else STANDARD_RULES
    return f"{name}@{unpacked_day(found['day'])}/20{found['zones']}"
