"""SES's events, as EventBridge brings them, as Feedback: which attempt, and what became of it.
Tolerant: fields may come and go. What follows from an event is not decided here.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from dunning.domain.account import EMAIL
from dunning.domain.identity import account_of_tag, serial_of_notice
from dunning.domain.outcomes import (
    BOUNCED,
    COMPLAINED,
    DELAYED,
    DELIVERED,
    REJECTED,
    SENT,
    SOFT_BOUNCED,
)
from dunning.service.ports import AddressHash, Feedback

SOURCE = "aws.ses"
LONGEST_DETAIL = 100

# By `detail.eventType`. Opens, clicks and subscriptions are not asked for, and left alone.
_OUTCOMES = {
    "Send": SENT,
    "Delivery": DELIVERED,
    "DeliveryDelay": DELAYED,
    "Reject": REJECTED,
    "Rendering Failure": REJECTED,
    "RenderingFailure": REJECTED,
}


class NotAnEvent(ValueError):
    """Something that is no event of SES at all; it should not be in the queue."""


def feedback_of(event: object, hash_of: AddressHash) -> Feedback | None:
    """The feedback in an event; None for one that is not ours or says nothing we act on.

    Raises NotAnEvent for what does not come from SES."""
    if not isinstance(event, Mapping) or event.get("source") != SOURCE:
        raise NotAnEvent("no event of SES")
    detail = _mapping(event.get("detail"))
    mail = _mapping(detail.get("mail"))
    outcome, part = _outcome(detail)
    named = _attempt(_mapping(mail.get("tags")))
    if outcome is None or named is None:
        return None
    account, serial, attempt = named
    message_id = str(mail.get("messageId", ""))
    address = _address(mail, part)
    return Feedback(
        # The provider's own id of the bounce or complaint, else the message's: the envelope's id
        # is another one when SES publishes the same event again.
        id=f"ses-{outcome}-{part.get('feedbackId') or message_id}"[:100],
        account=account,
        serial=serial,
        attempt=attempt,
        channel=EMAIL,
        outcome=outcome,
        address_hash=hash_of(EMAIL, address) if address else "",
        message_id=message_id,
        detail=_why(part),
        sent_at=_instant(mail.get("timestamp")),
    )


def _outcome(detail: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """Outcome, and the part of the event that tells more of it."""
    kind = detail.get("eventType")
    if kind == "Bounce":
        bounce = _mapping(detail.get("bounce"))
        # Transient and Undetermined: the mailbox may be full, the address still is somebody's.
        permanent = bounce.get("bounceType") == "Permanent"
        return (BOUNCED if permanent else SOFT_BOUNCED), bounce
    if kind == "Complaint":
        complaint = _mapping(detail.get("complaint"))
        if complaint.get("complaintFeedbackType") == "not-spam":
            return None, complaint  # the recipient took the message out of the spam folder
        return COMPLAINED, complaint
    parts = {"DeliveryDelay": "deliveryDelay", "Reject": "reject", "Delivery": "delivery"}
    return _OUTCOMES.get(str(kind)), _mapping(detail.get(parts.get(str(kind), "failure")))


def _attempt(tags: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Account, serial of the notice and attempt from the tags; None if they are not ours."""
    try:
        account = account_of_tag(_first(tags["account"]))
        return (
            account,
            serial_of_notice(_first(tags["notice"]), account),
            int(_first(tags["attempt"])),
        )
    except (KeyError, ValueError, TypeError, IndexError):
        return None


def _address(mail: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """The address that the event is about: the recipient it names, else the mail's only one."""
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        for recipient in part.get(name) or ():
            address = _mapping(recipient).get("emailAddress")
            if isinstance(address, str) and address:
                return parseaddr(address)[1] or address
    destination = list(mail.get("destination") or [])
    return str(destination[0]) if len(destination) == 1 else ""


def _why(part: Mapping[str, Any]) -> str:
    """The provider's codes for it; never its free text, which may quote a mailbox."""
    names = ("bounceSubType", "complaintFeedbackType", "delayType", "reason")
    return str(next((part[name] for name in names if part.get(name)), ""))[:LONGEST_DETAIL]


def _instant(text: object) -> int | None:
    """An instant of the provider's, its fraction of a second left out."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return int(at.timestamp()) if at.tzinfo else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _first(values: object) -> str:
    """A tag's value: SES lists the values of each tag."""
    if isinstance(values, list | tuple):
        values = values[0]
    if not isinstance(values, str):
        raise TypeError("a tag is text")
    return values
