"""A creditor's own wording: which versions of its files hold, and what was uploaded when.
Names and numbers alone: what may stand in such a file, and how it is said, is the adapters'.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

FOLDER, SUFFIX, BLOCKS = "wording/", ".toml", ".html"
"""Sentences, and own blocks of mails in HTML."""
LARGEST = 128 * 1024
"""Characters of one file: the shipped ones have 20,000, and one row of the table holds 400 KB."""


class WordingVersion(NamedTuple):
    """One version of one file, as it was uploaded. Never changed."""

    number: int
    source: str
    at: int
    """Seconds since 1970: when it was taken."""
    upload: str
    """The version that the bucket gave it."""


def _none(file: str, number: int) -> WordingVersion | None:
    return None


@dataclass(frozen=True, slots=True)
class OwnWording:
    """Which version of each file holds; the words are read when a message first needs them."""

    versions: Mapping[str, int] = field(default_factory=dict)
    """By file, as `email/de`; those that are not there have no words of their own."""
    read: Callable[[str, int], WordingVersion | None] = field(default=_none, compare=False)

    def source(self, file: str) -> str:
        """The text of the version that holds. Raises LookupError."""
        number = self.versions[file]
        found = self.read(file, number)
        if found is None:
            raise LookupError(f"version {number} of {file} is gone")
        return found.source


NO_OWN_WORDING = OwnWording()


def file_of(name: str) -> str:
    """What a file of `config/{creditor}/` is kept as: `email/de` of `wording/email/de.toml`, and
    `email/de.html` of `wording/email/de.html`."""
    return name.removeprefix(FOLDER).removesuffix(SUFFIX)


def name_of(file: str) -> str:
    """The other way round."""
    return f"{FOLDER}{file}" if file.endswith(BLOCKS) else f"{FOLDER}{file}{SUFFIX}"


def blocks_of(language: str) -> str:
    """The file with the own blocks of a language's mails."""
    return f"email/{language}{BLOCKS}"


def said_in(file: str) -> tuple[str, str]:
    """Channel and language of a file."""
    channel, _, language = file.partition("/")
    return channel, language.removesuffix(BLOCKS)


def nothing(file: str) -> str:
    """The text that goes back to the shipped words."""
    said = "nothing of our own: the shipped words are said"
    return f"{{# {said} #}}\n" if file.endswith(BLOCKS) else f"# {said}\n"
