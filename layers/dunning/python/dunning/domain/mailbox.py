"""What a mailbox is: a display name and an address, taken apart, written, and fit to travel.
What is accepted at import is what can be sent; how a header is encoded is the adapter's.
"""

import re
from typing import NamedTuple

LONGEST_NAME = 200

_BRACKETED = re.compile(r"(.*)<([^<>]*)>\Z", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\Z', re.DOTALL)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+\Z")


class MailboxError(ValueError):
    """No mailbox, or one that no mail can travel from; the message says how to mend it."""


class Mailbox(NamedTuple):
    """A display name (may be empty) and an address, both as they are meant: nothing quoted."""

    name: str
    address: str

    def __str__(self) -> str:
        """As it is written: a name always in quotes, so that no character of it is read as more."""
        if not self.name:
            return self.address
        name = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{name}" <{self.address}>'


def mailbox(text: str) -> Mailbox:
    """A mailbox taken apart: an address alone, or behind a name. A name of any characters needs no
    quotes, but what may be a second address does. Raises MailboxError."""
    found = _BRACKETED.match(text.strip())
    if found is None:
        return Mailbox("", text.strip())
    name, address = found.group(1).strip(), found.group(2).strip()
    quoted = _QUOTED.match(name)
    if quoted:
        return Mailbox(re.sub(r"\\(.)", r"\1", quoted.group(1)).strip(), address)
    if any(sign in name for sign in '<>"@'):
        raise MailboxError(
            'the name before the address holds one of < > " @; write it without them, as'
            " Acme, Inc. <billing@acme.example>"
        )
    return Mailbox(name, address)


def travelling(address: str) -> str:
    """An address as it travels: the domain in ASCII (IDNA), the part before the @ in ASCII already,
    for the provider takes no other. Raises MailboxError."""
    local, at, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        raise MailboxError("the domain behind the @ cannot be used; write it in ASCII") from None
    plain = f"{local}@{domain}"
    if not (local and at and domain) or " " in plain or not plain.isprintable():
        raise MailboxError("that is no e-mail address; write it as billing@acme.example")
    if not plain.isascii():
        raise MailboxError("the part before the @ may hold only a-z, 0-9 and . _ - +; mend it")
    return plain


def sender(text: str) -> Mailbox:
    """The mailbox that a creditor's mails come from. Raises MailboxError for one that the provider
    would never take: it is told at import, not by every mail that is not sent."""
    found = mailbox(text)
    local, _, domain = travelling(found.address).rpartition("@")
    if len(local) > 64 or not _LOCAL.match(local):
        raise MailboxError(
            "the part before the @ may hold only letters, digits and . _ - +, at most 64; mend it"
        )
    if len(domain) > 253 or not _DOMAIN.match(domain):
        raise MailboxError(
            "the domain behind the @ is none that mail can come from; write it as acme.example"
        )
    if len(found.name) > LONGEST_NAME or not found.name.isprintable():
        raise MailboxError(
            f"the name before the address is longer than {LONGEST_NAME} characters, or not plain"
            " text; shorten it"
        )
    return found
