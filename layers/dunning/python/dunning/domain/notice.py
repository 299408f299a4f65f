"""What a message says that it advances, in the form that travels in mail headers.
Pure, a function of the decision alone; who counts from outside reads the same words.

`X-Duecourse-Items` names every item whose step the notice takes, as `invoice/item/level/repeat`,
each part percent-encoded, separated by a comma and a space: `SI10/1/2/0, SI11/1/1/0`. What does
not fit one header goes on in `X-Duecourse-Items-2` and so on, up to 8 headers. A notice that fits
no 8 headers names each item by a digest of that text, `~` and 16 base32 characters of its SHA-256;
and one that does not fit even so has a single entry for all, `*`, their number, `~` and the digest
of all entries joined as above. Mails that advance the same items have the same headers.
A message beside the ladder advances nothing and has one entry, `!kind/mark/subject`: of what it
tells there is one message, and no other.
"""

import base64
import hashlib
from urllib.parse import quote

from .due import Send

ITEMS_HEADER = "X-Duecourse-Items"
LONGEST_HEADER = 996
"""Characters of a header's name and value together, as SES takes them."""
MOST_HEADERS = 8
"""Of the 15 that SES takes; the others are for what a message may need one day."""
TELLING = "!"
_SEPARATOR = ", "
_DIGEST_LENGTH = 16


def items(send: Send) -> tuple[str, ...]:
    """Each advanced item as `invoice/item/level/repeat`, in the order of the notice; repeat 0 is
    the step itself. Of what is told beside the ladder the telling alone."""
    if send.tells:
        return (telling_entry(send.tells),)
    return tuple(
        f"{quote(line.ref.invoice, safe='')}/{line.ref.item}/{line.level}/{line.repeat}"
        for line in send.advanced
    )


def telling_entry(tells: str) -> str:
    """A telling as the headers name it."""
    return TELLING + quote(tells, safe="/")


def items_headers(send: Send) -> tuple[tuple[str, str], ...]:
    """The headers that name what the notice advances: name and value, ASCII, at most 8."""
    entries = items(send)
    everything = f"*{len(entries)}~{_digest(_SEPARATOR.join(entries))}"
    for form in (entries, tuple(f"~{_digest(entry)}" for entry in entries)):
        headers = _headers(form)
        if headers is not None:
            return headers
    return ((ITEMS_HEADER, everything),)


def items_digest(send: Send) -> str:
    """What the notice advances in 16 base32 characters, for a channel whose messages have no room
    for more (a call's context): of all items as one header of any length would name them."""
    return _digest(_SEPARATOR.join(items(send)))


def _digest(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:_DIGEST_LENGTH]


def _headers(entries: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """The entries over as few headers as they need; None if that is too many, or one is too long
    for a header of its own."""
    room = LONGEST_HEADER - len(ITEMS_HEADER) - len("-2")
    values: list[str] = []
    for entry in entries:
        if len(entry) > room:
            return None
        if values and len(values[-1]) + len(_SEPARATOR) + len(entry) <= room:
            values[-1] += _SEPARATOR + entry
        else:
            values.append(entry)
    if len(values) > MOST_HEADERS:
        return None
    return tuple(
        (ITEMS_HEADER if number == 1 else f"{ITEMS_HEADER}-{number}", value)
        for number, value in enumerate(values, 1)
    )
