"""Payments begun with a provider: what they are for, over the providers' own packages and real HTTP
to the test provider of this machine, and back as the signed event of the same payment."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from dunning.adapters.providers.gocardless_events import GoCardlessEvents
from dunning.adapters.providers.gocardless_pages import GoCardlessPages
from dunning.adapters.providers.stripe_checkout import StripeCheckout
from dunning.adapters.providers.stripe_events import StripeEvents
from dunning.domain.identity import ItemRef
from dunning.domain.payment_requests import NotBegun, PaymentRequest
from dunning.domain.provider_events import ProviderEvent

from infra.local.provider import GOCARDLESS_SECRET, STRIPE_SECRET, PaymentProvider
from infra.local.wire import Answer, Server
from tests.unit.books import CUSTOMER

NOW = 1_780_000_000
ITEMS = ((ItemRef("SI1", 1), 700), (ItemRef("SI/2", 1), 300))


def asked(**more: object) -> PaymentRequest:
    found: dict[str, object] = {
        "creditor": "acme",
        "customer": CUSTOMER,
        "currency": "EUR",
        "items": ITEMS,
        "title": "Acme: SI1, SI/2",
        "language": "de-AT",
        "back": "https://pay.example/portal/x",
        "key": "k1",
        **more,
    }
    return PaymentRequest(**found)  # type: ignore[arg-type]


@pytest.fixture
def provider() -> Iterator[PaymentProvider]:
    server = PaymentProvider(now=lambda: NOW)
    server.start()
    yield server
    server.stop()


def events(provider: PaymentProvider) -> list[ProviderEvent]:
    """The webhooks that were sent, verified and read as the real ones are."""
    found: list[ProviderEvent] = []
    for name, raw, sent in provider.sent:
        reader = StripeEvents() if name == "stripe" else GoCardlessEvents(gocardless(provider))
        secret = STRIPE_SECRET if name == "stripe" else GOCARDLESS_SECRET
        headers = {key.lower(): value for key, value in sent.items()}
        reader.verify(raw, headers, ["other", secret], NOW)
        found += reader.read(raw)
    return found


def gocardless(provider: PaymentProvider) -> GoCardlessPages:
    return GoCardlessPages("token", api=provider.url)


def test_what_is_paid_at_stripe_comes_back_as_that_payment(provider: PaymentProvider) -> None:
    begun = StripeCheckout("sk_test_1", provider.url).begin(asked())
    assert begun.url == f"{provider.url}/pay/{begun.id}"
    assert provider.pay(begun.id) == "https://pay.example/portal/x"
    first, second = events(provider)
    assert {first.payment, second.payment} == {"pi_1"}
    assert (first.customer, first.items, first.amount) == (CUSTOMER, ITEMS, 1000)
    assert (second.customer, second.items, second.currency) == (CUSTOMER, ITEMS, "EUR")


def test_the_same_key_begins_one_payment(provider: PaymentProvider) -> None:
    checkout = StripeCheckout("sk_test_1", provider.url)
    assert checkout.begin(asked()) == checkout.begin(asked())
    assert checkout.begin(asked(key="k2")) != checkout.begin(asked())


def test_amounts_are_asked_for_as_stripe_counts(provider: PaymentProvider) -> None:
    krona = asked(currency="ISK", items=((ItemRef("SI1", 1), 500),))
    begun = StripeCheckout("sk_test_1", provider.url).begin(krona)
    provider.pay(begun.id)
    assert {one.amount for one in events(provider)} == {500}
    with pytest.raises(NotBegun, match="refused"):
        StripeCheckout("sk_test_1", provider.url).begin(
            asked(currency="MGA", items=((ItemRef("SI1", 1), 150),))
        )


def test_what_is_paid_at_gocardless_comes_back_as_that_payment(provider: PaymentProvider) -> None:
    begun = gocardless(provider).begin(asked(currency="GBP"))
    with urllib.request.urlopen(begun.url, timeout=5) as page:
        assert "Acme: SI1" in page.read().decode()
    provider.pay(begun.id)
    (event,) = events(provider)
    assert (event.kind, event.customer, event.items, event.amount) == (
        "paid",
        CUSTOMER,
        ITEMS,
        1000,
    )


def test_what_the_bank_refuses_is_no_payment(provider: PaymentProvider) -> None:
    begun = StripeCheckout("sk_test_1", provider.url).begin(asked())
    provider.pay(begun.id, succeeds=False)
    other = gocardless(provider).begin(asked(currency="GBP"))
    provider.pay(other.id, succeeds=False)
    assert [one.kind for one in events(provider)] == ["told", "failed"]


@pytest.mark.parametrize(
    ("status", "code"), [(401, "misconfigured"), (400, "refused"), (500, "unavailable")]
)
def test_what_a_provider_refuses_says_whether_to_ask_again(status: int, code: str) -> None:
    body = b'{"error": {"type": "invalid_request_error", "message": "no", "code": "nope"}}'
    server = Server(lambda _: Answer(status, (("Content-Type", "application/json"),), body))
    server.start()
    try:
        with pytest.raises(NotBegun) as refused:
            StripeCheckout("sk_test_1", server.url).begin(asked())
        assert refused.value.code == code
    finally:
        server.stop()
    with pytest.raises(NotBegun) as gone:
        StripeCheckout("sk_test_1", server.url).begin(asked())
    assert gone.value.code == "unavailable"
