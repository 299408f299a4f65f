"""What HEAD keeps of contacts for the caps: those that were made, what became of the calls, and
those that a person tells of. Counting them is the contact rules'.
"""

from collections.abc import Collection
from datetime import date, time

from . import outcomes
from .account import Contact, Head
from .bodies import ContactMadeBody
from .calendar import DAY, instant
from .contact.attempt import SPOKEN, TASK, VOICE
from .contact.attempt import Contact as Counted

RECENT = 31 * DAY
"""Seconds for which a contact is kept: of 30 local days the first may be a day long itself, and an
hour longer where the clocks are put back."""

_WEIGHT = (
    *sorted(outcomes.NOT_CONNECTED),
    outcomes.NO_ANSWER,
    outcomes.ANSWERED,
    outcomes.CONVERSATION,
)
"""What is told of calls, by how much it forbids. Of two words about one call the stronger holds,
in whichever order they come."""
OF_CALLS = frozenset(_WEIGHT)


def made(
    head: Head, at: int, channel: str, serial: int, attempt: int, currency: str, outcome: str
) -> tuple[Contact, ...]:
    """HEAD's contacts with one more. Of what does not ring the case is not kept: a mail counts
    about every debt, which can only forbid more, and HEAD has no byte to spare. A task is no
    contact: whoever does it tells of theirs."""
    kept = tuple(one for one in head.recent if one.at > at - RECENT)
    if channel == TASK:
        return kept
    if channel not in SPOKEN:
        return (*kept, Contact(at, channel, serial))
    word = outcome if channel == VOICE and outcome in OF_CALLS else ""
    return (*kept, Contact(at, channel, serial, attempt, word, currency))


def heard(
    recent: tuple[Contact, ...], attempts: Collection[tuple[int, int]], outcome: str
) -> tuple[Contact, ...]:
    """The contacts, of which those calls (by notice and attempt) came to that."""
    return tuple(
        one._replace(outcome=heavier(one.outcome, outcome))
        if one.channel == VOICE and one.serial and (one.serial, one.attempt) in attempts
        else one
        for one in recent
    )


def heavier(known: str, told: str) -> str:
    """What is known of a call once it is told something of it."""
    if told not in OF_CALLS:
        return known
    return max(known, told, key=_WEIGHT.index) if known in OF_CALLS else told


def contact_of(body: ContactMadeBody) -> Contact:
    """The contact that a person tells of, as HEAD keeps one."""
    word = ""
    if body.connected is False:
        word = outcomes.BUSY
    elif body.conversation is not None:
        word = outcomes.CONVERSATION if body.conversation else outcomes.NO_ANSWER
    elif body.connected:
        word = outcomes.ANSWERED
    if body.channel != VOICE:
        word = ""
    return Contact(body.at, body.channel, 0, 0, word, body.currency, body.inbound)


def told(recent: tuple[Contact, ...], one: Contact, on: date) -> tuple[Contact, ...]:
    """The contacts with one that a person tells of. What counts for nothing is not kept: a call
    that did not connect, one from the person that was no conversation. Of the person's own calls
    the latest of a day says what all of them say."""
    since = instant(on, time(0), "UTC") - DAY - RECENT
    kept = [known for known in recent if known.at > since]
    if one.at <= since or not counts(one):
        return tuple(kept)
    if one.inbound:
        same = [x for x in kept if x.inbound and _of_a_day(x) == _of_a_day(one)]
        if any(x.at >= one.at for x in same):
            return tuple(kept)
        kept = [x for x in kept if x not in same]
    return (*kept, one)


def history(head: Head) -> tuple[Counted, ...]:
    """HEAD's contacts as the contact rules count them. A debt is a case: its currency."""
    return tuple(counted(one, one.currency or None) for one in head.recent)


def counted(one: Contact, debt: str | None) -> Counted:
    """A contact as the contact rules count it."""
    connected, conversation = _as_known(one)
    return Counted(one.channel, one.at, connected, conversation, debt, one.inbound)


def _as_known(one: Contact) -> tuple[bool | None, bool | None]:
    """Whether it connected, and whether they spoke. Of a call that was taken the second is not
    known: who listened, or what, no provider tells."""
    if one.channel != VOICE:
        return True, False
    if one.outcome in outcomes.NOT_CONNECTED:
        return False, False
    if one.outcome == outcomes.NO_ANSWER:
        return True, False
    if one.outcome == outcomes.CONVERSATION:
        return True, True
    return (True if one.outcome else None), None


def counts(one: Contact) -> bool:
    """Whether a contact can count for any cap."""
    connected, conversation = _as_known(one)
    return conversation is not False if one.inbound else connected is not False


def _of_a_day(one: Contact) -> tuple[str, int]:
    return one.channel, one.at // DAY
