"""E-mail by SES: one request a message, never a second one, and what each answer proves.
What the message says and when it goes is decided elsewhere.

SES has no client token: a request that is repeated is a second e-mail. So every failure is sorted
by one question, "can SES have taken the message?": no (NotSent, and the agenda tries again), or
perhaps (Unclear, and the claim stands until an event or a day settles it). Refused is kept for
what is wrong with this message to this address for good: its notice is not tried there again. A
fault of the creditor's or the cell's settings is Misconfigured, a NotSent that somebody is told
of: it will be mended, and the message then goes.
"""

import ssl
import time
from collections.abc import Callable
from email.header import Header
from email.utils import formataddr
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn, cast

import botocore.exceptions as aws
from botocore import __version__ as botocore_version
from botocore.config import Config

from dunning.domain.mailbox import MailboxError, mailbox, travelling
from dunning.service.ports import (
    ChannelPaused,
    Message,
    Misconfigured,
    NotSent,
    Refused,
    Unclear,
)

if TYPE_CHECKING:
    from botocore.session import Session
    from types_boto3_sesv2 import SESV2Client

CONNECT_TIMEOUT = 2
READ_TIMEOUT = 10
IDLE = 4.0
"""Seconds after which a kept connection is not used again: the other side may have dropped it
without a word, and a message written into it would be an unknown send."""

PAUSING = frozenset(
    {
        "LimitExceededException",  # the day's quota
        "SendingPausedException",  # of the account, the tenant or the configuration set
        "AccountSuspendedException",
    }
)
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

# Raised before a byte of the request is on the wire.
_BEFORE_THE_WIRE = (
    aws.EndpointConnectionError,
    aws.ConnectTimeoutError,
    aws.ProxyConnectionError,
    aws.CredentialRetrievalError,
)
# Raised before that too, and again every time.
_MISCONFIGURED = (
    aws.ParamValidationError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.NoRegionError,
)


def ses_client(session: "Session", region: str | None = None) -> "SESV2Client":
    """A client that asks once. `total_max_attempts` counts the first request too."""
    client = session.create_client(
        "sesv2",
        region_name=region,
        config=Config(
            # Built anew for each request otherwise, at a tenth of the request's CPU.
            user_agent=f"duecourse botocore/{botocore_version}",
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=10,
            tcp_keepalive=True,
        ),
    )
    return cast("SESV2Client", client)


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
        self._monotonic = monotonic
        self._lock = Lock()
        self._busy = 0
        self._used = monotonic()

    def send(self, creditor: str, message: Message) -> str:
        request = self._request(message)
        self._begin()
        try:
            # An answer without an id is one that cannot be read: perhaps sent.
            return self._client.send_email(**request)["MessageId"]
        except aws.ClientError as error:
            _answered(error)
        except Exception as error:
            if isinstance(error, _MISCONFIGURED):
                raise Misconfigured(_code(error)) from None
            if _before_the_wire(error):
                raise NotSent(_code(error)) from None
            # Time-outs, lost connections, answers that cannot be read, and whatever is new:
            # nothing of it proves that the message stayed here.
            raise Unclear(_code(error)) from error
        finally:
            self._end()

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
        if not message.html:
            del request["Content"]["Simple"]["Body"]["Html"]
        if message.reply_to:
            request["ReplyToAddresses"] = [
                _mailbox(message.reply_to, Misconfigured, "bad_reply_to")
            ]
        return request

    def _begin(self) -> None:
        with self._lock:
            if not self._busy and self._monotonic() - self._used > IDLE:
                self._client.close()  # closes what is kept; the next request connects anew
            self._busy += 1

    def _end(self) -> None:
        with self._lock:
            self._busy -= 1
            self._used = self._monotonic()


def _before_the_wire(error: Exception) -> bool:
    """Whether the request provably never left. Of TLS only a certificate that was not believed is:
    any other failure of it may also come after the request."""
    if isinstance(error, aws.SSLError):
        inner = getattr(error.kwargs.get("error"), "args", ())
        return any(isinstance(one, ssl.SSLCertVerificationError) for one in inner)
    return isinstance(error, _BEFORE_THE_WIRE)


def _answered(error: aws.ClientError) -> NoReturn:
    """What an answer of SES proves. The text is looked at for one case alone, and never kept."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500:
        raise Unclear(f"http_{status}") from error
    if code in PAUSING:
        raise ChannelPaused(code) from None
    if code == "MessageRejected" and UNVERIFIED not in str(error):
        raise Refused(code) from None
    if code in WAITING or status == 429:
        raise NotSent(code or f"http_{status}") from None
    # What is left was looked at and declined, and comes right by mending a setting: AccessDenied
    # (role), MailFromDomainNotVerifiedException and an unverified identity (the creditor's domain),
    # NotFoundException (configuration set), BadRequestException (a request that we built; the
    # address itself was checked before).
    if 400 <= status < 500:
        raise Misconfigured(code or f"http_{status}") from None
    raise Unclear(code or f"http_{status}") from error


def _code(error: Exception) -> str:
    """The kind of failure: never its text, which may quote the request."""
    return type(error).__name__


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
