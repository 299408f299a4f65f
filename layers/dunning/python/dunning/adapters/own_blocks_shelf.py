"""A creditor's own HTML blocks: read once a process and version, and what happens where they cannot
be placed. How they are made into HTML is `own_blocks`, loaded when a creditor first has some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dunning.domain.own_wording import OwnWording, blocks_of

from .own_words import MOST, Failed

if TYPE_CHECKING:
    from .own_blocks import Blocks

T = TypeVar("T")
INTRO, BUTTON, EXTRA, CLOSING, FOOT = "intro", "button", "extra", "closing", "foot"
PLACES = (INTRO, BUTTON, EXTRA, CLOSING, FOOT)
"""In place of greeting and opening; of the button; before the closing; of closing and signature;
above who sent it."""
NOTHING = dict.fromkeys(PLACES, "")
"""What stands in the places of a mail without own blocks."""


class OwnBlocks:
    """The blocks of each creditor's mails."""

    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._read: dict[tuple[str, str], Blocks] = {}

    def say(
        self, creditor: str, own: OwnWording, language: str, made: Callable[[Blocks | None], T]
    ) -> T:
        """What is made with the creditor's blocks. Where these cannot be placed it is made without
        them, and somebody is told, as with own words: the message is due."""
        file = blocks_of(language)
        if file not in own.versions:
            return made(None)
        version, known = own.versions[file], self._read.get((creditor, file))
        current = known is not None and known.version == version
        source = "" if current else own.source(file)  # outside: what the table raises is no block's
        try:
            return made(known if current else self._compiled(creditor, file, version, source))
        except Exception as error:  # noqa: BLE001 (whatever it is, the message is due)
            done = made(None)
            self._failed(creditor, file, error)
            return done

    def _compiled(self, creditor: str, file: str, version: int, source: str) -> Blocks:
        from .own_blocks import Blocks

        blocks = Blocks(source, version)
        if len(self._read) >= MOST:
            self._read.clear()
        self._read[creditor, file] = blocks
        return blocks
