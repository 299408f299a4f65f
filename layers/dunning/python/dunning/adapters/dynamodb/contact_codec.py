"""Packing of contacts, as HEAD keeps them. Of what does not ring, no more than instant, channel and
notice: mails are many, and HEAD has to stay below one unit.
"""

from dunning.domain import outcomes
from dunning.domain.account import Contact, Full

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
    letter = _LETTERS.get(contact.outcome, "")
    way = _INBOUND + letter if contact.inbound else letter
    return join(*first, contact.attempt, way, contact.currency)


def unpack_contact(text: str) -> Contact:
    """The contact behind `pack_contact`."""
    at, channel, serial, *more = split(text)
    first = Contact(int(at), channel_of(channel), int(serial))
    if not more:
        return first
    attempt, way, currency = more
    return first._replace(
        attempt=int(attempt),
        outcome=_WORDS.get(way.removeprefix(_INBOUND), ""),
        currency=currency,
        inbound=way.startswith(_INBOUND),
    )


def pack_full(full: Full) -> str:
    """An address whose person has no place left."""
    return join(short_channel(full.channel), pack_hash(full.address_hash), full.until, full.rules)


def unpack_full(text: str) -> Full:
    """The address behind `pack_full`."""
    channel, hashed, until, rules = split(text)
    return Full(channel_of(channel), unpack_hash(hashed), int(until), rules)
