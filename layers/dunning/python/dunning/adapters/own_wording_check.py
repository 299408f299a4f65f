"""A file of own wording, read and checked before it is taken: every problem with its line.
What it says is tried on accounts by `own_wording_trial`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from babel.core import Locale

from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.fields import nearest, printable
from dunning.domain.own_wording import LARGEST
from dunning.domain.policy_nodes import Problem

from .own_wording_places import at, may_in, named_in, place, sentences, untold
from .own_words import FORMS, FREE, LEGAL, TONE_KEYS, is_forms, own_key
from .toml_lines import Lines
from .wording import Words

Path = tuple[str, ...]
LONGEST, LONGEST_SUBJECT = 2_000, 200
"""Characters of one sentence, and of a subject."""
MOST_SENTENCES = 40
_NAME = re.compile(r"[a-z][a-z_]{0,30}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_MARKUP = re.compile(r"</?[a-zA-Z!][^>]*>?|\{\{|\}\}|\{%|\{#")
_ADDRESS = re.compile(r"(?:https?:|mailto:|\bwww\.)", re.IGNORECASE)
_END = re.compile(r"[.!?](?:\s|$)")


class Checking:
    """One file against the shipped words of its channel and language."""

    def __init__(self, channel: str, shipped: Words, calls: Words, text: str) -> None:
        """`calls`: the shipped words of calls, which hold what the law asks of them."""
        self.channel, self.shipped, self.calls = channel, shipped, calls
        self.raw: dict[str, Any] = {}
        self.lines = Lines("")
        self._found: dict[Problem, None] = {}
        if len(text) > LARGEST:
            self._found[Problem(1, "the file", f"it is longer than {LARGEST} characters")] = None
            return
        try:
            self.raw = tomllib.loads(text.replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            line = re.search(r"at line (\d+)", str(error))
            said = Problem(int(line[1]) if line else 1, "the file", f"it is not TOML: {error}")
            self._found[said] = None
            return
        self.lines = Lines(text.replace("\r\n", "\n"))
        self._tables()

    def problems(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        return tuple(sorted(self._found))

    def add(self, path: Path, message: str) -> None:
        """One more, at the line of a key."""
        self._found[Problem(self.lines.of(path), ".".join(path), message)] = None

    def _tables(self) -> None:
        raw = self.shipped.raw
        phrases = self.raw.get("phrases")
        own = phrases if isinstance(phrases, dict) else {}
        self._phrases = frozenset(raw["phrases"]) | frozenset(own)
        if raw["version"] is not None:
            self._below(self.raw, raw, ())
        if self._found:
            return
        self._steps()

    def _below(self, own: Mapping[str, Any], shipped: Mapping[str, Any], path: Path) -> None:
        for key, value in own.items():
            here = (*path, key)
            if not path and key in LEGAL:
                self._legal(key, value, shipped.get(key))
            elif key not in shipped and not own_key(here):
                known = set(shipped) - (LEGAL if not path else set())
                more = _own_of_step(self.channel) if len(here) == 4 else frozenset()
                self.add(here, f"there is no such key; {nearest(key, known | more)}")
            elif key not in shipped and not self._may_be_added(here):
                continue
            elif isinstance(shipped.get(key), Mapping) and not is_forms(shipped[key]):
                if isinstance(value, Mapping):
                    self._below(value, shipped[key], here)
                else:
                    self.add(here, "this is a table with named sentences")
            else:
                self._value(here, value, isinstance(shipped.get(key), list))

    def _may_be_added(self, path: Path) -> bool:
        """Whether a name that the shipped words lack may stand there."""
        if self.channel != EMAIL and path[0] == "phrases":
            self.add(path, "a call or a text has these phrases and no others")
        elif path[0] == "steps" and path[3] not in _own_of_step(self.channel):
            self.add(path, f"there is no such key; {_INSTEAD[self.channel]}")
        elif path[0] == "minor_units" and not _CURRENCY.match(path[1]):
            self.add(path, "the name is a currency, as EUR")
        elif path[0] == "phrases" and (not _NAME.match(path[1]) or path[1] in self._figures()):
            self.add(path, "the name of a phrase is small letters, and no other placeholder's")
        else:
            return path[0] not in FREE or _known_kind(self, path)
        return False

    def _figures(self) -> frozenset[str]:
        from .wording import PLACEHOLDERS

        return frozenset().union(*PLACEHOLDERS.values()) - {"invoices"}

    def _legal(self, key: str, value: object, shipped: object) -> None:
        """A copy of the shipped file may hold what is not the creditor's, as long as it is so."""
        if key != "version" and value != shipped:
            said = "is not a creditor's to change: it is what the law asks of a call or a text"
            if key == "voices":
                said = "is not a creditor's to change: these are the service's voices"
            self.add((key,), f"{key} {said}; leave it out")

    def _value(self, path: Path, value: object, several: bool) -> None:
        if several:
            if not isinstance(value, list) or not 0 < len(value) <= MOST_SENTENCES:
                self.add(path, f"this is a list of 1 to {MOST_SENTENCES} sentences, in brackets")
                return
            for one in value:
                self._sentence(path, one)
        else:
            self._sentence(path, value)
        if isinstance(value, str | list | dict):
            self._placeholders(path, value)

    def _sentence(self, path: Path, value: object) -> None:
        if isinstance(value, dict):
            tags = Locale.parse(self.shipped.language).plural_form.tags | {"other"}
            for tag in value:
                if tag not in tags:
                    known = ", ".join(sorted(tags))
                    self.add(path, f"{printable(tag)} is no form of this language: {known}")
            if "other" not in value:
                self.add(path, "the form `other` is missing, which is taken where no other fits")
        elif not isinstance(value, str):
            self.add(path, 'this is a sentence in quotes, or forms of it: { one = "", other = "" }')
            return
        for form in value.values() if isinstance(value, dict) else (value,):
            if not isinstance(form, str):
                self.add(path, "each form is a sentence in quotes")
            else:
                self._text(path, form)

    def _text(self, path: Path, text: str) -> None:
        most = LONGEST_SUBJECT if path[-1] == "subject" else LONGEST
        if not text.strip():
            self.add(path, "it is empty; leave the key out, and the shipped sentence is said")
        if len(text) > most:
            self.add(path, f"it has {len(text)} characters; at most {most}")
        if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text):
            self.add(path, "it holds a line break, a tab or a sign that is not printed")
        if markup := _MARKUP.search(text):
            self.add(
                path, f"words are plain text, and {printable(markup[0])} would be read as it stands"
            )
            return
        if address := _ADDRESS.search(text):
            self.add(
                path,
                f"{printable(address[0])}: links come from the message's own buttons, so that"
                " nobody is sent anywhere else; take the address out",
            )
        try:
            parts = list(Formatter().parse(text))
        except ValueError as error:
            self.add(path, f"the braces do not match: {error}; a placeholder is {{name}}")
            return
        for _, name, spec, conversion in parts:
            if name is not None and (not _NAME.match(name) or spec or conversion):
                self.add(path, f"{{{name}}} is no placeholder: a name in small letters, alone")
        if self.channel == VOICE:
            self._spoken(path, text)
        elif self.channel == SMS:
            bare = re.sub(r"\{[a-z_]*\}", "", text)
            self._free_of(path, bare, "promotion", "makes the text an advertisement")

    def _placeholders(self, path: Path, value: object) -> None:
        found = place(self.channel, path, self.shipped, self._phrases)
        for name in sorted(may_in(value) - found.may):
            if _NAME.match(name):
                known = nearest(name, found.may) if found.may else "none may stand here"
                self.add(path, f"{{{name}}} is not known here; {known}")
        for name in sorted(found.must - named_in(value)):
            self.add(path, f"{{{name}}} is missing: nothing else in the message tells it")

    def _spoken(self, path: Path, text: str) -> None:
        """What the law asks of a call, sentence by sentence."""
        bare = re.sub(r"\{[a-z_]*\}", "", text)
        self._free_of(path, bare, "promotion", "makes the call an advertisement")
        if path[0] == "limited":
            self._free_of(path, bare, "debt", "tells a stranger of a debt")
        intro = path[-1] in ("intro", "intro_unnamed", "intro_listed")
        first = _END.split(text, maxsplit=1)[0]
        if intro and "{creditor}" not in first:
            self.add(path, "the first sentence must name the caller: {creditor}")
        words = self.calls["must"]["automated"]
        if intro and path[-1] != "intro_listed" and words.lower() not in first.lower():
            self.add(path, f"the first sentence must say that a machine speaks: {words!r}")

    def _free_of(self, path: Path, text: str, what: str, why: str) -> None:
        for word in self.calls["never"][what]:
            begin = r"(?<!\w)" if word[0].isalnum() else ""
            if re.search(rf"{begin}{re.escape(word)}(?!\w)", text, re.IGNORECASE):
                self.add(path, f"{word!r} {why}; take it out")

    def _steps(self) -> None:
        """What a step of a mail no longer tells, once its own sentences stand in it."""
        if self.channel != EMAIL:
            return
        for step, tones in self.raw.get("steps", {}).items():
            for tone, said in tones.items():
                before = self.shipped["steps"][step][tone]
                for name in sorted(untold(step, {**before, **said}, before)):
                    self.add(
                        ("steps", step, tone),
                        f"{{{name}}} is missing: no sentence of this step tells it any more",
                    )

    def changed(self) -> Iterator[Path]:
        """The steps and tones that the file speaks of."""
        for step, tones in self.raw.get("steps", {}).items():
            for tone in tones:
                yield ("steps", step, tone)


def _own_of_step(channel: str) -> frozenset[str]:
    """What a step may say of its own in place of its tone."""
    if channel == EMAIL:
        return TONE_KEYS - {"call"}
    return frozenset({"call"}) if channel == SMS else frozenset()


_INSTEAD = {
    EMAIL: "a mail names a number to call in its text",
    VOICE: "a call greets in its tone's intro",
    SMS: "a text is text and call",
}


def _known_kind(checking: Checking, path: Path) -> bool:
    value = at(checking.raw, path)
    if isinstance(value, str) or (isinstance(value, dict) and set(value) <= FORMS):
        return True
    checking.add(path, 'this is a sentence in quotes, or forms of it: { one = "", other = "" }')
    return False


__all__ = ["Checking", "sentences"]
