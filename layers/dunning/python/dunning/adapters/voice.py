"""Calls and texts by AWS End User Messaging: one request a message, never a second one, and what
each answer proves. What is said and when is decided elsewhere; so is what became of a call.

Neither operation has a client token, so that a request which is repeated is a second call
(adapters/once). An answer of the service has a code and mostly a reason; `KINDS` sorts them by who
or what must change before the same notice can reach this customer: nobody at this number (Refused),
time (NotSent), AWS's leave to the account (ChannelPaused), a person with the settings
(Misconfigured).
"""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

import botocore.exceptions as aws

from dunning.domain.account import VOICE
from dunning.service.ports import (
    ChannelPaused,
    Message,
    Misconfigured,
    NotSent,
    OptedOut,
    Refused,
    Unclear,
)

from .once import Fresh, client_that_asks_once, not_answered
from .phone_numbers import phone_number
from .phone_setup import Line, PhoneSetup

if TYPE_CHECKING:
    from botocore.session import Session

CONFLICT = "ConflictException"
INVALID = "ValidationException"
DENIED = "AccessDeniedException"
QUOTA = "ServiceQuotaExceededException"

KINDS: Mapping[tuple[str, str], type[NotSent]] = MappingProxyType(
    {
        (QUOTA, "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE"): ChannelPaused,
        (QUOTA, "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"): ChannelPaused,
        # Of this one number: others may be called, and this one tomorrow.
        (QUOTA, "DAILY_DESTINATION_CALL_LIMIT"): NotSent,
        (DENIED, "INSUFFICIENT_ACCOUNT_REPUTATION"): ChannelPaused,
        (DENIED, "ACCOUNT_DISABLED"): ChannelPaused,
        (CONFLICT, "DESTINATION_PHONE_NUMBER_OPTED_OUT"): OptedOut,
        (CONFLICT, "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"): Refused,
        (CONFLICT, "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"): Refused,
        # Only in a sandbox: the account's set-up, not a number that cannot be called.
        (CONFLICT, "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"): Misconfigured,
        (CONFLICT, "NUMBER_CAPABILITIES_MISMATCH"): Misconfigured,
        (INVALID, "PRICE_OVER_THRESHOLD"): Refused,
        (INVALID, "DESTINATION_COUNTRY_BLOCKED"): Refused,
        (INVALID, "COUNTRY_NOT_ENABLED"): Refused,
        (INVALID, "MAXIMUM_SIZE_EXCEEDED"): Refused,
        (INVALID, "VOICE_CAPABILITY_NOT_AVAILABLE"): Misconfigured,
    }
)
"""What each reason proves. One that is not listed is its code's (`CODES`)."""

CODES: Mapping[str, type[NotSent]] = MappingProxyType(
    {
        QUOTA: ChannelPaused,
        # Without a reason it is our role's; a pool, a number or a set that is not as it should be.
        DENIED: Misconfigured,
        CONFLICT: Misconfigured,
        INVALID: Misconfigured,
        "ResourceNotFoundException": Misconfigured,
        "ThrottlingException": NotSent,
        "Throttling": NotSent,
        "ExpiredTokenException": NotSent,  # of a role's credentials, which are renewed
    }
)

OF_THE_MESSAGE = frozenset({"DestinationPhoneNumber", "MessageBody"})
"""Fields of a request that are this message's alone: where AWS finds fault with one of them, the
settings are in order, and the same message will never do."""


class PhoneClient(Protocol):
    """What a sender uses of the service's client."""

    def send_voice_message(self, **request: object) -> dict[str, Any]: ...

    def send_text_message(self, **request: object) -> dict[str, Any]: ...

    def close(self) -> None: ...


def voice_client(session: "Session", region: str | None = None) -> PhoneClient:
    """A client that asks once."""
    return cast(PhoneClient, client_that_asks_once(session, "pinpoint-sms-voice-v2", region))


class PhoneSender:
    """The provider of calls and of texts. Safe to be used by several threads."""

    def __init__(
        self,
        client: PhoneClient,
        setup: PhoneSetup,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._setup = setup
        self._fresh = Fresh(client, monotonic)

    def send(self, creditor: str, message: Message) -> str:
        called = phone_number(message.to)
        if called is None:
            raise Refused("bad_number")
        line = self._setup.lines.get(called.country or "")
        if message.channel == VOICE:
            ask = self._client.send_voice_message
            request = self._call(message, line, called.country or "")
        else:
            ask = self._client.send_text_message
            request = self._text(message, line)
        request |= {
            "DestinationPhoneNumber": called.e164,
            "ConfigurationSetName": self._setup.configuration_set,
            "Context": dict(message.tags),
        }
        if self._setup.protect:
            request["ProtectConfigurationId"] = self._setup.protect
        try:
            with self._fresh.connection():
                # An answer without an id is one that cannot be read: perhaps sent.
                return str(ask(**request)["MessageId"])
        except aws.ClientError as error:
            _answered(error)
        except Exception as error:  # noqa: BLE001 - it is raised again as what it proves
            not_answered(error)

    def _call(self, message: Message, line: Line | None, country: str) -> dict[str, Any]:
        if line is None or not line.call_from:
            # Not a fault: this cell does not call that country, and the notice goes another way.
            raise Refused("no_line")
        voice = self._setup.voice(message.language, country, message.voice)
        if not voice:
            raise Misconfigured("no_voice")
        return {
            "OriginationIdentity": line.call_from,
            "MessageBody": message.text,
            "MessageBodyTextType": "SSML",
            "VoiceId": voice,
            "TimeToLive": self._setup.call_seconds,
            "MaxPricePerMinute": line.per_minute,
        }

    def _text(self, message: Message, line: Line | None) -> dict[str, Any]:
        if line is None or not line.text_from:
            raise Refused("no_line")
        return {
            "OriginationIdentity": line.text_from,
            "MessageBody": message.text,
            "MessageType": "TRANSACTIONAL",
            "TimeToLive": self._setup.text_seconds,
            "MaxPrice": line.per_text,
        }


def _answered(error: aws.ClientError) -> NoReturn:
    """What an answer of the service proves. Its text is not looked at, and never kept."""
    answer = cast("dict[str, Any]", error.response)
    code = str(answer.get("Error", {}).get("Code", ""))
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500:
        raise Unclear(f"http_{status}") from error
    reason = str(answer.get("Reason") or "")
    said = reason or code or f"http_{status}"
    kind = KINDS.get((code, reason)) or CODES.get(code)
    if code == INVALID and kind is Misconfigured and _finds_fault_with(answer) <= OF_THE_MESSAGE:
        kind = Refused if _finds_fault_with(answer) else Misconfigured
    if kind is None and status == 429:
        kind = NotSent
    if kind is None and 400 <= status < 500:
        kind = Misconfigured
    if kind is None:
        raise Unclear(said) from error
    raise kind(said) from None


def _finds_fault_with(answer: Mapping[str, Any]) -> set[str]:
    """The fields of the request that a validation names."""
    fields = answer.get("Fields")
    listed = fields if isinstance(fields, list) else []
    return {str(one["Name"]) for one in listed if isinstance(one, Mapping) and one.get("Name")}
