"""What a person agreed to and what they took back, by channel and address: facts of an account.
Times decide, not the order in which words arrive. For which contact a consent is needed at all is
the contact rules'; bounces and other bars of an address are `bars`'.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time

from .calendar import instant, later

ALL = "*"
"""Every address of a channel; of a withdrawal, also every channel."""
EVERY_CHANNEL = "all"
"""How a body says that it speaks of every channel."""
CUSTOMER, API, FILE, PORTAL = "customer", "api", "file", "portal"
MAIL_LINK, CALL_BACK, COMPLAINT, PERSON = "mail_link", "call_back", "complaint", "person"
SOURCES = (CUSTOMER, API, FILE, PORTAL, MAIL_LINK, CALL_BACK, COMPLAINT, PERSON)
"""Who told: the customer's record, a system, a file, the customer's page, the link in a mail, a
call or a list of numbers, a complaint to the provider, a person."""
WITHDRAWN, REPLACED, LATE = "withdrawn", "replaced", "late"
"""How a consent, or the word that took one back, is over: taken back; said again later; already
overtaken when it came."""
WRONG_PERSON = "wrong_person"
"""Source of the word that an address is somebody else's: only a consent that names that very
address speaks against it."""
OPT_OUT = "opt_out"
"""Reason on the creditor's list of an address that its owner took back."""
MOST_ENDED = 30
"""Consents that one write ends; the others are overtaken all the same, for times decide."""
UNDATED = "undated-"
"""Begins the id of a consent of which a customer's record says no time: it may be older than any
withdrawal, whenever that is heard of."""
_LAST_ZONE = "Etc/GMT+12"


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent (`at`), or the word that takes back what was agreed before (`revoked_at` alone). A
    consent that was taken back has both, and is over. Instants are seconds of UTC."""

    id: str
    on: date
    channel: str
    address_hash: str = ALL
    text: str = ""
    """The exact words; of a withdrawal what the person said, if it was written down."""
    source: str = ""
    at: int | None = None
    revoked_at: int | None = None
    revoked_by: str = ""
    """Who told of the withdrawal."""
    more_calls: bool = False
    """Whether it says that more calls than the usual may be made (12 CFR 1006.14(b)(3)(i))."""

    @property
    def gives(self) -> bool:
        """Whether it is a consent that nobody has taken back."""
        return self.at is not None and self.revoked_at is None

    @property
    def takes(self) -> bool:
        """Whether it is the word that takes back."""
        return self.at is None and self.revoked_at is not None

    @property
    def wrong(self) -> bool:
        """Whether it says that the address is somebody else's."""
        return self.source == WRONG_PERSON

    @property
    def undated(self) -> bool:
        """Whether nobody says when it was given; `at` is when it was first heard of."""
        return self.id.startswith(UNDATED)

    def lifts(self, word: "Consent", address_hash: str) -> bool:
        """Whether it is a later consent than a withdrawal, and speaks of that address: by name,
        where the withdrawal says that the address is somebody else's."""
        if self.at is None or not self.gives or self.undated:
            return False
        if self.at <= (word.revoked_at or 0):
            return False
        return self.address_hash == address_hash if word.wrong else True

    def covers(self, channel: str, address_hash: str) -> bool:
        """Whether it speaks of that channel and address ("*": of all of them)."""
        return self.channel in (channel, ALL) and self.address_hash in (address_hash, ALL)


def taken_back_at(facts: Iterable[Consent], channel: str, address_hash: str) -> int | None:
    """The instant of the newest withdrawal that speaks of an address on a channel."""
    found = [
        fact.revoked_at
        for fact in facts
        if fact.takes and fact.revoked_at is not None and fact.covers(channel, address_hash)
    ]
    return max(found, default=None)


def taken_back(facts: Iterable[Consent], channel: str, address_hash: str) -> Consent | None:
    """The word by which an address may not be used: nobody has agreed to it again since."""
    mine = [fact for fact in facts if fact.covers(channel, address_hash)]
    given = [fact for fact in mine if fact.gives]
    for word in mine:
        if word.takes and not any(fact.lifts(word, address_hash) for fact in given):
            return word
    return None


