"""An account's attempt as the contact rules want it: what the ledger knows of a person is known (an
empty list says none), and what it cannot know stays None. No rule is asked here.
"""

from datetime import date, time

from dunning.domain.account import Account
from dunning.domain.calendar import instant, local_day
from dunning.domain.creditor import FIRST_PARTY
from dunning.domain.gates import ContactAttempt
from dunning.domain.identity import ItemRef
from dunning.domain.outcomes import REJECTED

from .attempt import (
    EMAIL,
    REMINDER,
    SPOKEN,
    Attempt,
    Consent,
    Contact,
    Hold,
    Number,
    Suppression,
)
from .place import region_code
from .reading import ReadNumber

DISPUTE = "dispute"
ANY = "*"
"""In place of an address' hash: every address of the channel."""


def attempt_of(asked: ContactAttempt, numbers: ReadNumber, now: int) -> Attempt:
    """The attempt of an account at an instant. A number is read only for what rings; one that
    cannot be read is None, whatever is wrong with it."""
    account, creditor = asked.account, asked.creditor
    customer = account.customer
    items = frozenset(asked.items)
    return Attempt(
        channel=asked.channel,
        number=_number(asked, numbers),
        email=asked.address.value if asked.address and asked.channel == EMAIL else None,
        country=customer.country,
        region=region_code(customer.country, customer.region) if customer.region else None,
        city=customer.city,
        time_zone=customer.time_zone,
        customer_class=customer.customer_class,
        purpose=REMINDER,
        first_party=creditor.party == FIRST_PARTY,
        debt=asked.currency or None,
        consents=consents_of(account) if customer.consents else (),
        history=_history(account),
        holds=_holds(account, items) if account.holds or account.disputes else (),
        suppressions=_suppressions(asked) if account.head.unusable else (),
        amount=asked.open,
        currency=asked.currency or None,
        days_overdue=_days_overdue(asked, items, now),
    )


def consents_of(account: Account) -> tuple[Consent, ...]:
    """What the person agreed to: what came with the customer, known from the day of that record on.
    The one place where the ledger's consents become the rules'."""
    customer = account.customer
    day = customer.as_of
    at = None if day is None else instant(day, time(0), "UTC")
    return tuple(Consent(channel, text, at) for channel, text in customer.consents)


def _number(asked: ContactAttempt, numbers: ReadNumber) -> Number | None:
    if asked.channel not in SPOKEN or asked.address is None:
        return None
    try:
        return numbers(asked.address.value, asked.account.customer.country)
    except Exception:  # noqa: BLE001
        # Somebody else's parser over text that anybody wrote: what it cannot read is not known.
        return None


def _history(account: Account) -> tuple[Contact, ...]:
    """What was sent or called in the last month, whatever it was about: all that a customer owes
    one creditor counts as one debt."""
    return tuple(Contact(one.channel, one.at) for one in account.head.recent)


def _holds(account: Account, items: frozenset[ItemRef]) -> tuple[Hold, ...]:
    """Holds of the whole account, and holds and disputes of what the attempt speaks of."""
    found = [
        Hold(one.kind, until=one.until)
        for one in account.holds
        if one.scope == "account" or any(one.covers(ref) for ref in items)
    ]
    found += [Hold(DISPUTE) for one in account.disputes if any(one.covers(ref) for ref in items)]
    return tuple(found)


def _suppressions(asked: ContactAttempt) -> tuple[Suppression, ...]:
    """What of the account's barred addresses is the attempt's own, or every one of its channel.
    That a notice's content was refused somewhere says nothing of the address."""
    address = asked.address
    return tuple(
        Suppression(
            bar.channel,
            None if bar.address_hash == ANY or not address else address.value,
            bar.reason,
        )
        for bar in asked.account.head.unusable
        if bar.channel == asked.channel
        and not bar.reason.startswith(f"{REJECTED}:")
        and (bar.address_hash == ANY or (address is not None and bar.address_hash == address.hash))
    )


def _days_overdue(asked: ContactAttempt, items: frozenset[ItemRef], now: int) -> int | None:
    """Days since the oldest due day of what the attempt speaks of; None where it names nothing."""
    oldest: date | None = None
    for item in asked.account.open:
        if item.ref in items and (oldest is None or item.due < oldest):
            oldest = item.due
    if oldest is None:
        return None
    return (local_day(now, asked.account.zone(asked.creditor)) - oldest).days
