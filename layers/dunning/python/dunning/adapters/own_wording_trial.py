"""Own wording, said to sample accounts before it is taken: every message that it has a part in.
Nothing is sent or stored; what its sentences may hold is checked before, by `own_wording_check`.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import NamedTuple

from dunning.domain import wordings
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.fields import ReadingError, nearest, printable
from dunning.domain.own_wording import (
    BLOCKS,
    FOLDER,
    SUFFIX,
    OwnWording,
    WordingVersion,
    blocks_of,
    file_of,
    name_of,
    said_in,
)
from dunning.domain.policy_steps import TONES
from dunning.domain.sample_account import Sample
from dunning.domain.wording_refused import OwnWordingError
from dunning.service.ports import Links

from .own_blocks_check import CheckingBlocks
from .own_wording_check import Checking
from .render import TemplateRenderer
from .render_text import TextRenderer
from .render_voice import SpeechRenderer
from .sample_accounts import samples
from .wording import Wordings

MOST_BYTES = 102_000
"""Of a mail's HTML: beyond it a large mail client cuts it off, and nobody sees what is below."""
MANY = 20
"""From so many items on, an account is tried in one tone: it is about the number, not the words."""


class _Failed(Exception):
    """Own words that could not be said."""


def _refuse(creditor: str, file: str, error: Exception) -> None:
    raise _Failed from error


class _Given:
    """The links of a sample."""

    def __init__(self) -> None:
        self.now = Links()

    def links(self, *_: object) -> Links:
        return self.now


class _Renderers(NamedTuple):
    """What makes the messages of a trial, and the links that mails are given."""

    given: _Given
    mails: TemplateRenderer
    calls: SpeechRenderer
    texts: TextRenderer


class OwnWordingFiles:
    """Files of own wording, as they are uploaded to `config/{creditor}/wording/`."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._versions = count(1)
        self._shipped = {
            EMAIL: Wordings(templates / "email" / "wording"),
            VOICE: Wordings(templates / "voice" / "wording"),
            SMS: Wordings(templates / "sms" / "wording"),
        }
        self._renderers: _Renderers | None = None

    def known(self) -> tuple[str, ...]:
        """The names of files that there may be."""
        words = tuple(
            f"{FOLDER}{channel}/{language}{SUFFIX}"
            for channel, found in self._shipped.items()
            for language in found.languages()
        )
        return words + tuple(name_of(blocks_of(one)) for one in self._shipped[EMAIL].languages())

    def check(self, name: str, text: str) -> None:
        """Whether a file may be taken. Raises ReadingError for a name that no file has, and
        OwnWordingError with every problem of its text."""
        if name not in self.known():
            said = f"{printable(name, 80)} is no file of wording; {nearest(name, self.known())}"
            raise ReadingError("unknown_file", "", said)
        file = file_of(name)
        channel, language = said_in(file)
        shipped = self._shipped[channel].of(language)
        checking: Checking | CheckingBlocks
        if file.endswith(BLOCKS):
            checking = CheckingBlocks(shipped, text)
        else:
            checking = Checking(channel, shipped, self._shipped[VOICE].of(language), text)
        if not checking.problems():
            self._tried(checking, file, text)
        if checking.problems():
            raise OwnWordingError(checking.problems())

    def trial(self, file: str, text: str) -> OwnWording:
        """The text as the version that holds, for previews."""
        number = next(self._versions)
        found = WordingVersion(number, text, 0, "")
        return OwnWording({file: number}, lambda *_: found)

    def _tried(self, checking: Checking | CheckingBlocks, file: str, text: str) -> None:
        channel, language = said_in(file)
        own = self.trial(file, text)
        for said, sample in _accounts(file):
            speaking = sample.speaking(language)
            book = replace(speaking.rulebook, wording=own)
            for wording, tone in _messages(channel, len(sample.lines)):
                path = ("steps", wording, tone)
                try:
                    size = self._made(channel, replace(speaking, rulebook=book), wording, tone)
                except _Failed as error:
                    checking.add(path, f"it cannot be said to {said}: {error.__cause__}")
                    return
                if size > MOST_BYTES and len(sample.lines) < MANY:
                    checking.add(
                        path,
                        f"to {said} the mail has {size} bytes; beyond {MOST_BYTES} mail clients cut"
                        " it off, and the ways to object are not seen: say it shorter",
                    )
                    return

    def _made(self, channel: str, sample: Sample, wording: str, tone: str) -> int:
        """Make one message; bytes of its HTML, 0 of a call or a text."""
        given, mails, calls, texts = self._with()
        given.now = Links(**sample.links)
        if channel == EMAIL:
            if wording in wordings.DEMANDS:
                send = sample.send(wording, tone, EMAIL)
                mail = mails.render("sample", "sample#c-1", sample.state, sample.rulebook, send)
            else:
                told, to = sample.telling(wording), sample.address(EMAIL)
                mail = mails.tell(sample.state, sample.rulebook, told, tone, to, given.now)
            return len(mail.html.encode())
        if channel == SMS:
            for country in (None, "US"):
                if wording in wordings.DEMANDS:
                    send = sample.send(wording, tone, SMS)
                    texts.render_text(sample.state, sample.rulebook, send, country)
                else:
                    telling = sample.telling(wording)
                    texts.tell_text(sample.state, sample.rulebook, telling, tone, country)
            return 0
        for limited in (False, True):
            if wording in wordings.DEMANDS:
                send = sample.send(wording, tone, VOICE)
                calls.render_voice(sample.state, sample.rulebook, send, limited=limited)
            else:
                telling = sample.telling(wording)
                calls.tell_voice(sample.state, sample.rulebook, telling, tone, limited=limited)
        return 0

    def _with(self) -> "_Renderers":
        """The renderers, made when they are first needed."""
        if self._renderers is None:
            given = _Given()
            self._renderers = _Renderers(
                given,
                TemplateRenderer(self._templates, given, _refuse),
                SpeechRenderer(self._templates, _refuse),
                TextRenderer(self._templates, _refuse),
            )
        return self._renderers


def _accounts(file: str) -> Iterator[tuple[str, Sample]]:
    """Blocks place links themselves, and messages are made without some of them."""
    yield from samples()
    if file.endswith(BLOCKS):
        said, sample = samples()[0]
        yield f"{said} without links", replace(sample, links={})


def _messages(channel: str, items: int) -> Iterator[tuple[str, str]]:
    said = {VOICE: wordings.SPOKEN, SMS: wordings.TEXTED}.get(channel, wordings.WORDINGS)
    for wording in said:
        for tone in TONES if items < MANY else TONES[-1:]:
            yield wording, tone