def taken_back_whole(facts: Iterable[Consent], channel: str, address_hash: str) -> int | None:
    """Since when a channel, an address or everything is taken back with nothing in it agreed to
    again; None: a withdrawal would change something."""
    known = tuple(facts)
    word = Consent("", date.min, channel, address_hash)
    said = taken_back_at((fact for fact in known if not fact.wrong), channel, address_hash)
    if said is None or any(
        fact.at is not None and fact.at > said and word.covers(fact.channel, fact.address_hash)
        for fact in known
        if fact.gives and not fact.undated
    ):
        return None
    return said


def about(facts: Iterable[Consent], channel: str, address_hash: str) -> Iterator[Consent]:
    """What speaks of an address on a channel; of other channels everything, for some laws take a
    withdrawal on one for all of them. What was agreed to otherwise says nothing here."""
    for fact in facts:
        if fact.covers(channel, address_hash) or fact.channel not in (channel, ALL):
            yield fact


def known_by(on: date, now: int) -> int:
    """The instant from which a word counts that says no time: the end of its day, wherever that
    ends last, and at the latest now."""
    return min(now, instant(later(on, 1), time(0), _LAST_ZONE) - 1)


@dataclass(slots=True)
class Kept:
    """The consents of an account while words are put to them: what stands, and what that ends."""

    standing: dict[str, Consent]
    past: list[tuple[Consent, str]] = field(default_factory=list)
    """What is over, each with how."""

    @classmethod
    def of(cls, facts: Iterable[Consent]) -> "Kept":
        """What stands on an account."""
        return cls({fact.id: fact for fact in facts})

    def taken_back_at(self, channel: str, address_hash: str) -> int | None:
        """The newest withdrawal, as `taken_back_at`."""
        return taken_back_at(self.standing.values(), channel, address_hash)

    def give(self, new: Consent) -> bool:
        """A consent is added. False: a later withdrawal has overtaken it already, and it is kept as
        proof alone. The same words about the same address, said again, take the place of the
        older."""
        assert new.at is not None
        taken = self.taken_back_at(new.channel, new.address_hash)
        if taken is not None and taken >= new.at:
            self.past.append((replace(new, revoked_at=taken), WITHDRAWN))
            return False
        for fact in [one for one in self.standing.values() if one.gives and _same(one, new)]:
            assert fact.at is not None
            if fact.at >= new.at:
                self.past.append((new, LATE))
                return False
            self.past.append((fact, REPLACED))
            del self.standing[fact.id]
        self.standing[new.id] = new
        return True

    def take(self, new: Consent) -> bool:
        """What was agreed is taken back: consents up to then end, if it speaks of all that they
        speak of. The word itself stays, so that an old consent which comes again revives nothing.
        False: the same was said before, at that time or later."""
        said = new.revoked_at
        assert said is not None
        alike = [one for one in self.standing.values() if one.takes and one.wrong == new.wrong]
        before = taken_back_at(alike, new.channel, new.address_hash)
        if before is not None and before >= said:
            self.past.append((new, LATE))
            return False
        for fact in self._overtaken_by(new, said):
            how = WITHDRAWN if fact.gives else REPLACED
            if fact.gives:
                self.past.append((replace(fact, revoked_at=said, revoked_by=new.source), how))
            else:
                self.past.append((fact, how))
            del self.standing[fact.id]
        self.standing[new.id] = new
        return True

    def _overtaken_by(self, new: Consent, said: int) -> list[Consent]:
        found = []
        for fact in self.standing.values():
            when = fact.at if fact.gives else fact.revoked_at
            other = fact.takes and fact.wrong != new.wrong
            if when is None or other or (when > said and not fact.undated):
                continue
            if new.covers(fact.channel, fact.address_hash):
                found.append(fact)
        return found[:MOST_ENDED]


def _same(one: Consent, other: Consent) -> bool:
    return (one.channel, one.address_hash, one.text, one.more_calls) == (
        other.channel,
        other.address_hash,
        other.text,
        other.more_calls,
    )
