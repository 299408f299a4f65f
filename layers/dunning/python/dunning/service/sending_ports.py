"""What sending needs of the outside: a rendered message, its sender, how it fails, what is heard.
The other ports are `ports`', which has these as well.
"""

from dataclasses import dataclass
from typing import Protocol

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture inside a mail, which its HTML names as `cid:{cid}`: it travels with the mail, and
    nothing is loaded from anywhere when the mail is opened."""

    cid: str
    """ASCII without blanks, the same in every mail."""
    content_type: str
    name: str
    """File name, for clients that list what a mail holds."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a mail brings along."""

    name: str
    content_type: str
    data: bytes


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
    inline: tuple[Inline, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    language: str = ""
    """The language that the text is in, as `de` or `en-GB`: a call is spoken by a voice of it."""
    voice: str = ""
    """The voice that its wording was written for; empty: the usual one of the language."""
    tenant: str = ""
    """The creditor's own standing with the provider, where it has one: reputation and pauses."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the buttons of one message lead: absolute https addresses, each with a token of its own
    that is bound to account, purpose and recipient. None: no such page yet, and no button; the
    message then asks for an answer to itself. ASCII, and short enough for a header (995)."""

    pay: str | None = None
    plan: str | None = None
    """To propose instalments, or to accept those that the message offers."""
    paid: str | None = None
    """"I have paid": the customer says that money is on its way."""
    dispute: str | None = None
    wrong_person: str | None = None
    statement: str | None = None
    """The read-only page with all that is open."""
    unsubscribe: str | None = None
    """The address of RFC 8058: POST ends e-mail reminders, GET shows a page. Goes into the headers
    List-Unsubscribe and List-Unsubscribe-Post as well."""


NO_LINKS = Links()


class LinkMaker(Protocol):
    """Makes the links of one message. Pure and quick: it is called for every message, before the
    claim, and may not ask the outside."""

    def links(self, creditor: str, account: str, state: Account, send: Send) -> Links: ...


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """What a call says: the script for the voice service, and the same as plain text."""

    ssml: str
    """One <speak> element. At most 3,000 characters of text, 6,000 with the tags."""
    text: str
    """What is heard, for previews and build/demo/calls: holds a name and must not be logged."""
    language: str
    """Of the script, as en-GB."""
    voice_id: str
    """Of the service's list of voices (AMY, VICKI …)."""
    template: str
    """Version of the wording, for the history record: voice-1-en-first-friendly."""
    limited: bool
    """Whether it says no more than any person or machine may hear: business, name of a person to
    ask for, number; nothing of a debt."""


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


REST = 15 * 60
"""Seconds for which a channel rests whose provider gives no reason to wait longer."""


class ChannelPaused(NotSent):
    """Not sent, and nothing on this channel will be for a while: quota, pause, suspension. `rest`:
    for how many seconds nobody asks again. `of_creditor`: it is the creditor's own standing with
    the provider that is paused, perhaps, and all others go on."""

    def __init__(
        self, code: str, detail: str = "", *, rest: int = REST, of_creditor: bool = False
    ) -> None:
        super().__init__(code, detail)
        self.rest = rest
        self.of_creditor = of_creditor


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


class OptOutList(Protocol):
    """The telephone provider's own list of numbers that are not called, beside ours: whatever else
    may call from the same lines is stopped as well. Neither of these raises, and each may be done
    twice: ours is the list that counts."""

    def put(self, number: str, country: str | None) -> None:
        """This number is not called any more."""

    def remove(self, number: str, country: str | None) -> None:
        """It may be called again."""


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
