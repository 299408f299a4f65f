"""Hours that a person said are inconvenient, from plain objects. When they forbid is `hours`'."""

import re

from dunning.domain.fields import Fields, ReadingError, names, printable

from .attempt import Inconvenient

INCONVENIENT = names("from until days")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SPANS = 50
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z|24:00\Z")


def said_of(fields: Fields, name: str) -> tuple[Inconvenient, ...]:
    """The spans of a list of objects."""
    found = fields.objects(name, MOST_SPANS) if fields.get(name) is not None else []
    return tuple(
        inconvenient(Fields(one, INCONVENIENT, f"{name}[{i}]")) for i, one in enumerate(found)
    )


def inconvenient(one: Fields) -> Inconvenient:
    """One span of hours, of some weekdays or of all. Raises ReadingError."""
    start, end = _clock(one, "from", 0), _clock(one, "until", 24 * 3_600)
    if start >= end:
        raise ReadingError(
            "bad_time",
            f"{one.path}until",
            f"{one.path}until is not after from; give two spans",
        )
    days = one.get("days")
    if days is None:
        return Inconvenient(start, end)
    words = [str(day) for day in days] if isinstance(days, list) else [str(days)]
    for word in words:
        if word not in WEEKDAYS:
            raise ReadingError(
                "unknown_word",
                f"{one.path}days",
                f"{one.path}days {printable(word)} is not known; write {', '.join(WEEKDAYS)}",
            )
    return Inconvenient(start, end, frozenset(map(WEEKDAYS.index, words)))


def _clock(one: Fields, name: str, default: int) -> int:
    if not one.has(name):
        return default
    text = one.text(name, 10)
    if not _CLOCK.match(text):
        path = one.path + name
        raise ReadingError(
            "bad_time", path, f"{path} {printable(text)} is not a time of day; write it as 08:00"
        )
    hours, _, minutes = text.partition(":")
    return int(hours) * 3_600 + int(minutes) * 60
