"""Stripe Checkout in redirect mode: a page of theirs on which a customer pays. No card number is
near us (SAQ A: pages that only redirect); the outcome comes by webhook alone.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from secrets import token_hex
from typing import TYPE_CHECKING

from dunning.domain.payment_requests import Begun, NotBegun, PaymentRequest
from dunning.domain.provider_events import Unreadable

from .metadata import written
from .minor_units import STRIPE, of_theirs

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.checkout import Session
    from stripe.params.checkout import SessionCreateParams

LONGEST_TITLE = 250
PLACES = 40
"""Keys of metadata for items; Stripe has 50 in all. GoCardless has three, and one for items."""
PAGE_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "nl"})
"""Languages of ours that Stripe's page has as well; it has more."""
TIMEOUT_SECONDS = 8.0
EXPIRED, COMPLETE = "expired", "complete"
REPLAYED = "idempotent-replayed"
"""Header of an answer that Stripe has kept since the key was first used: a refusal as well, and a
session that is over by now."""
MOST_KEYS = 4
CONFLICT = 409


class StripeCheckout:
    """Payments begun with one Stripe account, by its secret key."""

    name = "stripe"

    def __init__(self, key: str, api: str | None = None) -> None:
        self._key, self._api = key, api

    def begin(self, asked: PaymentRequest) -> Begun:
        """A session, and the page to go to. The same key is the same session while it can be paid;
        where it was, the page is the one to come back to. Raises NotBegun."""
        import stripe

        try:
            unit = of_theirs(asked.amount, asked.currency, STRIPE)
        except Unreadable as error:
            raise NotBegun("refused", str(error)) from None
        metadata = written(asked.creditor, asked.customer, asked.items, PLACES)
        language = asked.language.partition("-")[0].lower()
        wanted: SessionCreateParams = {
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
            # What is owed in euros is not paid in dollars, whatever the account's settings are.
            "adaptive_pricing": {"enabled": False},
            # The intent's events tell of the payment as well, and are to say the same.
            "payment_intent_data": {
                "metadata": metadata,
                "description": asked.title[:LONGEST_TITLE],
            },
            "metadata": metadata,
            "success_url": asked.back,
            "cancel_url": asked.left or asked.back,
            "locale": language if language in PAGE_LANGUAGES else "auto",  # type: ignore[typeddict-item]
            **({"customer_email": asked.email} if asked.email else {}),  # type: ignore[typeddict-item]
        }
        try:
            session = self._session(wanted, asked.key)
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise NotBegun("unavailable", type(error).__name__) from None
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise NotBegun("misconfigured", type(error).__name__) from None
        except stripe.StripeError as error:
            busy = (error.http_status or 500) >= 500
            raise NotBegun("unavailable" if busy else "refused", str(error.code)) from None
        if session.status == COMPLETE:
            return Begun(session.id, asked.back)
        if not session.url:
            raise NotBegun("refused", "no page")
        return Begun(session.id, session.url)

    def _session(self, wanted: "SessionCreateParams", first: str) -> "Session":
        """The session of a key. One that is over, or was refused, is begun anew under a further
        key; and so is one that another link began, which comes back elsewhere. Raises what the
        client raises."""
        import stripe

        key = first
        for _ in range(MOST_KEYS):
            try:
                session = self._client.v1.checkout.sessions.create(wanted, {"idempotency_key": key})
            except stripe.IdempotencyError as error:
                if error.http_status == CONFLICT:  # the very same is being begun right now
                    raise
                words = json.dumps(wanted, sort_keys=True)
                key = f"{first}-{sha256(words.encode()).hexdigest()[:16]}"
                continue
            except stripe.StripeError as error:
                if not _replayed(error.headers):
                    raise
                key = f"{first}-{token_hex(8)}"
                continue
            if session.last_response is None or not _replayed(session.last_response.headers):
                return session
            session = self._client.v1.checkout.sessions.retrieve(session.id)
            if session.status != EXPIRED:
                return session
            key = f"{first}-{sha256(session.id.encode()).hexdigest()[:16]}"
        raise stripe.APIConnectionError("no session after several keys")

    @cached_property
    def _client(self) -> "StripeClient":
        import stripe

        return stripe.StripeClient(
            self._key,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=1,
            base_addresses={"api": self._api} if self._api else None,
        )


def _replayed(headers: Mapping[str, str] | None) -> bool:
    found = {name.lower(): value for name, value in (headers or {}).items()}
    return found.get(REPLAYED) == "true"
