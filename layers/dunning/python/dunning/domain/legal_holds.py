"""Holds that the law or a person's right puts on an account: what each stops beside contact, how
long it lasts where nobody says, and what stays of it when it is over. Which contact each forbids is
the contact rules'; how long an item is held back is `holding`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from .calendar import later
from .facts import Hold
from .identity import ItemRef

ATTORNEY, CEASE, BANKRUPTCY = "attorney", "cease", "bankruptcy"
BREATHING_SPACE, OBJECTION, RESTRICTION = "breathing_space", "objection", "restriction"
EMPLOYER = "employer"
LEGAL = (ATTORNEY, CEASE, BANKRUPTCY, BREATHING_SPACE, OBJECTION, RESTRICTION, EMPLOYER)
AT_WORK_ALONE = frozenset({EMPLOYER})
"""Kinds that forbid calls at work, which the contact rules see to: the ladder goes on."""
PAUSING = frozenset({BANKRUPTCY, BREATHING_SPACE})
"""Kinds of which the days are kept when they are over: these days never bear interest, whenever it
is charged."""
FOR_REVIEW = frozenset({OBJECTION, RESTRICTION})
"""Kinds about which a person has to decide or to act within a month (GDPR 12(3))."""
REVIEW = "review"
OVER = "_over"
"""Ends the kind of a line that needs nobody any more."""
BREATHING_SPACE_DAYS = 60
"""SI 2020/1311, reg. 26: 60 days, the first one among them."""
AFTER_TREATMENT_DAYS = 30
"""The same, reg. 32: a mental-health crisis moratorium ends 30 days after the treatment."""


class Effect(NamedTuple):
    """What a kind of hold stops beside contact."""

    interest: bool
    fees: bool


Effects = Mapping[str, Effect]


class Legal(NamedTuple):
    """How the plan of an account that such a hold stops gives its reason."""

    code: str
    says: str
    needed: str


SAYS = {
    ATTORNEY: Legal(
        "HELD_ATTORNEY",
        "an attorney speaks for the customer, who is not written to or called about {detail}",
        "the attorney to speak for them no more: the hold to be released",
    ),
    CEASE: Legal(
        "HELD_CEASE",
        "the customer wants no more contact about {detail}",
        "the customer to take it back: the hold to be released",
    ),
    BANKRUPTCY: Legal(
        "HELD_BANKRUPTCY",
        "insolvency proceedings stop what is asked for {detail}, and its interest",
        "the proceedings to end: the hold to be released, or to end",
    ),
    BREATHING_SPACE: Legal(
        "HELD_BREATHING_SPACE",
        "a breathing space stops what is asked for {detail}, and its interest and fees",
        "the breathing space to end",
    ),
    OBJECTION: Legal(
        "HELD_OBJECTION",
        "the customer has objected to the use of their data; a person decides about {detail}",
        "a person's decision: the hold to be released",
    ),
    RESTRICTION: Legal(
        "HELD_RESTRICTION",
        "the customer's data are restricted: {detail} is kept, and nothing else is done",
        "the restriction to be lifted: the hold to be released",
    ),
}


def kind_of(text: str) -> str:
    """A kind as it is known, however it was typed; any other word as it is."""
    word = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return word if word in LEGAL else text


def begun(hold: Hold) -> Hold:
    """A hold as it is kept: a breathing space that says no end has the law's. (That of a
    mental-health crisis has none until the treatment is over.)"""
    if hold.kind == BREATHING_SPACE and hold.until is None and not hold.crisis:
        return replace(hold, until=later(hold.on, BREATHING_SPACE_DAYS - 1))
    return hold


def released(hold: Hold, on: date) -> Hold | None:
    """What stays of a hold that is released on a day; None: nothing. That of a mental-health crisis
    lasts 30 days more; one that stops interest stays for the days that it has lasted."""
    if hold.kind == BREATHING_SPACE and hold.crisis:
        return replace(hold, until=later(on, AFTER_TREATMENT_DAYS), released=on)
    if hold.kind not in PAUSING:
        return None
    last = later(on, -1) if hold.until is None else min(hold.until, later(on, -1))
    return replace(hold, until=last, released=on) if last >= hold.on else None


def stops(holds: Iterable[tuple[str, date, date | None]], day: date, effects: Effects) -> Effect:
    """Whether interest and fees stand still on a day, by holds as (kind, first day, last day)."""
    found = [
        effects[kind]
        for kind, start, last in holds
        if kind in effects and start <= day and (last is None or day <= last)
    ]
    return Effect(any(one.interest for one in found), any(one.fees for one in found))


def stopped(holds: Iterable[Hold], ref: ItemRef, day: date, effects: Effects) -> Effect:
    """Whether interest and fees of an item stand still on a day."""
    return stops(((one.kind, one.on, one.until) for one in holds if one.covers(ref)), day, effects)


def without_interest(
    holds: Iterable[Hold], ref: ItemRef, until: date, effects: Effects
) -> list[tuple[date, date]]:
    """First and last days, up to a day, on which a hold keeps an item from bearing interest."""
    spans = [
        (one.on, until if one.until is None else min(one.until, until))
        for one in holds
        if one.kind in effects and effects[one.kind].interest and one.covers(ref)
    ]
    return sorted((first, last) for first, last in spans if first <= last)


def forbids_all(holds: Iterable[Hold], ref: ItemRef, day: date) -> Hold | None:
    """The hold by which nothing may be done about an item on a day: neither asked for, nor handed
    to others."""
    for one in holds:
        lasts = one.on <= day and (one.until is None or day <= one.until)
        if lasts and one.kind in SAYS and one.covers(ref):
            return one
    return None
