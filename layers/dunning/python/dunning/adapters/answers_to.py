"""Where a customer's answer goes: the creditor's own address, as a mailto: address.
Which message or page carries it is theirs.
"""

from urllib.parse import quote

from dunning.domain.creditor import Creditor
from dunning.domain.mailbox import MailboxError, mailbox, travelling


def mailto(creditor: Creditor, subject: str = "") -> str:
    """The address in ASCII, with a subject where one is given; empty where there is none."""
    setting = creditor.reply_to or creditor.sender
    if not setting:
        return ""
    try:
        address = travelling(mailbox(setting).address)
    except MailboxError:
        return ""
    return f"mailto:{quote(address, safe='@')}" + (f"?subject={quote(subject)}" if subject else "")
