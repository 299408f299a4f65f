"""What SES tells EventBridge about a message, in the documented envelope.

Builds dictionaries only; who gets them is the bus's matter.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from infra.local.gate import behaviour as b

SOURCE_IP, OUTGOING_IP = "192.0.2.10", "192.0.2.20"
REPORTING_MTA = "a8-70.smtp-out.example.com"

DETAIL_TYPE = {
    b.SEND: "Email Sent",
    b.DELIVERY: "Email Delivered",
    b.BOUNCE: "Email Bounced",
    b.SOFT_BOUNCE: "Email Bounced",
    b.COMPLAINT: "Email Complaint Received",
    b.REJECT: "Email Rejected",
    b.DELAY: "Email Delivery Delayed",
    b.RENDERING: "Email Rendering Failed",
}
# As a configuration set's event destination names them.
DESTINATION_TYPE = {
    b.SEND: "SEND",
    b.DELIVERY: "DELIVERY",
    b.BOUNCE: "BOUNCE",
    b.SOFT_BOUNCE: "BOUNCE",
    b.COMPLAINT: "COMPLAINT",
    b.REJECT: "REJECT",
    b.DELAY: "DELIVERY_DELAY",
    b.RENDERING: "RENDERING_FAILURE",
}
# Two samples carry neither headers nor common headers.
_BARE = (b.DELAY, b.RENDERING)


@dataclass(frozen=True)
class Accepted:
    """A message that the gate took, as far as its events speak of it."""

    n: int
    at: datetime
    message_id: str
    request: dict[str, Any]
    account: str
    region: str
    caller: str

    @property
    def configuration_set(self) -> str:
        return str(self.request.get("ConfigurationSetName", ""))

    @property
    def sender(self) -> str:
        return str(self.request.get("FromEmailAddress", ""))

    @property
    def recipients(self) -> list[str]:
        destination = self.request.get("Destination", {})
        return [address for kind in destination.values() for address in kind]

    @property
    def subject(self) -> str:
        simple = self.request.get("Content", {}).get("Simple", {})
        return str(simple.get("Subject", {}).get("Data", ""))


def envelope(kind: str, message: Accepted, now: datetime) -> dict[str, Any]:
    """One event, as a rule's target gets it."""
    arn = f"arn:aws:ses:{message.region}:{message.account}"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE[kind],
        "source": "aws.ses",
        "account": message.account,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": message.region,
        "resources": [f"{arn}:configuration-set/{message.configuration_set}"],
        "detail": _detail(kind, message, now),
    }


def _detail(kind: str, message: Accepted, now: datetime) -> dict[str, Any]:
    mail = _mail(kind, message)
    at = stamp(now)
    addresses = [parseaddr(address)[1] for address in message.recipients]
    feedback = f"{hashlib.sha256(message.message_id.encode()).hexdigest()[:16]}-{message.n:06d}"
    match kind:
        case b.SEND:
            return {"eventType": "Send", "mail": mail, "send": {}}
        case b.DELIVERY:
            passed = round((now - message.at).total_seconds() * 1000)
            delivery = {
                "timestamp": at,
                "processingTimeMillis": passed,
                "recipients": addresses,
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": REPORTING_MTA,
            }
            return {"eventType": "Delivery", "mail": mail, "delivery": delivery}
        case b.BOUNCE | b.SOFT_BOUNCE:
            bounce = _bounce(kind == b.BOUNCE, addresses, at, feedback)
            return {"eventType": "Bounce", "bounce": bounce, "mail": mail}
        case b.COMPLAINT:
            complaint = {
                "complainedRecipients": [{"emailAddress": address} for address in addresses],
                "timestamp": at,
                "feedbackId": feedback,
                "userAgent": "Example Feedback Loop/1.0",
                "complaintFeedbackType": "abuse",
                "arrivalDate": at,
            }
            return {"eventType": "Complaint", "complaint": complaint, "mail": mail}
        case b.REJECT:
            return {"eventType": "Reject", "mail": mail, "reject": {"reason": "Bad content"}}
        case b.DELAY:
            delay = {
                "timestamp": at,
                "delayType": "TransientCommunicationFailure",
                "expirationTime": at,
                "delayedRecipients": [
                    {
                        "emailAddress": address,
                        "status": "4.4.1",
                        "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
                    }
                    for address in addresses
                ],
            }
            return {"eventType": "DeliveryDelay", "mail": mail, "deliveryDelay": delay}
        case b.RENDERING:
            failure = {"errorMessage": "An attribute is missing.", "templateName": "template"}
            return {"eventType": "Rendering Failure", "mail": mail, "failure": failure}
    raise ValueError(f"no event is named {kind!r}")


def _bounce(hard: bool, addresses: list[str], at: str, feedback: str) -> dict[str, Any]:
    status, says = (
        ("5.1.1", "smtp; 550 5.1.1 user unknown")
        if hard
        else ("4.2.2", "smtp; 452 4.2.2 mailbox full")
    )
    return {
        "bounceType": "Permanent" if hard else "Transient",
        "bounceSubType": "General" if hard else "MailboxFull",
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": status,
                "diagnosticCode": says,
            }
            for address in addresses
        ],
        "timestamp": at,
        "feedbackId": feedback,
        "reportingMTA": f"dsn; {REPORTING_MTA}",
    }


def _mail(kind: str, message: Accepted) -> dict[str, Any]:
    address = parseaddr(message.sender)[1]
    arn = f"arn:aws:ses:{message.region}:{message.account}"
    mail: dict[str, Any] = {
        "timestamp": stamp(message.at),
        "source": message.sender,
        "sourceArn": f"{arn}:identity/{address}",
        "sendingAccountId": message.account,
        "messageId": message.message_id,
        "destination": [parseaddr(recipient)[1] for recipient in message.recipients],
        "headersTruncated": False,
    }
    if kind not in _BARE:
        to = message.request.get("Destination", {}).get("ToAddresses", [])
        own = message.request.get("Content", {}).get("Simple", {}).get("Headers", [])
        mail["headers"] = [
            {"name": "From", "value": message.sender},
            {"name": "To", "value": ", ".join(to)},
            {"name": "Subject", "value": message.subject},
            {"name": "MIME-Version", "value": "1.0"},
            *({"name": header["Name"], "value": header["Value"]} for header in own),
        ]
        mail["commonHeaders"] = {
            "from": [message.sender],
            "to": to,
            "messageId": message.message_id,
            "subject": message.subject,
        }
    mail["tags"] = _tags(kind, message, address)
    return mail


def _tags(kind: str, message: Accepted, address: str) -> dict[str, list[str]]:
    tags = {
        "ses:configuration-set": [message.configuration_set],
        "ses:source-ip": [SOURCE_IP],
        "ses:from-domain": [address.rpartition("@")[2]],
        "ses:caller-identity": [message.caller],
    }
    if kind == b.DELIVERY:
        tags["ses:outgoing-ip"] = [OUTGOING_IP]
    for tag in message.request.get("EmailTags", []):
        tags[tag["Name"]] = [tag["Value"]]
    return tags


def stamp(instant: datetime) -> str:
    """An instant as SES writes it, with milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
