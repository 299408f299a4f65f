"""The words of a language, one TOML file a channel and language, and what may stand in them.
Looking up and filling in alone: what the figures are, and where each sentence goes, is rendering.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dunning.domain import wordings

from .figures import FALLBACK, form

ALWAYS = frozenset({"creditor", "customer", "invoice", "invoices", "count", "total"})
"""Placeholders of every sentence of a step."""
_PLAN = frozenset({"instalments", "first_amount", "first_due"})
_INSTALMENT = frozenset({"number", "instalments", "due", "left"})
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    wordings.BEFORE_DUE: ALWAYS | {"due"},
    wordings.FIRST: ALWAYS | {"due"},
    wordings.SECOND: ALWAYS | {"due"},
    wordings.LAST: ALWAYS | {"due", "deadline", "receiver"},
    wordings.INSTALMENT_DUE: ALWAYS | _INSTALMENT,
    wordings.INSTALMENT_MISSED: ALWAYS | _INSTALMENT | {"last_day"},
    wordings.PROMISE_REMINDER: ALWAYS | {"promised", "by", "received"},
    wordings.PROMISE_BROKEN: ALWAYS | {"promised", "by", "received"},
    wordings.THANKS: ALWAYS | {"paid", "on"},
    wordings.PLAN_OFFER: ALWAYS | _PLAN,
    wordings.PLAN_AGREED: ALWAYS | _PLAN,
    wordings.HAND_OVER: ALWAYS | {"receiver", "on"},
    wordings.NEW_LINK: frozenset({"creditor", "customer"}),
}
"""What the sentences of each step may hold; `deadline` and `receiver` of the last reminder stand in
its `consequence` alone, which is said where the policy hands over."""


class NoWording(LookupError):
    """The language has no words for such a step, tone, or sentence."""


class Words:
    """One language's words of one channel."""

    __slots__ = ("language", "own", "raw")

    def __init__(self, language: str, raw: Mapping[str, Any], own: int = 0) -> None:
        """`own`: the version of a creditor's own words among them; 0: there are none."""
        self.language = language
        self.raw = raw
        self.own = own

    @property
    def version(self) -> int:
        """Grows with every change of the words."""
        return int(self.raw["version"])

    @property
    def edition(self) -> str:
        """As a history record names it: 3, or 3+2 with a creditor's own words of version 2."""
        return f"{self.version}+{self.own}" if self.own else str(self.version)

    def __getitem__(self, block: str) -> Mapping[str, Any]:
        return self.raw[block]  # type: ignore[no-any-return]

    def step(self, wording: str, tone: str) -> "Step":
        """What a step says in a tone. Raises NoWording."""
        try:
            said = self.raw["steps"][wording][tone]
            return Step(self.language, said, self.raw["tones"][tone])
        except KeyError:
            raise NoWording(
                f"{self.language} has no words for {wording!r} in the tone {tone!r}"
            ) from None


class Step:
    """The sentences of one step in one tone: its own, else the tone's."""

    __slots__ = ("_language", "_own", "_tone")

    def __init__(self, language: str, own: Mapping[str, Any], tone: Mapping[str, Any]) -> None:
        self._language = language
        self._own = own
        self._tone = tone

    def has(self, key: str) -> bool:
        """Whether there are words for that."""
        return key in self._own or key in self._tone

    def say(self, key: str, count: int, named: Mapping[str, str]) -> str:
        """A sentence in the form of a number, filled in. Raises KeyError for what is not there."""
        said = self._own.get(key)
        if said is None:
            said = self._tone[key]
        return form(said, count, self._language).format_map(named)

    def sentences(self, key: str, count: int, named: Mapping[str, str]) -> list[str]:
        """A list of sentences, each in the form of a number, filled in."""
        said = self._own.get(key)
        if said is None:
            said = self._tone[key]
        return [form(one, count, self._language).format_map(named) for one in said]


class Wordings:
    """All languages of a channel, each read once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Words] = {}

    def languages(self) -> tuple[str, ...]:
        """What there are words in."""
        return tuple(sorted(file.stem for file in self._folder.glob("*.toml")))

    def of(self, wanted: str) -> Words:
        """The words of a language, else of English."""
        language = wanted.replace("_", "-").partition("-")[0].lower()
        for name in (language, FALLBACK):
            if name in self._read:
                return self._read[name]
            file = self._folder / f"{name}.toml"
            if name.isalpha() and file.is_file():
                words = Words(name, tomllib.loads(file.read_text(encoding="utf-8")))
                self._read[name] = words
                return words
        raise NoWording(f"no words at all in {self._folder}")
