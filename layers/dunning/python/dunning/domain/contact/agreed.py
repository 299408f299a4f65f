"""The consents of an account as the contact rules want them: what speaks of an attempt's address,
each as it stands now. What the ledger keeps of them, and why, is `domain.consents`.
"""

from collections.abc import Iterable

from dunning.domain.consents import ALL, about, taken_back_at
from dunning.domain.consents import Consent as Kept

from .attempt import Consent


def consents_about(
    facts: Iterable[Kept], channel: str, address_hash: str = ALL
) -> tuple[Consent, ...]:
    """The consents and withdrawals for an attempt on a channel at an address ("*": none is known).
    What was taken back since it was agreed to says so; what speaks of another channel is told with
    its own, for some laws take a withdrawal on one for all of them."""
    known = tuple(facts)
    return tuple(
        told
        for fact in about(known, channel, address_hash)
        if (told := _told(fact, known, channel, address_hash))
    )


def _told(fact: Kept, known: tuple[Kept, ...], channel: str, address_hash: str) -> Consent | None:
    mine = fact.covers(channel, address_hash)
    if fact.takes:
        if fact.wrong and not mine:
            return None
        return Consent(channel if mine else fact.channel, revoked_at=fact.revoked_at)
    at = (channel, address_hash) if mine else (fact.channel, fact.address_hash)
    taken = taken_back_at(known, *at)
    given = None if fact.undated and taken is not None else fact.at
    overtaken = taken is not None and (given is None or taken >= given)
    return Consent(fact.channel, fact.text, given, taken if overtaken else None, fact.more_calls)
