"""The telephone network as the gate plays it: what happens at which number, and the events of it.

Data, choice and dictionaries only; the server does it. The last two digits of a number choose, so
that numbers reserved for fiction (+1 206 555 01xx, +49 30 23125 0xx, +44 20 7946 09xx) have them
all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.gate.behaviour import Behaviour, untold

INITIATED, RINGING = "VOICE_INITIATED", "VOICE_RINGING"
ANSWERED, COMPLETED = "VOICE_ANSWERED", "VOICE_COMPLETED"
BUSY, NO_ANSWER = "VOICE_BUSY", "VOICE_NO_ANSWER"
FAILED, EXPIRED = "VOICE_FAILED", "VOICE_TTL_EXPIRED"
TEXT_SENT, TEXT_DELIVERED, TEXT_UNREACHABLE = "TEXT_SENT", "TEXT_DELIVERED", "TEXT_UNREACHABLE"
FINAL = frozenset({COMPLETED, BUSY, NO_ANSWER, FAILED, EXPIRED, TEXT_DELIVERED, TEXT_UNREACHABLE})

_TAKEN = (INITIATED, RINGING, ANSWERED, COMPLETED)


def _accepted(events: tuple[str, ...], failed_by: str | None = None) -> Behaviour:
    return Behaviour(outcome="accepted", accepted=True, events=events, failed_by=failed_by)


def _refused(outcome: str, code: str, reason: str = "", status: int = 400) -> Behaviour:
    return Behaviour(outcome=outcome, accepted=False, status=status, code=code, reason=reason)


CALLED = _accepted(_TAKEN)
CALLS: Mapping[str, Behaviour] = {
    "accept": CALLED,
    # A machine takes a call as a person does: the provider cannot tell which.
    "machine": CALLED,
    "busy": _accepted((INITIATED, BUSY), "busy"),
    "no-answer": _accepted((INITIATED, RINGING, NO_ANSWER), "no_answer"),
    "failed": _accepted((INITIATED, FAILED), "unreached"),
    "expired": _accepted((EXPIRED,), "unreached"),
    "lost-events": _accepted(()),
    "throttle": _refused("throttled", "ThrottlingException"),
    "opted-out": _refused("opted_out", "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
    "blocked": _refused(
        "blocked", "ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
    ),
    "too-dear": _refused("too_dear", "ValidationException", "PRICE_OVER_THRESHOLD"),
    "spend-limit": _refused(
        "spend_limit", "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE"
    ),
    "daily-limit": _refused(
        "daily_limit", "ServiceQuotaExceededException", "DAILY_DESTINATION_CALL_LIMIT"
    ),
    "disabled": _refused("disabled", "AccessDeniedException", "ACCOUNT_DISABLED"),
    "no-capability": _refused("no_capability", "ConflictException", "NUMBER_CAPABILITIES_MISMATCH"),
    **untold(_TAKEN, "InternalServerException"),
}

NUMBERS: Mapping[str, tuple[str, int]] = {
    # The last two digits: what happens, and to how many requests (0: to all); then it is answered.
    "10": ("busy", 0),
    "11": ("no-answer", 0),
    "12": ("failed", 0),
    "13": ("machine", 0),
    "14": ("expired", 0),
    "15": ("throttle", 0),
    "16": ("throttle", 2),
    "17": ("opted-out", 0),
    "18": ("blocked", 0),
    "19": ("timeout-after-accept", 0),
    "20": ("timeout-before-accept", 0),
    "21": ("reset", 0),
    "22": ("reset-before-accept", 1),
    "23": ("error-after-accept", 0),
    "24": ("spend-limit", 1),
    "25": ("daily-limit", 1),
    "26": ("too-dear", 0),
    "27": ("disabled", 1),
    "28": ("no-capability", 1),
    "29": ("lost-events", 0),
    "30": ("busy", 1),
    "31": ("no-answer", 1),
    "32": ("no-answer", 2),
}


def by_number(number: str, seen: int) -> Behaviour:
    """What happens to a request for a number; `seen` counts the earlier ones."""
    digits = re.sub(r"\D", "", number)
    name, times = NUMBERS.get(digits[-2:], ("accept", 0))
    return CALLS[name] if not times or seen < times else CALLED


@dataclass(frozen=True)
class Placed:
    """A call or a text that the gate took, as far as its events speak of it."""

    n: int
    at: datetime
    message_id: str
    request: dict[str, Any]
    text: bool = False

    @property
    def configuration_set(self) -> str:
        """The set's name, also out of its ARN."""
        return str(self.request.get("ConfigurationSetName", "")).rpartition("/")[2]


def events_of(behaviour: Behaviour, placed: Placed) -> tuple[str, ...]:
    """What is told of it: of a text what networks tell of texts."""
    if not placed.text or not behaviour.events:
        return behaviour.events
    return (TEXT_SENT, TEXT_UNREACHABLE if behaviour.failed_by else TEXT_DELIVERED)


def event(kind: str, placed: Placed, now: datetime) -> dict[str, Any]:
    """One event, as a configuration set's topic gets it."""
    request = placed.request
    told: dict[str, Any] = {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": _milliseconds(now),
        "isFinal": kind in FINAL,
        "originationPhoneNumber": request.get("OriginationIdentity"),
        "destinationPhoneNumber": request.get("DestinationPhoneNumber"),
        "messageId": placed.message_id,
        "messageRequestTimestamp": _milliseconds(placed.at),
        "messageStatus": kind.partition("_")[2],
    }
    if request.get("Context"):
        told["context"] = request["Context"]
    if request.get("ProtectConfigurationId"):
        told["protectConfiguration"] = {
            "protectConfigurationId": request["ProtectConfigurationId"],
            "protectStatus": "ALLOW",
        }
    return told


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
