"""Packing of contacts, as HEAD keeps them. Of what does not ring, no more than instant, channel and
notice: mails are many, and HEAD has to stay below one unit.
"""

from dunning.domain import outcomes
from dunning.domain.account import Contact, Full
from dunning.domain.contact.attempt import Inconvenient

from .codec import channel_of, pack_hash, short_channel, unpack_hash
from .fields import join, split

_LETTERS = {
    outcomes.BUSY: "b",
    outcomes.NO_ANSWER: "n",
    outcomes.NOT_IN_SERVICE: "o",
    outcomes.UNREACHED: "u",
    outcomes.ANSWERED: "a",
    outcomes.CONVERSATION: "t",
}
_WORDS = {letter: word for word, letter in _LETTERS.items()}
_INBOUND = "i"


def pack_contact(contact: Contact) -> str:
    """One contact."""
    first = (contact.at, short_channel(contact.channel), contact.serial)
    if contact == Contact(contact.at, contact.channel, contact.serial):
        return join(*first)
    way = pack_way(contact.outcome, inbound=contact.inbound)
    return join(*first, contact.attempt, way, contact.currency)


def unpack_contact(text: str) -> Contact:
    """The contact behind `pack_contact`."""
    at, channel, serial, *more = split(text)
    first = Contact(int(at), channel_of(channel), int(serial))
    if not more:
        return first
    attempt, way, currency = more
    outcome, inbound = unpack_way(way)
    return first._replace(attempt=int(attempt), outcome=outcome, currency=currency, inbound=inbound)


def pack_way(outcome: str, *, inbound: bool) -> str:
    """Which way a contact went, and what became of it, in at most two letters."""
    return _INBOUND * inbound + _LETTERS.get(outcome, "")


def unpack_way(text: str) -> tuple[str, bool]:
    """Outcome and direction (inbound) behind `pack_way`."""
    return _WORDS.get(text.removeprefix(_INBOUND), ""), text.startswith(_INBOUND)


def pack_full(full: Full) -> str:
    """An address whose person has no place left."""
    return join(short_channel(full.channel), pack_hash(full.address_hash), full.until, full.rules)


def unpack_full(text: str) -> Full:
    """The address behind `pack_full`."""
    channel, hashed, until, rules = split(text)
    return Full(channel_of(channel), unpack_hash(hashed), int(until), rules)


def pack_hours(hours: Inconvenient) -> str:
    """A span of hours that a customer said is inconvenient; its weekdays from 0, Monday."""
    return join(hours.start, hours.end, "".join(str(day) for day in sorted(hours.weekdays)))


def unpack_hours(text: str) -> Inconvenient:
    """The span behind `pack_hours`."""
    start, end, weekdays = split(text)
    return Inconvenient(int(start), int(end), frozenset(int(day) for day in weekdays))
