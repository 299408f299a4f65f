"""The payment providers that are spoken with, by name, and how each wants its webhooks answered."""

from collections.abc import Mapping
from types import MappingProxyType

from dunning.service.provider_ports import Keys, ProviderEvents

from . import adyen_events, gocardless_events, stripe_events

REFUSALS: Mapping[str, int] = MappingProxyType({gocardless_events.NAME: 498})
"""What is answered to bytes that nobody signed; GoCardless has a number of its own for it."""
ANSWERS: Mapping[str, str] = MappingProxyType({adyen_events.NAME: adyen_events.ANSWER})
UNAUTHORISED = 401


def verifiers() -> Mapping[str, ProviderEvents]:
    """For whoever only has to know whether a webhook is signed."""
    return {
        stripe_events.NAME: stripe_events.StripeEvents(),
        gocardless_events.NAME: gocardless_events.GoCardlessEvents(),
        adyen_events.NAME: adyen_events.AdyenEvents(),
    }


def reader(provider: str, keys: Keys, api: str | None = None) -> ProviderEvents:
    """For whoever has to know what it says: GoCardless is asked for its amounts. `api` is another
    address than the provider's own. Raises KeyError."""
    if provider == gocardless_events.NAME:
        from .gocardless_pages import GoCardlessPages

        pages = GoCardlessPages(keys.api_key, keys.environment, api)
        return gocardless_events.GoCardlessEvents(pages)
    return verifiers()[provider]
