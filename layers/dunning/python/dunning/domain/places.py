"""The places of one person under the caps that count over all customers and creditors: reserved
before a claim, taken before the message leaves, given back where no contact came of it. Pure; where
they are kept is a port's, and how many there may be the contact rules'.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from . import outcomes
from .account import Contact, Head
from .contact.attempt import SPOKEN
from .contact.attempt import Contact as Counted
from .contacted import RECENT, counted, heavier

LEASE = 15 * 60
"""Seconds for which a place is kept that was reserved and not taken: nothing was sent under it."""
_DIGITS = 16


class Place(NamedTuple):
    """One contact of a person, made or about to be."""

    token: str
    """Random for each try; of a contact that a person tells of, made from its id."""
    at: int
    channel: str
    owner: str
    """Whose it is: a hash of the account, another for each person."""
    serial: int = 0
    """0: told of by a person."""
    attempt: int = 0
    currency: str = ""
    until: int = 0
    """End of the lease of a place that is reserved; 0: it is taken."""
    outcome: str = ""
    inbound: bool = False

    def stands(self, now: int) -> bool:
        """Whether it counts: a reservation while its lease runs, a contact while any cap asks."""
        return self.until >= now if self.until else self.at > now - RECENT

    def is_of(self, owner: str, serial: int, attempt: int) -> bool:
        """Whether it is of that attempt."""
        return (self.owner, self.serial, self.attempt) == (owner, serial, attempt)


@dataclass(frozen=True, slots=True)
class Person:
    """The places of whoever is reached at one address."""

    rev: int = 0
    places: tuple[Place, ...] = ()
    at: int = 0
    """Instant of the last write."""


def person_of(channel: str, address_hash: str) -> str:
    """Whoever is reached at an address: a number is one person's, called or texted."""
    return f"{'phone' if channel in SPOKEN else channel}#{address_hash}"


def owner_of(person: str, account: str) -> str:
    """An account as a person's places name it. No two persons' places show that they share one."""
    return hashlib.sha256(f"{person}\n{account}".encode()).hexdigest()[:_DIGITS]


def others(
    person: Person, owner: str, head: Head, serial: int, attempt: int, now: int
) -> tuple[Counted, ...]:
    """The contacts of the person that an account's HEAD does not know: other accounts', and of its
    own those whose result is not known yet. A debt of others is never the account's own."""

    def is_known(place: Place) -> bool:
        return not place.serial or any(
            (one.channel, one.serial) == (place.channel, place.serial)
            and one.attempt in (0, place.attempt)
            for one in head.recent
        )

    def found() -> Iterator[Counted]:
        for place in person.places:
            mine = place.owner == owner
            if not place.stands(now) or place.is_of(owner, serial, attempt):
                continue
            if mine and is_known(place):
                continue
            debt = (place.currency or None) if mine else place.owner
            contact = Contact(
                place.at, place.channel, place.serial, outcome=place.outcome, inbound=place.inbound
            )
            yield counted(contact, debt)

    return tuple(found())


def reserved(person: Person, place: Place, now: int) -> Person:
    """The person with one place more, and without those that count no longer."""
    kept = tuple(one for one in person.places if one.stands(now))
    return Person(person.rev + 1, (*kept, place._replace(until=now + LEASE)), now)


def taken(person: Person, token: str, now: int) -> Person | None:
    """The person whose reserved place is taken, now that the claim is granted: the message may
    leave. None: the place is gone, for its lease was over when somebody else looked.

    What stands of the same attempt from an earlier try provably never left, or no claim would have
    been granted for it again."""
    mine = next((one for one in person.places if one.token == token), None)
    if mine is None:
        return None
    kept = tuple(
        one
        for one in person.places
        if one.token != token and not one.is_of(mine.owner, mine.serial, mine.attempt)
    )
    return Person(person.rev + 1, (*kept, mine._replace(until=0)), now)


def given_back(person: Person, token: str, now: int) -> Person | None:
    """The person without a place under which nothing was claimed; None: it is gone already."""
    kept = tuple(one for one in person.places if one.token != token)
    return None if kept == person.places else Person(person.rev + 1, kept, now)


def heard(
    person: Person, owner: str, serial: int, attempt: int, outcome: str, now: int
) -> Person | None:
    """The person once it is known what became of an attempt: a call that did not connect, and what
    was never sent (""), gives its place back. None: nothing changes by it."""
    if not outcome or outcome in outcomes.NOT_CONNECTED:
        kept = tuple(one for one in person.places if not one.is_of(owner, serial, attempt))
    else:
        kept = tuple(
            one._replace(outcome=heavier(one.outcome, outcome))
            if one.is_of(owner, serial, attempt)
            else one
            for one in person.places
        )
    return None if kept == person.places else Person(person.rev + 1, kept, now)


def told(person: Person, place: Place, now: int) -> Person | None:
    """The person with a contact that somebody tells of; None: it is known, or too old to count."""
    if not place.stands(now) or any(one.token == place.token for one in person.places):
        return None
    kept = tuple(one for one in person.places if one.stands(now))
    return Person(person.rev + 1, (*kept, place), now)
