"""From a decision to a mail: its page of figures and words, laid out, with what travels beside it.
Templates only place what they are handed; what is sent, to whom and when is decided elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dunning.adapters.answers_to import mailto
from dunning.domain.account import EMAIL, Account
from dunning.domain.creditor import STATEMENT_ATTACHED, Creditor
from dunning.domain.customer import Address
from dunning.domain.due import Send
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.mailbox import MailboxError, sender
from dunning.domain.notice import items_headers
from dunning.domain.policy import Rulebook
from dunning.domain.tellings import Telling
from dunning.domain.wordings import wording_of
from dunning.service.ports import Attachment, LinkMaker, Links, Message

from .figures import locale_of
from .mail_templates import HTML, TEXT, environment
from .own_blocks_shelf import OwnBlocks
from .own_words import Failed, OwnWords, ignored
from .render_lines import Writer, one_line
from .render_page import demand_page, inline_of
from .render_telling import telling_page
from .wording import NoWording as NoWording
from .wording import Wordings, Words

if TYPE_CHECKING:
    from .own_blocks import Blocks

NO_LINKS = Links()
Attached = Callable[[Account, Rulebook, Send], tuple[Attachment, ...]]


class NoSender(LookupError):
    """The creditor has no From address, or one that mail cannot come from: a setting to mend."""


class TemplateRenderer:
    """Mails from the built templates of a folder (`make templates`). Nothing is stored: the record
    names the version of the wording, and wording, version and figures render the same mail again.
    """

    def __init__(
        self,
        templates: Path,
        links: LinkMaker | None = None,
        failed: Failed = ignored,
        attached: Attached | None = None,
    ) -> None:
        """`failed` is told where a creditor's own words could not be said; `attached` makes what a
        creditor's reminders bring along, and is asked for those alone that want it."""
        folder = templates / "email"
        self.wordings = Wordings(folder / "wording")
        self._own = OwnWords(self.wordings, EMAIL, failed)
        self._blocks = OwnBlocks(failed)
        self._links = links
        self._attached = attached
        self._environment = environment(folder)

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        """The mail of a decision: a reminder, or what it tells beside the ladder. Raises NoWording,
        NoSender."""
        owed_to = rulebook.creditor
        links = NO_LINKS
        if self._links is not None:
            links = self._links.links(creditor, account, state, send)
        if send.telling is not None:
            told = self.tell(state, rulebook, send.telling, send.tone, send.address, links)
            return replace(
                told, headers=(*items_headers(send), *told.headers), tags=_tags(account, send)
            )

        def made(words: Words, blocks: "Blocks | None") -> Message:
            write = Writer(words, locale_of(state.customer, owed_to), send.currency)
            shown = demand_page(state, rulebook, send, write, links)
            wording = wording_of(rulebook.named(send.policy), send.level, send.variant)
            if blocks is not None:
                shown["own"] = blocks.placed(shown, wording, send.tone)
            return self._message(
                shown,
                owed_to,
                send.address.value,
                _template(wording, words, blocks, send.tone),
                headers=(*items_headers(send), *_unsubscribe(links, owed_to)),
                tags=_tags(account, send),
            )

        message = self._said(state, rulebook, made)
        if self._attached is None or owed_to.statement != STATEMENT_ATTACHED:
            return message
        return replace(message, attachments=self._attached(state, rulebook, send))

    def tell(
        self,
        state: Account,
        rulebook: Rulebook,
        telling: Telling,
        tone: str,
        to: Address,
        links: Links = NO_LINKS,
    ) -> Message:
        """The mail of what is told beside reminders. Raises NoWording, NoSender."""
        owed_to = rulebook.creditor

        def made(words: Words, blocks: "Blocks | None") -> Message:
            write = Writer(words, locale_of(state.customer, owed_to), telling.currency)
            shown = telling_page(state, owed_to, telling, tone, write, links)
            if blocks is not None:
                shown["own"] = blocks.placed(shown, telling.wording, tone)
            template = _template(telling.wording, words, blocks, tone)
            return self._message(
                shown, owed_to, to.value, template, headers=_unsubscribe(links, owed_to)
            )

        return self._said(state, rulebook, made)

    def _said(
        self,
        state: Account,
        rulebook: Rulebook,
        made: "Callable[[Words, Blocks | None], Message]",
    ) -> Message:
        creditor, own = rulebook.creditor.creditor, rulebook.wording
        language = self.wordings.of(state.customer.language or rulebook.creditor.language).language

        def said(blocks: "Blocks | None") -> Message:
            return self._own.say(creditor, own, language, lambda words: made(words, blocks))

        return self._blocks.say(creditor, own, language, said)

    def _message(
        self,
        shown: dict[str, Any],
        owed_to: Creditor,
        to: str,
        template: str,
        headers: tuple[tuple[str, str], ...],
        tags: tuple[tuple[str, str], ...] = (),
    ) -> Message:
        return Message(
            channel=EMAIL,
            sender=_from(one_line(owed_to.name or owed_to.creditor), owed_to.sender),
            to=to,
            subject=shown["subject"],
            text=self._environment.get_template(TEXT).render(shown),
            html=self._environment.get_template(HTML).render(shown),
            template=template,
            reply_to=owed_to.reply_to,
            headers=headers,
            tags=tags,
            inline=inline_of(shown),
            tenant=owed_to.ses_tenant,
        )


def _tags(account: str, send: Send) -> tuple[tuple[str, str], ...]:
    """What the provider gives back with every event of the message."""
    return (
        ("notice", notice_id(account, send.serial)),
        ("attempt", str(send.attempt)),
        ("account", account_tag(account)),
    )


def _template(wording: str, words: Words, blocks: "Blocks | None", tone: str) -> str:
    """What the history record keeps of the words."""
    own = f"+h{blocks.version}" if blocks else ""
    return f"{wording}-{words.edition}{own}-{words.language}-{tone}"


def _unsubscribe(links: Links, owed_to: Creditor) -> tuple[tuple[str, str], ...]:
    """The headers of RFC 8058, where there is an address for it; a mail client that knows no click
    writes to whom answers go."""
    if links.unsubscribe is None:
        return ()
    to = mailto(owed_to, "unsubscribe")
    return (
        ("List-Unsubscribe", f"<{links.unsubscribe}>" + (f", <{to}>" if to else "")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )


def _from(brand: str, setting: str | None) -> str:
    """The From mailbox; with the creditor's name, unless the setting brings its own."""
    if not setting:
        raise NoSender("the creditor has no From address")
    try:
        mailbox = sender(setting)
    except MailboxError as error:
        raise NoSender(str(error)) from None
    return str(mailbox if mailbox.name else mailbox._replace(name=brand))
