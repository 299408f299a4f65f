"""The providers' pages on which customers pay: which account opens one, and at which addresses they
are, so that a page of ours may send a form's sender there and nowhere else.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from dunning.domain.payment_requests import Begun, PaymentRequest
from dunning.service.provider_ports import Keys

if TYPE_CHECKING:
    from typing import Protocol

    from .gocardless_pages import GoCardlessPages

    class _Pages(Protocol):
        def begin(self, asked: PaymentRequest) -> Begun: ...


STRIPE, GOCARDLESS = "stripe", "gocardless"
NAMES: Mapping[str, str] = MappingProxyType({STRIPE: "Stripe", GOCARDLESS: "GoCardless"})
"""What customers know them as."""
ADDRESSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        STRIPE: ("https://checkout.stripe.com",),
        GOCARDLESS: ("https://pay.gocardless.com", "https://pay-sandbox.gocardless.com"),
    }
)
"""Origins of their pages. (A Checkout under a domain of the creditor's own is none of them.)"""


def pages_of(provider: str, keys: Keys, api: str | None = None) -> "_Pages":
    """A creditor's account with a provider, for beginning payments. `api` is another address than
    the provider's own. Raises KeyError."""
    if provider == STRIPE:
        from .stripe_checkout import StripeCheckout

        return StripeCheckout(keys.api_key, api)
    if provider == GOCARDLESS:
        from .gocardless_pages import GoCardlessPages

        return GoCardlessPages(keys.api_key, keys.environment, api)
    raise KeyError(provider)


def collects_of(provider: str, keys: Keys, api: str | None = None) -> "GoCardlessPages":
    """A creditor's account with a provider that collects by mandate. Raises KeyError."""
    if provider != GOCARDLESS:
        raise KeyError(provider)
    from .gocardless_pages import GoCardlessPages

    return GoCardlessPages(keys.api_key, keys.environment, api)


def origins(providers: Collection[str], api: str | None = None) -> tuple[str, ...]:
    """Where a form that begins a payment may lead to."""
    if not providers:
        return ()
    if api:
        return (api,)
    return tuple(origin for one in providers for origin in ADDRESSES.get(one, ()))
