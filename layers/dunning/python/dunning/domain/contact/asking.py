"""An account's attempt as the contact rules want it: what the ledger knows of a person is known (an
empty list says none), and what it cannot know stays None. No rule is asked here.
"""

from datetime import date

from dunning.domain import contacted
from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.consents import ALL
from dunning.domain.creditor import FIRST_PARTY
from dunning.domain.gates import ContactAttempt
from dunning.domain.identity import ItemRef
from dunning.domain.outcomes import REJECTED

from .agreed import consents_about
from .attempt import (
    EMAIL,
    REMINDER,
    SPOKEN,
    Attempt,
    Consent,
    Hold,
    Number,
    Suppression,
)
from .place import region_code
from .reading import ReadNumber

DISPUTE = "dispute"


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
        consents=consents_of(asked) if account.consents else (),
        # All that a customer owes in one currency counts as one debt.
        history=(*contacted.history(account.head), *asked.others),
        holds=_holds(account, items) if account.holds or account.disputes else (),
        suppressions=_suppressions(asked) if account.head.unusable else (),
        amount=asked.open,
        currency=asked.currency or None,
        days_overdue=_days_overdue(asked, items, now),
    )


def consents_of(asked: ContactAttempt) -> tuple[Consent, ...]:
    """What the person agreed to and took back, as far as it speaks of the attempt."""
    hashed = asked.address.hash if asked.address else ALL
    return consents_about(asked.account.consents, asked.channel, hashed or ALL)


def _number(asked: ContactAttempt, numbers: ReadNumber) -> Number | None:
    if asked.channel not in SPOKEN or asked.address is None:
        return None
    try:
        return numbers(asked.address.value, asked.account.customer.country)
    except Exception:  # noqa: BLE001
        # Somebody else's parser over text that anybody wrote: what it cannot read is not known.
        return None


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
            None if bar.address_hash == ALL or not address else address.value,
            bar.reason,
        )
        for bar in asked.account.head.unusable
        if bar.channel == asked.channel
        and not bar.reason.startswith(f"{REJECTED}:")
        and (bar.address_hash == ALL or (address is not None and bar.address_hash == address.hash))
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
