"""Which addresses of an account may not be used: for good (bounce, complaint), since the person
took back what they had agreed to, or for one notice, whose content the provider refused. Pure;
the list of the cell and its creditors is a port's.
"""

from .account import Account, Full, Head, Unusable
from .consents import taken_back
from .customer import Address
from .outcomes import REJECTED
from .reach import PERSON, TASK, addresses
from .replaced import replace

_NOTICE = f"{REJECTED}:"


def usable(account: Account, channel: str, serial: int) -> tuple[Address, ...]:
    """The customer's addresses on a channel that nothing forbids for that notice. What was refused
    of another notice says nothing of this one. A person of ours is barred by nothing."""
    if channel == TASK:
        return (PERSON,)
    mine = _refused(serial)
    barred = {
        bar.address_hash
        for bar in account.head.unusable
        if bar.channel == channel and (bar.reason == mine or not bar.reason.startswith(_NOTICE))
    }
    if "*" in barred:
        return ()
    return tuple(
        a
        for a in addresses(account.customer, channel)
        if a.hash not in barred
        and not (account.consents and taken_back(account.consents, channel, a.hash))
    )


def barred(head: Head, channel: str, address_hash: str, reason: str) -> Head:
    """HEAD that does not use an address again."""
    known = any(
        (bar.channel, bar.address_hash) == (channel, address_hash)
        and not bar.reason.startswith(_NOTICE)
        for bar in head.unusable
    )
    if not address_hash or known:
        return head
    return replace(head, unusable=(*head.unusable, Unusable(channel, address_hash, reason)))


def refused(head: Head, channel: str, address_hash: str, serial: int) -> Head:
    """HEAD whose notice is not tried at that address again: its content was refused there. Without
    this its next attempt would be the same message to the same address, for ever."""
    bar = Unusable(channel, address_hash, _refused(serial))
    if not address_hash or bar in head.unusable:
        return head
    return replace(head, unusable=(*head.unusable, bar))


def without_refusals(head: Head) -> Head:
    """HEAD as if no content had been refused: somebody has looked at the customer's record."""
    kept = tuple(bar for bar in head.unusable if not bar.reason.startswith(REJECTED))
    return replace(head, unusable=kept)


def without_past_refusals(head: Head) -> Head:
    """HEAD without the refusals of notices that no attempt can follow any more: those that are no
    longer the last of their case."""
    alive = {_refused(notice.serial) for notice in head.last}
    kept = tuple(
        bar
        for bar in head.unusable
        if not bar.reason.startswith(_NOTICE)
        or bar.reason in alive
        or int(bar.reason.removeprefix(_NOTICE)) > head.serial
    )
    return replace(head, unusable=kept)


def full_until(head: Head, channel: str, address_hash: str) -> Full | None:
    """That the person at an address has had as many contacts as the rules allow; None: nothing of
    the kind is known."""
    return next(
        (f for f in head.full if (f.channel, f.address_hash) == (channel, address_hash)), None
    )


def with_full(head: Head, full: Full, now: int) -> Head:
    """HEAD that waits with an address until its person may be contacted again."""
    kept = tuple(
        one
        for one in head.full
        if one.until > now and (one.channel, one.address_hash) != (full.channel, full.address_hash)
    )
    return replace(head, full=(*kept, full))


def _refused(serial: int) -> str:
    return f"{_NOTICE}{serial}"
