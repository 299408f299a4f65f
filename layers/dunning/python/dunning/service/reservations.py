"""A place under the caps that count a person's contacts over all creditors: reserved before the
claim, taken before the message leaves, given back where no contact came of it.

No cap is exceeded whatever stops in between: only what is taken may be sent, and what is taken is
given back only by who knows that it was no contact.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from dunning.domain import places
from dunning.domain.account import Claim, Full
from dunning.domain.bodies import ContactMadeBody
from dunning.domain.calendar import DAY
from dunning.domain.contacted import contact_of, counts
from dunning.domain.gates import ContactAttempt, Gates, allows
from dunning.domain.places import Person, Place, owner_of, person_of
from dunning.service.person_ports import Persons

TRIES = 20
"""Times that a person's places are read anew because somebody else wrote them meanwhile."""
LOOK_AGAIN = DAY
"""Seconds after which it is asked again where the rules name no instant."""
_TOKEN = 16


class Crowded(Exception):
    """Twenty times in a row somebody else wrote the person's places; nothing was reserved. The
    agenda brings the account again."""


@dataclass(frozen=True, slots=True)
class Reservations:
    """Places of persons. `pause` waits between tries (jitter); tests hand in nothing."""

    persons: Persons
    gates: Gates
    pause: Callable[[int], None] = lambda attempt: None

    def reserve(
        self,
        account: str,
        asked: ContactAttempt,
        tried: tuple[int, int],
        token: str,
        now: int,
        *,
        reviewed: bool = False,
    ) -> Full | None:
        """Reserve a place for an attempt (notice and number), which a person may have reviewed;
        None: it is reserved. Else until when the person's address is full, by the rules as they say
        it of all that is known of the person. Raises Crowded."""
        assert asked.address is not None  # a task reaches nobody, and no cap counts it
        person = person_of(asked.channel, asked.address.hash)
        owner = owner_of(person, account)
        place = Place(token, now, asked.channel, owner, *tried, asked.currency)
        for attempt in range(TRIES):
            known = self.persons.read(person)
            more = places.others(known, owner, asked.account.head, *tried, now)
            verdict = self.gates.evaluate(replace(asked, others=more), now)
            if not allows(verdict, reviewed=reviewed):
                until = verdict.until if verdict.until is not None else now + LOOK_AGAIN
                codes = ",".join(verdict.rules)
                return Full(asked.channel, asked.address.hash, until, codes)
            if self.persons.put(person, places.reserved(known, place, now)):
                return None
            self.pause(attempt)
        raise Crowded(person)

    def take(self, claim: Claim, now: int) -> bool:
        """Take the place that was reserved with the claim's token: from here on the message may
        leave. False: it is gone, and nothing may be sent."""

        def after(known: Person) -> Person | None:
            return places.taken(known, claim.token, now)

        return self._write(person_of(claim.channel, claim.address_hash), after)

    def give_back(self, channel: str, address_hash: str, token: str, now: int) -> None:
        """Give back what was reserved for a claim that was not granted."""

        def after(known: Person) -> Person | None:
            return places.given_back(known, token, now)

        self._write(person_of(channel, address_hash), after)

    def not_made(
        self, account: str, channel: str, address_hash: str, tried: tuple[int, int], now: int
    ) -> None:
        """The attempt provably never left."""
        self.heard(account, channel, address_hash, tried, "", now)

    def heard(
        self,
        account: str,
        channel: str,
        address_hash: str,
        tried: tuple[int, int],
        outcome: str,
        now: int,
    ) -> None:
        """What became of an attempt: a call that did not connect gives its place back."""
        person = person_of(channel, address_hash)
        owner = owner_of(person, account)

        def after(known: Person) -> Person | None:
            return places.heard(known, owner, *tried, outcome, now)

        self._write(person, after)

    def told(self, account: str, body: ContactMadeBody, address_hash: str, now: int) -> None:
        """A contact that somebody tells of, for the caps of others: known by its id."""
        contact = contact_of(body)
        if not counts(contact):
            return
        person = person_of(body.channel, address_hash)
        owner = owner_of(person, account)
        token = hashlib.sha256(f"{owner}\n{body.id}".encode()).hexdigest()[:_TOKEN]
        place = Place(
            token,
            contact.at,
            contact.channel,
            owner,
            currency=contact.currency,
            outcome=contact.outcome,
            inbound=contact.inbound,
        )

        def after(known: Person) -> Person | None:
            return places.told(known, place, now)

        self._write(person, after)

    def _write(self, person: str, change: Callable[[Person], Person | None]) -> bool:
        """Whether the change was written; not, where there is none to write. Raises Crowded."""
        for attempt in range(TRIES):
            after = change(self.persons.read(person))
            if after is None:
                return False
            if self.persons.put(person, after):
                return True
            self.pause(attempt)
        raise Crowded(person)
