"""Columns that no heading tells of, whose cells are words for what a row is or how it stands: taken
for that, and said, for otherwise a credit note or a paid invoice among the rows would be owed.
"""

from collections.abc import Sequence
from typing import Final

from .columns import Columns, Sample
from .document import INVOICE
from .headings import meaning_of, normal
from .mapping import MappingFile
from .words import BY_SIGN, OPEN, status_of, type_of, yes_or_no

_MOST: Final = 40
"""Words of a column of types or states; one of more is of something else."""
_PLAIN: Final = frozenset({INVOICE, BY_SIGN, OPEN})
_SHORTEST: Final = 4
"""Letters of a word that tells: shorter ones are as well codes of countries, or of anything."""


def read_words(columns: Columns, sample: Sample, mapping: MappingFile) -> None:
    """Take a column for the type, or the state, that its words are."""
    for name in ("type", "status"):
        if name in columns.at or name in mapping.columns:
            continue
        found = [place for place in _unknown(columns, mapping) if _tells(name, sample(place))]
        if len(found) == 1:
            heading = columns.headings[found[0]]
            columns.at[name] = found[0]
            what = "what each row is" if name == "type" else "how each row stands"
            columns.assumed.append(f"{heading!r} was read as {what}, by its words")


def _unknown(columns: Columns, mapping: MappingFile) -> list[int]:
    taken = set(columns.at.values())
    return [
        place
        for place, heading in enumerate(columns.headings)
        if heading
        and place not in taken
        and heading not in mapping.ignore
        and meaning_of(heading) is None
    ]


def _tells(name: str, cells: Sequence[str]) -> bool:
    """Whether the cells are words of types, or states, and one of them makes a row something other
    than an open invoice. Among types some may be of the system's own: these are asked about."""
    words = {text for text in cells if text}
    if not words or len(words) > _MOST or any(yes_or_no(word) is not None for word in words):
        return False
    meanings = [
        (type_of(word) if name == "type" else status_of(word), len(normal(word)) >= _SHORTEST)
        for word in words
    ]
    known = sum(1 for meaning, _ in meanings if meaning)
    usual = any(meaning == INVOICE and long for meaning, long in meanings)
    if known < len(words) and not (name == "type" and usual and 2 * known >= len(words)):
        return False
    return any(long and meaning and meaning not in _PLAIN for meaning, long in meanings)
