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
from infra.local.wire import Answer, Request, Server
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


def test_another_link_to_the_same_can_be_paid_from_as_well(provider: PaymentProvider) -> None:
    checkout = StripeCheckout("sk_test_1", provider.url)
    first = checkout.begin(asked())
    other = asked(back="https://pay.example/portal/another", language="fr")
    second = checkout.begin(other)
    assert second != first
    assert checkout.begin(other) == second
    assert checkout.begin(asked()) == first


def test_a_session_whose_day_is_over_is_begun_anew_once(provider: PaymentProvider) -> None:
    checkout = StripeCheckout("sk_test_1", provider.url)
    first = checkout.begin(asked())
    provider.expire(first.id)
    second = checkout.begin(asked())
    assert second.id != first.id
    assert checkout.begin(asked()) == second
    provider.expire(second.id)
    assert checkout.begin(asked()).id not in (first.id, second.id)


def test_who_has_paid_is_not_led_to_a_page_that_is_over(provider: PaymentProvider) -> None:
    checkout = StripeCheckout("sk_test_1", provider.url)
    begun = checkout.begin(asked())
    provider.pay(begun.id)
    again = checkout.begin(asked())
    assert (again.id, again.url) == (begun.id, "https://pay.example/portal/x")
    assert len(provider.begun) == 1


def test_what_stripe_refused_once_is_not_refused_all_day() -> None:
    answers = [
        Answer(400, (("Content-Type", "application/json"),), b'{"error": {"type": "api_error"}}'),
        Answer(
            400,
            (("Content-Type", "application/json"), ("Idempotent-Replayed", "true")),
            b'{"error": {"type": "api_error"}}',
        ),
        Answer(
            200,
            (),
            b'{"id": "cs_2", "object": "checkout.session", "status": "open", "url": "https://x"}',
        ),
    ]
    keys = []

    def answer(request: Request) -> Answer:
        keys.append(request.header("Idempotency-Key"))
        return answers[len(keys) - 1]

    server = Server(answer)
    server.start()
    try:
        with pytest.raises(NotBegun):
            StripeCheckout("sk_test_1", server.url).begin(asked())
        assert StripeCheckout("sk_test_1", server.url).begin(asked()).id == "cs_2"
    finally:
        server.stop()
    assert keys[0] == keys[1] == "k1"
    assert keys[2] != "k1"


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


def test_one_key_is_one_payment_of_a_bank_account(provider: PaymentProvider) -> None:
    first = gocardless(provider).begin(asked(currency="GBP"))
    assert gocardless(provider).begin(asked(currency="GBP", back="https://pay.example/b")) == first
    provider.pay(first.id)
    again = gocardless(provider).begin(asked(currency="GBP"))
    assert (again.id, again.url) == (first.id, "https://pay.example/portal/x")
    assert provider.begun == (first.id,)


def test_what_a_bank_has_refused_can_be_paid_anew_the_same_day(provider: PaymentProvider) -> None:
    first = gocardless(provider).begin(asked(currency="GBP"))
    provider.pay(first.id, succeeds=False)
    second = gocardless(provider).begin(asked(currency="GBP"))
    assert second.id != first.id
    assert second.url == f"{provider.url}/pay/{second.id}"
    assert gocardless(provider).begin(asked(currency="GBP")) == second
    provider.pay(second.id, succeeds=False)
    assert gocardless(provider).begin(asked(currency="GBP")).id not in (first.id, second.id)


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
