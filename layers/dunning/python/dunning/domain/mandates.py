"""Whether money may be collected by a mandate on a day: what a consumer in the US must have signed,
been given and been told (Regulation E, 12 CFR 1005.10). Pure; who collects is `collecting`'s.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .business_days import Calendars, of_creditor
from .calendar import later
from .contact.attempt import CONSUMER
from .creditor import Creditor
from .customer import Customer

ALLOW, DEFER, DENY = "ALLOW", "DEFER", "DENY"
NOT_SIGNED, NO_COPY, ENDED = "not_signed", "no_copy_given", "mandate_ended"
STOPPED, COMPULSORY = "stopped", "compulsory"
NOT_TOLD = "amount_not_told"
VARYING_NOTICE_DAYS = 10
"""Days before the transfer by which its amount and day are told in writing, where the amount is
another than the one before (12 CFR 1005.10(d)(1))."""
STOP_BUSINESS_DAYS = 3
"""Business days before the transfer up to which its stop must be heard (12 CFR 1005.10(c)(1))."""
_US = "US"


class Mandate(NamedTuple):
    """An authorisation to collect: at which provider, and by which words. `text_hash` is that of
    the very words that were signed; the bank account is the provider's to know."""

    provider: str
    reference: str
    signed_at: int | None
    """Seconds of UTC; None: nobody knows of a signature."""
    text_hash: str = ""
    copy_given: date | None = None
    """When the customer was given a copy, with the days and amounts of the plan."""
    ended: bool = False
    compulsory: bool = False
    """Whether something was made to depend on it: a plan, a price, a delivery."""
    stopped: frozenset[date] = frozenset()
    """Debits that the customer has stopped, by their day."""
    stopped_all: bool = False


class Debit(NamedTuple):
    """One collection: its day, minor units, and what is known of what the customer was told."""

    on: date
    amount: int
    told: date | None = None
    """When this very amount and day were told in writing, the signed plan's copy among that."""


class Answer(NamedTuple):
    """ALLOW; DEFER, to a day from which it is allowed (None: once the customer was told); DENY."""

    decision: str
    code: str = ""
    until: date | None = None


def hash_of_words(text: str) -> str:
    """What is kept of the words that were signed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


def under_reg_e(customer: Customer, creditor: Creditor) -> bool:
    """Whether Regulation E speaks of the customer: a consumer in the US. Of unknown class they may
    be one; of unknown country they are where the creditor is."""
    if customer.customer_class not in (None, CONSUMER):
        return False
    return (customer.country or creditor.country or "").upper() == _US


def allowed(
    debit: Debit, before: int | None, mandate: Mandate, customer: Customer, creditor: Creditor
) -> Answer:
    """Whether that debit may be made. `before`: minor units of the one before it under the same
    mandate; None: it is the first.

    What holds anywhere: it is signed, it has not ended, and what the customer stopped is stopped,
    however late they said so."""
    if mandate.signed_at is None or not mandate.text_hash:
        return Answer(DENY, NOT_SIGNED)
    if mandate.ended:
        return Answer(DENY, ENDED)
    if mandate.stopped_all or debit.on in mandate.stopped:
        return Answer(DENY, STOPPED)
    if not under_reg_e(customer, creditor):
        return Answer(ALLOW)
    if mandate.compulsory:
        return Answer(DENY, COMPULSORY)
    if mandate.copy_given is None:
        return Answer(DENY, NO_COPY)
    if before is not None and before != debit.amount:
        if debit.told is None:
            return Answer(DEFER, NOT_TOLD)
        earliest = later(debit.told, VARYING_NOTICE_DAYS)
        if debit.on < earliest:
            return Answer(DEFER, NOT_TOLD, earliest)
    return Answer(ALLOW)


def scheduled(
    debits: Iterable[Debit], mandate: Mandate, customer: Customer, creditor: Creditor
) -> tuple[list[Debit], list[tuple[Debit, Answer]]]:
    """The debits of a plan, each on the first day on which it may be made; and those that may not
    be, with why. An amount is compared with the one of the debit before it that is made."""
    made: list[Debit] = []
    refused: list[tuple[Debit, Answer]] = []
    before: int | None = None
    for asked in debits:
        debit, answer = asked, allowed(asked, before, mandate, customer, creditor)
        if answer.decision == DEFER and answer.until is not None:
            debit = asked._replace(on=answer.until)
        elif answer.decision != ALLOW:
            refused.append((asked, answer))
            continue
        made.append(debit)
        before = debit.amount
    return made, refused


def last_day_to_stop(on: date, creditor: Creditor, calendars: Calendars) -> date:
    """The last day on which a stop of a debit must be heard: so many business days before it. A
    notice of the debit names it."""
    calendar = of_creditor(creditor)
    day, left = on, STOP_BUSINESS_DAYS
    while left:
        day = later(day, -1)
        if not (calendars.weekend(calendar, day) or calendars.holiday(calendar, day)):
            left -= 1
    return day
