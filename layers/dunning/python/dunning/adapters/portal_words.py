"""The words of the customers' pages: one TOML file a language, each read when it is first needed.
What is said where is the page's.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FALLBACK = "en"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")


def language_of(wanted: str) -> str:
    """The language of ours that somebody of that language reads: it, or English."""
    language = wanted.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else FALLBACK


class PortalWords:
    """Words from a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Mapping[str, Any]] = {}

    def of(self, wanted: str) -> tuple[str, Mapping[str, Any]]:
        """The words of a language, else of the fallback."""
        language = language_of(wanted)
        if language not in self._read:
            file = self._folder / f"{language}.toml"
            self._read[language] = tomllib.loads(file.read_text(encoding="utf-8"))
        return language, self._read[language]
