"""An account's attempt as the contact rules want it: what the ledger knows of a person is known (an
empty list says none), and what it cannot know stays None. No rule is asked here.
"""

from datetime import date

from dunning.domain import contacted
from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.consents import ALL
from dunning.domain.creditor import FIRST_PARTY
from dunning.domain.customer import Customer
from dunning.domain.gates import ContactAttempt
from dunning.domain.identity import ItemRef
from dunning.domain.outcomes import REJECTED

from .agreed import consents_about
from .attempt import (
    EMAIL,
    REMINDER,
    SPOKEN,
    VOICE,
    Attempt,
    Consent,
    Hold,
    Number,
    Suppression,
)
from .place import US, region_code, zones_of
from .reading import ReadNumber

DISPUTE = "dispute"


def attempt_of(asked: ContactAttempt, numbers: ReadNumber, now: int) -> Attempt:
    """The attempt of an account at an instant. A number is read for what rings, and where it tells
    the hour of a mail; one that cannot be read is None, whatever is wrong with it."""
    account, creditor = asked.account, asked.creditor
    customer = account.customer
    items = frozenset(asked.items)
    return Attempt(
        channel=asked.channel,
        number=_number(asked, numbers),
        email=asked.address.value if asked.address and asked.channel == EMAIL else None,
        country=country_of(asked),
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
        inconvenient=customer.inconvenient,
        amount=asked.open,
        currency=asked.currency or None,
        days_overdue=_days_overdue(asked, items, now),
    )


def country_of(asked: ContactAttempt) -> str | None:
    """The country that the rules are asked for. Whom an agency in the US writes to without knowing
    where they are may be in the US as well: then its hours hold. What rings stays unknown there."""
    known = asked.account.customer.country
    agency = asked.creditor.party != FIRST_PARTY and asked.creditor.country == US
    return US if known is None and agency and asked.channel not in SPOKEN else known


def consents_of(asked: ContactAttempt) -> tuple[Consent, ...]:
    """What the person agreed to and took back, as far as it speaks of the attempt."""
    hashed = asked.address.hash if asked.address else ALL
    return consents_about(asked.account.consents, asked.channel, hashed or ALL)


def numbers_beside_mail(channel: str, customer: Customer) -> tuple[str, ...]:
    """Numbers that say something of the hour at which a mail comes: of people in the US, whose area
    code counts beside their address (12 CFR 1006.6(b)(1), comment 2), and of those of whom nothing
    but the number tells the country."""
    if channel != EMAIL or customer.country not in (None, US):
        return ()
    return tuple(
        one.value
        for one in customer.on(VOICE)
        if customer.country == US or one.value.strip().startswith("+1")
    )


def _number(asked: ContactAttempt, numbers: ReadNumber) -> Number | None:
    customer = asked.account.customer
    if asked.channel in SPOKEN and asked.address is not None:
        return _read(numbers, asked.address.value, customer.country)
    texts = numbers_beside_mail(asked.channel, customer)
    found = [_read(numbers, text, customer.country) for text in texts]
    there = [one for one in found if one is not None and one.country == US and one.zones]
    if not there:
        return None
    zones = {zone for one in there for zone in one.zones}
    zones |= {zone for one in there for region in one.regions for zone in zones_of(US, region)}
    # Of the state's own rules for mail the address decides, and no number.
    return Number(there[0].e164, US, zones=tuple(sorted(zones)))


def _read(numbers: ReadNumber, text: str, country: str | None) -> Number | None:
    try:
        return numbers(text, country)
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
