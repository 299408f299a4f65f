"""Telephone numbers of bodies as they are dialled: 030/123456 of a German customer is +4930123456.
So one number has one hash, in whatever way a file, a person or the provider writes it.
"""

from collections.abc import Callable
from dataclasses import replace

from dunning.domain.account import VOICE
from dunning.domain.bodies import AccountBody, ContactBody, CustomerBody, FeedbackBody
from dunning.domain.calling import BY_PHONE

Dialled = Callable[[str, str | None], str | None]
"""The E.164 form of a number as written, without its calling code as one of that country; None
where it is none that could be dialled."""


def with_dialled(
    body: AccountBody, dialled: Dialled, country: Callable[[], str | None]
) -> AccountBody:
    """The body with its numbers as they are dialled. What could not be dialled stays as written: a
    sender refuses it, and a person sees what was meant."""
    if isinstance(body, CustomerBody):
        customer = body.customer
        if not any(one.channel == VOICE for one in customer.addresses):
            return body
        place = customer.country or country()
        addresses = tuple(
            replace(one, value=dialled(one.value, place) or one.value)
            if one.channel == VOICE
            else one
            for one in customer.addresses
        )
        # Two ways of writing one number are one number.
        once = {(one.channel, one.value): one for one in reversed(addresses)}
        kept = tuple(one for one in addresses if once[(one.channel, one.value)] is one)
        return replace(body, customer=replace(customer, addresses=kept))
    if isinstance(body, ContactBody | FeedbackBody) and body.channel in BY_PHONE and body.address:
        return replace(body, address=dialled(body.address, country()) or body.address)
    return body
