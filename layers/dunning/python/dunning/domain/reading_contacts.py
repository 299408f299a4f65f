"""Bodies about contacts: what became of a message or call, and contacts that a person tells of."""

from datetime import date, time

from . import outcomes
from .bodies import ContactMadeBody, FeedbackBody
from .calendar import DAY, instant, parse_instant
from .fields import CHANNELS, Fields, ReadingError, names, printable

CONTACT_FIELDS = names("id customer channel at direction address connected conversation currency")
OUTCOMES = (
    outcomes.BOUNCED,
    outcomes.COMPLAINED,
    outcomes.REJECTED,
    outcomes.BUSY,
    outcomes.NO_ANSWER,
    outcomes.NOT_IN_SERVICE,
    outcomes.UNREACHED,
    outcomes.ANSWERED,
    outcomes.CONVERSATION,
)
DIRECTIONS = ("inbound", "outbound")


def feedback(fields: Fields, on: date) -> FeedbackBody:
    """What became of the last message to an address."""
    fields.need("address")
    return FeedbackBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        channel=fields.one_of("channel", CHANNELS),
        address=fields.text("address", 254),
        outcome=fields.one_of("outcome", OUTCOMES),
    )


def contact_made(fields: Fields, on: date) -> ContactMadeBody:
    """A contact that the machine did not make."""
    return ContactMadeBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        channel=fields.one_of("channel", CHANNELS),
        at=_at(fields, on),
        inbound=fields.one_of("direction", DIRECTIONS) == "inbound",
        address=fields.text_or_none("address", 254),
        connected=fields.flag("connected"),
        conversation=fields.flag("conversation"),
        currency=fields.currency() if fields.has("currency") else "",
    )


def _at(fields: Fields, on: date) -> int:
    """The instant of a contact. One that lies ahead of the day on which it is told would count
    until that day is over, and is a slip of the pen."""
    value, field = fields.need("at"), f"{fields.path}at"
    try:
        at = parse_instant(str(value))
    except (ValueError, OverflowError):
        raise ReadingError(
            "bad_instant",
            field,
            f"{field} {printable(value)} is not an instant; write it as 2026-11-22T10:15:00Z",
        ) from None
    if at >= instant(on, time(0), "UTC") + 2 * DAY:
        raise ReadingError(
            "not_yet", field, f"{field} lies after the day on which it is told; mend one of them"
        )
    return at
