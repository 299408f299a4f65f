"""Consents, withdrawals and wrong persons from plain objects: bodies, and what a customer's record
says. What they do to an account is `consent_entries`'.
"""

from datetime import date, time

from .bodies import Agreed, ContactBody, WrongPersonBody
from .calendar import instant, later, parse_instant
from .consents import ALL, CUSTOMER, EVERY_CHANNEL, SOURCES
from .fields import CHANNELS, FIRST_DAY, LAST_DAY, Fields, ReadingError, names, printable

CONSENT_FIELDS = names("id customer channel address text at source more_calls")
OPT_OUT_FIELDS = names("id customer channel address text at source")
WRONG_PERSON_FIELDS = names("id customer channel address")
OF_A_CUSTOMER = names("channel text at revoked_at source more_calls")
MOST_CONSENTS = 20
LONGEST_WORDS = 5_000
LONGEST_ADDRESS = 254
_FIRST = instant(FIRST_DAY, time(0), "UTC")
_LAST = instant(LAST_DAY, time(0), "UTC")
_ENDS_LAST = "Etc/GMT+12"


def consent(fields: Fields, on: date) -> ContactBody:
    """A consent to one channel, or to one address on it."""
    return _said("consent", fields, on, fields.one_of("channel", CHANNELS))


def opt_out(fields: Fields, on: date) -> ContactBody:
    """A withdrawal of one address, of a channel, or (`all`) of every channel."""
    channel = fields.one_of("channel", (*CHANNELS, EVERY_CHANNEL))
    if channel == EVERY_CHANNEL and fields.has("address"):
        raise ReadingError(
            "address_of_all",
            "address",
            "an address belongs to one channel; name that channel, or leave the address out",
        )
    return _said("opt_out", fields, on, ALL if channel == EVERY_CHANNEL else channel)


def wrong_person(fields: Fields, on: date) -> WrongPersonBody:
    """An address at which somebody else is reached."""
    fields.need("address")
    return WrongPersonBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        channel=fields.one_of("channel", CHANNELS),
        address=fields.text("address", LONGEST_ADDRESS),
    )


def of_customer(fields: Fields) -> tuple[Agreed, ...]:
    """What a customer's record says of consents."""
    found = []
    for count, raw in enumerate(fields.objects("consents", MOST_CONSENTS), 1):
        one = Fields(raw, OF_A_CUSTOMER, f"consents.{count}")
        at, revoked_at = instant_or_none(one, "at"), instant_or_none(one, "revoked_at")
        if at is not None and revoked_at is not None and revoked_at < at:
            raise ReadingError(
                "bad_order",
                f"consents.{count}.revoked_at",
                f"consents.{count}.revoked_at is before at; give two consents, or mend the times",
            )
        found.append(
            Agreed(
                channel=one.one_of("channel", CHANNELS),
                text=one.text("text", LONGEST_WORDS),
                source=one.one_of("source", SOURCES, CUSTOMER),
                at=at,
                revoked_at=revoked_at,
                more_calls=bool(one.flag("more_calls")),
            )
        )
    return tuple(found)


def _said(type_: str, fields: Fields, on: date, channel: str) -> ContactBody:
    return ContactBody(
        on=on,
        type=type_,
        id=fields.id("id"),
        customer=fields.id("customer"),
        channel=channel,
        address=fields.text_or_none("address", LONGEST_ADDRESS),
        text=fields.text("text", LONGEST_WORDS),
        source=fields.one_of("source", SOURCES, ""),
        at=instant_or_none(fields, "at"),
        more_calls=type_ == "consent" and bool(fields.flag("more_calls")),
    )


def instant_or_none(fields: Fields, name: str) -> int | None:
    """An instant of UTC; a day is its end, wherever it ends last."""
    value = fields.get(name)
    if value is None:
        return None
    text = str(value).strip()
    if len(text) == len("2026-11-22"):
        return instant(later(fields.day(name), 1), time(0), _ENDS_LAST) - 1
    try:
        if _FIRST <= (at := parse_instant(text)) < _LAST:
            return at
    except (ValueError, OverflowError):
        pass
    path = fields.path + name
    raise ReadingError(
        "bad_instant",
        path,
        f"{path} {printable(value)} is not an instant; write it in UTC, as 2026-11-22T08:00:00Z",
    )
