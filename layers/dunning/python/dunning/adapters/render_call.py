"""From a decision to a call: the script of `render_voice`, with what travels beside it.
What is said stands in the wording; how a call is placed is the sender's.
"""

from pathlib import Path

from dunning.domain.account import VOICE, Account
from dunning.domain.due import Send
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.notice import items_digest
from dunning.domain.policy import Rulebook
from dunning.service.ports import Message

from .own_words import Failed, ignored
from .render_voice import SpeechRenderer
from .wording import NoWording


class CallRenderer:
    """Calls from the voice wordings of a folder. Raises NoWording, Unspeakable."""

    def __init__(self, templates: Path, failed: Failed = ignored) -> None:
        self._speech = SpeechRenderer(templates, failed)

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        if send.channel != VOICE:
            raise NoWording(f"there are no words yet for {send.channel}")
        spoken = self._speech.render_voice(state, rulebook, send)
        return Message(
            channel=send.channel,
            sender="",
            to=send.address.value,
            subject="",
            text=spoken.ssml,
            html="",
            template=spoken.template,
            tags=(
                ("notice", notice_id(account, send.serial)),
                ("attempt", str(send.attempt)),
                ("account", account_tag(account)),
                ("items", items_digest(send)),
            ),
            language=spoken.language,
            voice=spoken.voice_id,
        )
