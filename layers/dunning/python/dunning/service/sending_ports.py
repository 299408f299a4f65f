"""What sending needs of the outside: a rendered message, its sender, how it fails, what is heard.
The other ports are `ports`', which has these as well.
"""

from dataclasses import dataclass
from typing import Protocol

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook


@dataclass(frozen=True, slots=True)
class Message:
    """One rendered message, ready for its channel's sender."""

    channel: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    template: str
    reply_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    language: str = ""
    """The language that the text is in, as `de`: a call is spoken by a voice of it."""


class Renderer(Protocol):
    """From decision to message. Raises whatever a template raises: the account is then parked."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message: ...


class NotSent(Exception):
    """The provider provably did not take the message. `code` is stable."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class ChannelPaused(NotSent):
    """Not sent, and nothing on this channel will be for a while: quota, pause, suspension."""


class Misconfigured(NotSent):
    """Not sent, and nothing alike will be until a person mends a setting or a right."""


class Refused(NotSent):
    """Not sent, and this message to this address never will be."""


class OptedOut(Refused):
    """Refused because whoever answers at this address has asked the provider not to be contacted:
    nobody of the cell uses it again."""


class Unclear(Exception):
    """Whether the message left is unknown: time-out, lost connection, 5xx."""


class Sender(Protocol):
    """One channel's provider. Returns the provider's message id; raises NotSent (or a kind of it)
    or Unclear, and never tries a second time by itself."""

    def send(self, creditor: str, message: Message) -> str: ...


@dataclass(frozen=True, slots=True)
class Feedback:
    """One event, as the channel's adapter read it. `id` is the provider's, the same on a repeat."""

    id: str
    account: str
    serial: int
    attempt: int
    channel: str
    outcome: str
    address_hash: str
    message_id: str = ""
    detail: str = ""
    sent_at: int | None = None
    """When the message left, by the provider's word."""
