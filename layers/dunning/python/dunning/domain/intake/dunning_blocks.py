"""Columns that mark what another system does not remind of: their rows are not reminded of here
either without somebody's word, so a file that has such marks asks.
"""

from typing import Final

from .columns import Columns, Sample
from .headings import normal
from .mapping import MappingFile, answer_for
from .understood import Question
from .words import yes_or_no

_WORDS: Final = """
        dunning block | dunning lock | dunning stop | dunning hold | reminder block | reminder stop
        | reminders off | do not remind | no reminder | no reminders | do not chase
        | exclude from reminders | exclude from dunning | collection hold | credit hold
        | blocked for dunning | Mahnsperre | Mahnstopp | Mahnstop | Mahnsperrgrund | nicht mahnen
        | gesperrt für Mahnung | blocage relance | relance bloquée | bloqué relance
        | ne pas relancer | bloqueo de reclamación | bloqueo reclamación | no reclamar
        | blocco solleciti | blocco sollecito | non sollecitare | aanmaanblokkade
        | aanmaningsblokkade | maanblokkade | niet aanmanen | blokkade aanmaning
"""
_BLOCKS: Final = frozenset(normal(word) for word in _WORDS.split("|"))


def is_block(heading: str) -> bool:
    """Whether a heading names marks of what is not to be reminded of."""
    return normal(heading) in _BLOCKS


def about_blocks(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """A question where rows are marked so. A column without marks in the first rows is held to
    having none."""
    for place, heading in enumerate(columns.headings):
        if place in columns.at.values() or heading in mapping.ignore or not is_block(heading):
            continue
        if not any(text and yes_or_no(text) is not False for text in sample(place)):
            columns.empty.append(place)
            continue
        passed_over = (f"ignore: [{heading}]", "they are reminded of like all others")
        waits = (
            answer_for("disputed", heading),
            "they are taken as disputed, and wait until that is resolved",
        )
        return Question(
            "columns",
            f"Are rows marked in {heading!r} to be reminded of here? Where they come from they are"
            " not.",
            (waits, passed_over) if "disputed" not in columns.at else (passed_over,),
        )
    return None
