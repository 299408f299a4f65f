"""End User Messaging's events as Feedback: which attempt, and what became of the call or the text.
Tolerant: fields may come and go. What follows from an event is not decided here.

They come from the configuration set's topic, bare or in the topic's envelope, and, where somebody
adds a rule, in that of the default bus. All three carry the same event. Which attempt it is about
stands in its context; an event without ours is another sender's.
"""

import json
from collections.abc import Mapping
from typing import Any

from dunning.domain.account import VOICE
from dunning.domain.identity import account_of_tag, serial_of_notice
from dunning.domain.outcomes import (
    ANSWERED,
    BOUNCED,
    BUSY,
    DELIVERED,
    NO_ANSWER,
    REJECTED,
    SENT,
    UNREACHED,
)
from dunning.service.ports import AddressHash, Feedback

SOURCE = "aws.sms-voice"
SMS = "sms"
LONGEST_DETAIL = 100

# By `eventType`. TEXT_UNKNOWN says after three days that nobody knows: it settles nothing.
_OUTCOMES = {
    "VOICE_INITIATED": SENT,
    "VOICE_RINGING": SENT,
    "VOICE_ANSWERED": ANSWERED,
    "VOICE_COMPLETED": ANSWERED,
    "VOICE_BUSY": BUSY,
    "VOICE_NO_ANSWER": NO_ANSWER,
    "VOICE_FAILED": UNREACHED,
    "VOICE_TTL_EXPIRED": UNREACHED,
    "TEXT_QUEUED": SENT,
    "TEXT_PENDING": SENT,
    "TEXT_SENT": SENT,
    "TEXT_SUCCESSFUL": DELIVERED,
    "TEXT_DELIVERED": DELIVERED,
    "TEXT_INVALID": BOUNCED,
    "TEXT_INVALID_MESSAGE": REJECTED,
    "TEXT_BLOCKED": REJECTED,
    "TEXT_CARRIER_BLOCKED": REJECTED,
    "TEXT_SPAM": REJECTED,
    "TEXT_PROTECT_BLOCKED": REJECTED,
    "TEXT_UNREACHABLE": UNREACHED,
    "TEXT_CARRIER_UNREACHABLE": UNREACHED,
    "TEXT_TTL_EXPIRED": UNREACHED,
}


def is_phone_event(event: object) -> bool:
    """Whether something may be an event of the telephone service, in any of its envelopes."""
    if not isinstance(event, Mapping):
        return False
    kind = str(_event(event).get("eventType", ""))
    return event.get("source") == SOURCE or kind.startswith(("VOICE_", "TEXT_"))


def feedback_of(event: object, hash_of: AddressHash) -> Feedback | None:
    """The feedback in an event; None for one that is not ours or says nothing we act on."""
    detail = _event(event if isinstance(event, Mapping) else {})
    kind = str(detail.get("eventType", ""))
    outcome = _OUTCOMES.get(kind)
    named = _attempt(_mapping(detail.get("context")))
    if outcome is None or named is None:
        return None
    account, serial, attempt = named
    channel = VOICE if kind.startswith("VOICE_") else SMS
    message_id = str(detail.get("messageId", ""))
    number = detail.get("destinationPhoneNumber")
    return Feedback(
        # A call that was answered and one that was completed are told in two events, of one call.
        id=f"{channel}-{outcome}-{message_id}"[:100],
        account=account,
        serial=serial,
        attempt=attempt,
        channel=channel,
        outcome=outcome,
        address_hash=hash_of(channel, number) if isinstance(number, str) and number else "",
        message_id=message_id,
        detail=str(detail.get("messageStatus", ""))[:LONGEST_DETAIL],
        sent_at=_seconds(detail.get("messageRequestTimestamp")),
    )


def _event(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event itself, out of the envelope of the bus or of the topic."""
    if isinstance(event.get("detail"), Mapping):
        return _mapping(event["detail"])
    if event.get("Type") == "Notification" and isinstance(event.get("Message"), str):
        try:
            return _mapping(json.loads(event["Message"]))
        except ValueError:
            return {}
    return event


def _attempt(context: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Account, serial of the notice and attempt from the context; None if it is not ours."""
    try:
        account = account_of_tag(str(context["account"]))
        serial = serial_of_notice(str(context["notice"]), account)
        return account, serial, int(context["attempt"])
    except (KeyError, ValueError, TypeError):
        return None


def _seconds(milliseconds: object) -> int | None:
    """An instant of the provider's, its fraction of a second left out."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return int(milliseconds // 1000) if milliseconds == milliseconds else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
