"""Stripe Checkout in redirect mode: a page of theirs on which a customer pays. No card number is
near us (SAQ A: pages that only redirect); the outcome comes by webhook alone.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from dunning.domain.payment_requests import Begun, NotBegun, PaymentRequest
from dunning.domain.provider_events import Unreadable

from .metadata import written
from .minor_units import STRIPE, of_theirs

if TYPE_CHECKING:
    from stripe import StripeClient

LONGEST_TITLE = 250
PLACES = 40
"""Keys of metadata for items; Stripe has 50 in all. GoCardless has three, and one for items."""
PAGE_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "nl"})
"""Languages of ours that Stripe's page has as well; it has more."""
TIMEOUT_SECONDS = 8.0


class StripeCheckout:
    """Payments begun with one Stripe account, by its secret key."""

    name = "stripe"

    def __init__(self, key: str, api: str | None = None) -> None:
        self._key, self._api = key, api

    def begin(self, asked: PaymentRequest) -> Begun:
        """A session, and the page to go to. The same key is the same session. Raises NotBegun."""
        import stripe

        try:
            unit = of_theirs(asked.amount, asked.currency, STRIPE)
        except Unreadable as error:
            raise NotBegun("refused", str(error)) from None
        metadata = written(asked.creditor, asked.customer, asked.items, PLACES)
        language = asked.language.partition("-")[0].lower()
        try:
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": asked.currency.lower(),
                                "unit_amount": unit,
                                "product_data": {"name": asked.title[:LONGEST_TITLE]},
                            },
                        }
                    ],
                    # The intent's events tell of the payment as well, and are to say the same.
                    "payment_intent_data": {
                        "metadata": metadata,
                        "description": asked.title[:LONGEST_TITLE],
                    },
                    "metadata": metadata,
                    "success_url": asked.back,
                    "cancel_url": asked.left or asked.back,
                    "locale": language if language in PAGE_LANGUAGES else "auto",  # type: ignore[typeddict-item]
                    **({"customer_email": asked.email} if asked.email else {}),
                },
                {"idempotency_key": asked.key},
            )
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise NotBegun("unavailable", type(error).__name__) from None
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise NotBegun("misconfigured", type(error).__name__) from None
        except stripe.StripeError as error:
            busy = (error.http_status or 500) >= 500
            raise NotBegun("unavailable" if busy else "refused", str(error.code)) from None
        if not session.url:
            raise NotBegun("refused", "no page")
        return Begun(session.id, session.url)

    @cached_property
    def _client(self) -> "StripeClient":
        import stripe

        return stripe.StripeClient(
            self._key,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=1,
            base_addresses={"api": self._api} if self._api else None,
        )
