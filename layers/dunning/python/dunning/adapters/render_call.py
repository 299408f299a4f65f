"""From a decision to a call or a text, with what travels beside it. What is said stands in the
wordings (`render_voice`, `render_text`); how it is sent is the sender's.
"""

from pathlib import Path

from dunning.domain.account import VOICE, Account
from dunning.domain.due import Send
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.notice import items_digest
from dunning.domain.policy import Rulebook
from dunning.service.ports import Message

from .own_words import Failed, ignored
from .phone_numbers import phone_number
from .render_text import TextRenderer
from .render_voice import SpeechRenderer


class CallRenderer:
    """Calls and texts from the wordings of a folder. Raises NoWording, Unspeakable, Unwritable."""

    def __init__(self, templates: Path, failed: Failed = ignored) -> None:
        self._speech = SpeechRenderer(templates, failed)
        self._texts = TextRenderer(templates, failed)

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        if send.channel == VOICE:
            if send.telling is not None:
                spoken = self._speech.tell_voice(state, rulebook, send.telling, send.tone)
            else:
                spoken = self._speech.render_voice(state, rulebook, send)
            text, template, language = spoken.ssml, spoken.template, spoken.language
            voice = spoken.voice_id
        else:
            number = phone_number(send.address.value, state.customer.country)
            country = number.country if number else None
            if send.telling is not None:
                written = self._texts.tell_text(state, rulebook, send.telling, send.tone, country)
            else:
                written = self._texts.render_text(state, rulebook, send, country)
            text, template, language = written.text, written.template, written.language
            voice = ""
        return Message(
            channel=send.channel,
            sender="",
            to=send.address.value,
            subject="",
            text=text,
            html="",
            template=template,
            tags=(
                ("notice", notice_id(account, send.serial)),
                ("attempt", str(send.attempt)),
                ("account", account_tag(account)),
                ("items", items_digest(send)),
            ),
            language=language,
            voice=voice,
        )
