"""The places of persons in the cell's table: an item each, with the revision that the next write
stands on, and the instant at which the table may forget it.
"""

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import PutError

from dunning.domain.calendar import DAY
from dunning.domain.places import Person, Place

from . import keys
from .codec import channel_of, short_channel
from .contact_codec import pack_way, unpack_way
from .fields import join, split
from .models import Row, Texts
from .reading import get_row
from .writes import CONDITION, CONFLICT

KEPT = 35 * DAY
"""Seconds after the last write; by then no cap counts anything of it."""


class PersonRow(Row):
    """A person's places."""

    rev = NumberAttribute()
    places = Texts()
    at = NumberAttribute()
    ttl = NumberAttribute()


class DynamoPersons:
    """Persons by key."""

    def read(self, person: str) -> Person:
        row = get_row(PersonRow, keys.person(person), keys.ONLY)
        if row is None:
            return Person()
        return Person(int(row.rev), tuple(map(_place, row.places or ())), int(row.at))

    def put(self, person: str, after: Person) -> bool:
        row = PersonRow(
            keys.person(person),
            keys.ONLY,
            rev=after.rev,
            places=[_packed(place) for place in after.places] or None,
            at=after.at,
            ttl=after.at + KEPT,
        )
        before = after.rev - 1
        try:
            row.save(PersonRow.rev == before if before else PersonRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code not in (f"{CONDITION}Exception", f"{CONFLICT}Exception"):
                raise
            # A write whose answer was lost, tried again by the transport, finds itself.
            return self.read(person) == after
        return True


def _packed(place: Place) -> str:
    return join(
        place.token,
        place.at,
        short_channel(place.channel),
        place.owner,
        place.serial,
        place.attempt,
        place.currency,
        place.until or "",
        pack_way(place.outcome, inbound=place.inbound),
    )


def _place(text: str) -> Place:
    token, at, channel, owner, serial, attempt, currency, until, way = split(text)
    outcome, inbound = unpack_way(way)
    return Place(
        token,
        int(at),
        channel_of(channel),
        owner,
        int(serial),
        int(attempt),
        currency,
        int(until or 0),
        outcome,
        inbound,
    )
