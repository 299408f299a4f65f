"""E-mail by SES: one request a message, never a second one, and what each answer proves.
What the message says and when it goes is decided elsewhere.

SES has no client token: a request that is repeated is a second e-mail. So every failure is sorted
by one question, "can SES have taken the message?": no (NotSent, and the agenda tries again), or
perhaps (Unclear, and the claim stands until an event or a day settles it). Refused is kept for
what is wrong with this message to this address for good: its notice is not tried there again. A
fault of the creditor's or the cell's settings is Misconfigured, a NotSent that somebody is told
of: it will be mended, and the message then goes.
"""

import time
from collections.abc import Callable
from email.header import Header
from email.utils import formataddr
from typing import TYPE_CHECKING, Any, NoReturn, cast

import botocore.exceptions as aws

from dunning.domain.mailbox import MailboxError, mailbox, travelling
from dunning.service.ports import (
    REST,
    ChannelPaused,
    Message,
    Misconfigured,
    NotSent,
    Refused,
    Unclear,
)

from .once import Fresh, client_that_asks_once, not_answered

if TYPE_CHECKING:
    from botocore.session import Session
    from types_boto3_sesv2 import SESV2Client

HOUR = 60 * 60
PAUSING = {
    "LimitExceededException": HOUR,  # the day's quota, which comes back little by little
    "SendingPausedException": REST,  # of the account, the tenant or the configuration set
    "AccountSuspendedException": HOUR,  # until AWS has answered a person
}
"""Refusals that every message would meet, and for how many seconds nobody asks again."""
OF_A_TENANT = "SendingPausedException"
"""Of a message that names a tenant this may be the tenant's pause: then only its creditor rests.
If it is the account's, `GetAccount` says so to the sweep, and the channel rests."""
WAITING = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "ExpiredTokenException",  # of a role's credentials, which are renewed
    }
)
"""What comes right by waiting alone."""
UNVERIFIED = "not verified"
"""In the text of MessageRejected: an identity is not verified. SES has no code of its own for it,
and it is the sender's (in a sandbox also the recipient's) set-up, not a dead address."""


def ses_client(session: "Session", region: str | None = None) -> "SESV2Client":
    """A client that asks once."""
    return cast("SESV2Client", client_that_asks_once(session, "sesv2", region))


class SesSender:
    """The e-mail channel's provider. Safe to be used by several threads."""

    def __init__(
        self,
        client: "SESV2Client",
        configuration_set: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._configuration_set = configuration_set
        self._fresh = Fresh(client, monotonic)

    def send(self, creditor: str, message: Message) -> str:
        request = self._request(message)
        try:
            with self._fresh.connection():
                # An answer without an id is one that cannot be read: perhaps sent.
                return self._client.send_email(**request)["MessageId"]
        except aws.ClientError as error:
            _answered(error, message.tenant)
        except Exception as error:  # noqa: BLE001 - it is raised again as what it proves
            not_answered(error)

    def _request(self, message: Message) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": _mailbox(message.sender, Misconfigured, "bad_sender"),
            "Destination": {"ToAddresses": [_mailbox(message.to, Refused, "bad_address")]},
            "Content": {
                "Simple": {
                    "Subject": _utf8(message.subject),
                    "Body": {"Text": _utf8(message.text), "Html": _utf8(message.html)},
                    "Headers": [{"Name": name, "Value": value} for name, value in message.headers],
                }
            },
            "EmailTags": [{"Name": name, "Value": value} for name, value in message.tags],
            "ConfigurationSetName": self._configuration_set,
            # Whether a debtor opens a mail is nobody's business.
            "ConfigurationOverrides": {
                "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
            },
        }
        if message.inline or message.attachments:
            request["Content"]["Simple"]["Attachments"] = [
                {
                    "RawContent": picture.data,
                    "ContentDisposition": "INLINE",
                    "ContentId": picture.cid,
                    "ContentType": picture.content_type,
                    "FileName": picture.name,
                    "ContentTransferEncoding": "BASE64",
                }
                for picture in message.inline
            ] + [
                {
                    "RawContent": file.data,
                    "ContentDisposition": "ATTACHMENT",
                    "ContentType": file.content_type,
                    "FileName": file.name,
                    "ContentTransferEncoding": "BASE64",
                }
                for file in message.attachments
            ]
        if message.tenant:
            request["TenantName"] = message.tenant
        if not message.html:
            del request["Content"]["Simple"]["Body"]["Html"]
        if message.reply_to:
            request["ReplyToAddresses"] = [
                _mailbox(message.reply_to, Misconfigured, "bad_reply_to")
            ]
        return request


def _answered(error: aws.ClientError, tenant: str) -> NoReturn:
    """What an answer of SES proves. The text is looked at for one case alone, and never kept."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500:
        raise Unclear(f"http_{status}") from error
    if code in PAUSING:
        of_creditor = bool(tenant) and code == OF_A_TENANT
        raise ChannelPaused(code, rest=PAUSING[code], of_creditor=of_creditor) from None
    if code == "MessageRejected" and UNVERIFIED not in str(error):
        raise Refused(code) from None
    if code in WAITING or status == 429:
        raise NotSent(code or f"http_{status}") from None
    # What is left was looked at and declined, and comes right by mending a setting: AccessDenied
    # (role), MailFromDomainNotVerifiedException and an unverified identity (the creditor's domain),
    # NotFoundException (configuration set, tenant), BadRequestException (a request that we built;
    # the address itself was checked before).
    if 400 <= status < 500:
        raise Misconfigured(code or f"http_{status}") from None
    raise Unclear(code or f"http_{status}") from error


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _mailbox(text: str, kind: type[NotSent], code: str) -> str:
    """A mailbox as it travels: the name quoted or encoded, the address in ASCII."""
    try:
        name, address = mailbox(text)
        plain = travelling(address)
    except MailboxError:
        raise kind(code) from None
    if not name:
        return plain
    name = "".join(c for c in name if c.isprintable())
    if name.isascii():
        return formataddr((name, plain))
    return f"{Header(name, 'utf-8').encode(linesep='')} <{plain}>"
