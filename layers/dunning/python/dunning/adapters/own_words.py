"""A creditor's own words over the shipped ones: merged once a process and version, and what happens
where they cannot be said. What may stand in them was checked when they were uploaded.
"""

import tomllib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dunning.domain.own_wording import OwnWording

from .wording import Wordings, Words

T = TypeVar("T")
FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
FREE = frozenset({"phrases", "minor_units"})
"""Tables to which a language, or a creditor, may add names."""
LEGAL = frozenset({"version", "must", "never", "voices", "opt_out"})
"""What is not a creditor's to change: what the law asks of a call or a text, and which voices there
are."""
TONE_KEYS = frozenset({"greeting", "greeting_unnamed", "closing", "call"})
"""What a step of a mail (of a text: the last) may have of its own, else its tone's."""
MOST = 500
"""Files of creditors whose words a process keeps."""
Failed = Callable[[str, str, Exception], None]
"""Told of creditor, file and error where own words could not be said."""


def ignored(creditor: str, file: str, error: Exception) -> None:
    """Nobody is told: for previews and tests that have nobody to tell."""


class OwnWords:
    """The words of each creditor, in one channel."""

    def __init__(self, wordings: Wordings, channel: str, failed: Failed = ignored) -> None:
        self._wordings = wordings
        self._channel = channel
        self._failed = failed
        self._merged: dict[tuple[str, str], tuple[int, Words]] = {}

    def say(self, creditor: str, own: OwnWording, language: str, made: Callable[[Words], T]) -> T:
        """What is made with the creditor's words. Where these cannot be said, the shipped ones are,
        and somebody is told: the message is due, and its house words are as true and as lawful.
        What cannot be made with the shipped words either raises, as it does without own ones."""
        shipped = self._wordings.of(language)
        file = f"{self._channel}/{shipped.language}"
        if file not in own.versions:
            return made(shipped)
        source = self._source(creditor, own, file)  # outside: what the table raises is no word's
        try:
            return made(source if isinstance(source, Words) else self._read(creditor, file, source))
        except Exception as error:  # noqa: BLE001 (whatever it is, the message is due)
            done = made(shipped)
            self._failed(creditor, file, error)
            return done

    def _source(self, creditor: str, own: OwnWording, file: str) -> Words | tuple[int, str]:
        """The merged words, if this process has them; else the version and its text."""
        version = own.versions[file]
        known = self._merged.get((creditor, file))
        return known[1] if known and known[0] == version else (version, own.source(file))

    def _read(self, creditor: str, file: str, found: tuple[int, str]) -> Words:
        version, text = found
        shipped = self._wordings.of(file.rpartition("/")[2])
        words = merged(shipped, tomllib.loads(text), version)
        if len(self._merged) >= MOST:
            self._merged.clear()
        self._merged[creditor, file] = (version, words)
        return words


def merged(shipped: Words, own: Mapping[str, Any], version: int) -> Words:
    """The shipped words with own ones in their place."""
    usable = {key: value for key, value in own.items() if key not in LEGAL}
    return Words(shipped.language, _over(shipped.raw, usable, ()), version)


def is_forms(value: object) -> bool:
    """Whether it is one sentence in the forms of a number."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= FORMS


def own_key(path: tuple[str, ...]) -> bool:
    """Whether a key that the shipped words lack may stand there."""
    return (len(path) == 2 and path[0] in FREE) or (
        len(path) == 4 and path[0] == "steps" and path[3] in TONE_KEYS
    )


def _over(
    shipped: Mapping[str, Any], own: Mapping[str, Any], at: tuple[str, ...]
) -> dict[str, Any]:
    """Own sentences over shipped ones. What the shipped words no longer have is left out: words of
    years ago stay sayable under the words of today."""
    found = dict(shipped)
    for key, value in own.items():
        here = shipped.get(key)
        if isinstance(here, Mapping) and not is_forms(here):
            if isinstance(value, Mapping):
                found[key] = _over(here, value, (*at, key))
        elif here is not None or own_key((*at, key)):
            found[key] = value
    return found
