"""Payment providers: whose signature counts, and what each event tells the ledger."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dunning.adapters.providers.adyen_events import AdyenEvents
from dunning.adapters.providers.gocardless_events import Found, FoundMandate, GoCardlessEvents
from dunning.adapters.providers.metadata import customer_of, items_of, written
from dunning.adapters.providers.minor_units import ADYEN, STRIPE, of_theirs, ours
from dunning.adapters.providers.stripe_events import StripeEvents
from dunning.domain.bodies import MoneyBody, ReturnBody, ReversalBody
from dunning.domain.identity import ItemRef
from dunning.domain.provider_events import Forged, ProviderEvent, Unreadable, body_of
from hypothesis import given
from hypothesis import strategies as st

SHARED = Path(__file__).parents[3] / "shared" / "data" / "events"
SECRET, SIGNED_AT = "whsec_test_secret", 1700000000
RAW = b'{"id":"evt_1","object":"event"}'
SIGNATURE = "0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd"
ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"


def test_44_a_signature_of_stripe_counts_for_300_seconds() -> None:
    headers = {"stripe-signature": f"t={SIGNED_AT},v1={SIGNATURE}"}
    StripeEvents().verify(RAW, headers, [SECRET], SIGNED_AT + 300)
    StripeEvents().verify(RAW, headers, [SECRET], SIGNED_AT - 300)
    with pytest.raises(Forged, match="stale"):
        StripeEvents().verify(RAW, headers, [SECRET], SIGNED_AT + 301)


def test_44_while_a_secret_is_rotated_either_signs() -> None:
    old = {"stripe-signature": f"t={SIGNED_AT},v1={'0' * 64},v1={SIGNATURE},v0=x"}
    StripeEvents().verify(RAW, old, ["whsec_new", SECRET], SIGNED_AT)
    with pytest.raises(Forged, match="bad_signature"):
        StripeEvents().verify(RAW, old, ["whsec_new"], SIGNED_AT)


@pytest.mark.parametrize(
    "header", ["", "t=1700000000", "v1=abc", "t=x,v1=abc", "nonsense", "t=1700000000,v1=\u00e9"]
)
def test_what_is_no_signature_of_stripe_is_refused(header: str) -> None:
    with pytest.raises(Forged):
        StripeEvents().verify(RAW, {"stripe-signature": header}, [SECRET], SIGNED_AT)


def test_one_other_byte_is_another_message() -> None:
    headers = {"stripe-signature": f"t={SIGNED_AT},v1={SIGNATURE}"}
    for raw in (RAW + b" ", RAW.replace(b"1", b"2"), b"\xff" + RAW, b""):
        with pytest.raises(Forged, match="bad_signature"):
            StripeEvents().verify(raw, headers, [SECRET], SIGNED_AT)


def adyen_item(**more: Any) -> dict[str, Any]:
    """The official vector of Adyen's documentation, as a notification."""
    return {
        "pspReference": "7914073381342284",
        "originalReference": "",
        "merchantAccountCode": "TestMerchant",
        "merchantReference": "TestPayment-1407325143704",
        "amount": {"value": 1130, "currency": "EUR"},
        "eventCode": "AUTHORISATION",
        "success": "true",
        "eventDate": "2014-08-06T17:15:34+02:00",
        "additionalData": {"hmacSignature": "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},
        **more,
    }


def adyen(*items: dict[str, Any]) -> bytes:
    found = [{"NotificationRequestItem": one} for one in items]
    return json.dumps({"live": "false", "notificationItems": found}).encode()


def test_45_each_item_of_adyen_is_signed_by_itself() -> None:
    AdyenEvents().verify(adyen(adyen_item()), {}, ["00" * 32, ADYEN_KEY], SIGNED_AT)
    forged = adyen_item(amount={"value": 113000, "currency": "EUR"})
    with pytest.raises(Forged, match="bad_signature"):
        AdyenEvents().verify(adyen(adyen_item(), forged), {}, [ADYEN_KEY], SIGNED_AT)
    unsigned = adyen_item(additionalData={})
    with pytest.raises(Forged, match="no_signature"):
        AdyenEvents().verify(adyen(adyen_item(), unsigned), {}, [ADYEN_KEY], SIGNED_AT)


def gocardless_signed(raw: bytes, secret: str) -> dict[str, str]:
    return {"webhook-signature": hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}


def test_a_signature_of_gocardless_is_of_the_very_bytes() -> None:
    raw = b'{"events":[]}'
    GoCardlessEvents().verify(raw, gocardless_signed(raw, "s"), ["new", "s"], SIGNED_AT)
    for other, headers in ((raw + b" ", gocardless_signed(raw, "s")), (raw, {})):
        with pytest.raises(Forged):
            GoCardlessEvents().verify(other, headers, ["new", "s"], SIGNED_AT)


class Booked:
    """What GoCardless says of payments and refunds."""

    def payment(self, id_: str) -> Found:
        return Found(2500, "GBP", id_, "INV-1", {"duecourse_customer": "c1"})

    def refund(self, id_: str) -> Found:
        return Found(900, "GBP", "PM123", "", {})

    def mandate(self, id_: str) -> FoundMandate:
        return FoundMandate(id_, {})

    def schedule(self, id_: str) -> FoundMandate:
        return FoundMandate("MD123", {})


def samples(provider: str) -> list[Path]:
    return sorted((SHARED / provider).glob("*.json"))


GOCARDLESS: Mapping[str, tuple[str, str, int | None]] = {
    "instalment-schedule-payment-created": ("told", "PM123", None),
    "mandate-cancelled-api": ("mandate_ended", "", None),
    "mandate-cancelled-bank-account-closed": ("mandate_ended", "", None),
    "mandate-transferred": ("told", "", None),
    "payment-cancelled-api": ("cancelled", "PM789", None),
    "payment-cancelled-mandate-cancelled": ("cancelled", "PM456", None),
    "payment-confirmed": ("paid", "PM999", 2500),
    "payment-failed-insufficient-funds": ("failed", "PM123", None),
    "payout-paid": ("told", "", None),
    "refund-created": ("refunded", "PM123", 900),
}


@pytest.mark.parametrize("name", GOCARDLESS)
def test_each_event_of_gocardless_tells_what_it_means(name: str) -> None:
    file = SHARED / "gocardless" / f"{name}.json"
    if not file.exists():
        pytest.skip("the shared samples are not here")
    (event,) = GoCardlessEvents(Booked()).read(file.read_bytes())
    assert (event.kind, event.payment, event.amount) == GOCARDLESS[name]
    assert event.on == date(2014, 4, 8)


def test_every_sample_of_gocardless_is_among_them() -> None:
    assert {file.stem for file in samples("gocardless")} in (set(), set(GOCARDLESS))


STRIPE_MONEY: Mapping[str, tuple[str, str, int, str]] = {
    "charge.dispute.funds_reinstated": ("reinstated", "ch_00000000000000", 25000, "USD"),
    "charge.dispute.funds_withdrawn": ("charged_back", "ch_00000000000000", 25000, "USD"),
    "charge.refunded": ("refunded", "ch_000000000000000000000000", 100, "USD"),
    "checkout.session.completed": ("paid", "pi_000000000000000000000000", 3000, "USD"),
    "checkout.session.completed.payment_mode": ("paid", "pi_00000000000000", 25000, "USD"),
    "payment_intent.succeeded": ("paid", "pi_000000000000000000000000", 2000, "USD"),
}
"""Of Stripe's samples, those that move money. The charge of `charge.succeeded` has an intent, which
tells of it."""


@pytest.mark.parametrize("file", samples("stripe"), ids=lambda file: file.stem)
def test_each_event_of_stripe_tells_what_it_means(file: Path) -> None:
    (event,) = StripeEvents().read(file.read_bytes())
    if file.stem in STRIPE_MONEY:
        assert (event.kind, event.payment, event.amount, event.currency) == STRIPE_MONEY[file.stem]
        assert body_of(event) is not None
    else:
        assert event.kind == "told"
        assert body_of(event) is None


def stripe(type_: str, thing: Mapping[str, object], day: int = 0, **more: object) -> ProviderEvent:
    data = {"object": thing, **more}
    at = SIGNED_AT + 86_400 * day
    raw = json.dumps({"id": "evt_1", "type": type_, "created": at, "data": data})
    return StripeEvents().read(raw.encode())[0]


def test_one_payment_told_by_several_events_is_one_payment_of_the_ledger() -> None:
    metadata = written("acme", "c1", [(ItemRef("SI/1;x=y%", 2), 700), (ItemRef("SI2", 1), 300)])
    intent = {
        "id": "pi_1",
        "amount_received": 1000,
        "currency": "eur",
        "metadata": metadata,
    }
    session = {
        "payment_intent": "pi_1",
        "payment_status": "paid",
        "amount_total": 1000,
        "currency": "eur",
        "metadata": metadata,
    }
    one = body_of(stripe("payment_intent.succeeded", intent))
    other = body_of(stripe("checkout.session.completed", session))
    assert one == other
    assert isinstance(one, MoneyBody)
    assert (one.id, one.customer, one.amount) == ("stripe:pi_1", "c1", 1000)
    assert stripe("payment_intent.succeeded", intent).creditor == "acme"
    assert [(p.invoice, p.item, p.amount) for p in one.parts] == [
        ("SI/1;x=y%", 2, 700),
        ("SI2", 1, 300),
    ]


def test_a_session_that_is_paid_later_is_no_payment_yet() -> None:
    session = {
        "payment_intent": "pi_1",
        "payment_status": "unpaid",
        "amount_total": 1000,
        "currency": "eur",
        "metadata": written("acme", "c1", [(ItemRef("SI1", 1), 1000)]),
    }
    agreed = stripe("checkout.session.completed", session)
    assert (agreed.kind, agreed.items) == ("under_way", ((ItemRef("SI1", 1), 1000),))
    assert body_of(agreed) is None
    failed = stripe("checkout.session.async_payment_failed", session)
    assert (failed.kind, failed.payment, failed.items) == ("failed", "pi_1", agreed.items)
    free = session | {"payment_status": "no_payment_required", "payment_intent": None}
    assert stripe("checkout.session.completed", free).kind == "told"


def test_each_refund_is_what_the_sum_of_refunds_grew_by() -> None:
    def refunded(total: int, before: int, day: int = 0) -> ReturnBody:
        charge = {"id": "ch_1", "payment_intent": "pi_1", "currency": "eur"}
        event = stripe(
            "charge.refunded",
            {**charge, "amount_refunded": total},
            day=day,
            previous_attributes={"amount_refunded": before},
        )
        body = body_of(event)
        assert isinstance(body, ReturnBody)
        return body

    first, second = refunded(300, 0), refunded(1000, 300)
    assert (first.payment, first.amount, second.amount) == ("stripe:pi_1", "3.00", "7.00")
    assert first.id != second.id
    assert refunded(1000, 300) == second
    # What failed, and is given back again days later, comes to the same sum.
    assert refunded(300, 0, day=5).id != first.id


def test_a_dispute_takes_the_money_and_its_end_brings_it_back() -> None:
    thing = {"id": "dp_1", "payment_intent": "pi_1", "amount": 1000, "currency": "eur"}
    gone = body_of(stripe("charge.dispute.funds_withdrawn", thing))
    back = body_of(stripe("charge.dispute.funds_reinstated", thing))
    assert isinstance(gone, ReturnBody)
    assert (gone.type, gone.id, gone.payment) == ("chargeback", "stripe:dp_1", "stripe:pi_1")
    assert isinstance(back, MoneyBody)
    assert back.id == "stripe:dp_1:reinstated"


def test_a_debit_that_fails_takes_back_what_counted_as_paid() -> None:
    raw = json.dumps(
        {
            "events": [
                {
                    "id": "EV1",
                    "created_at": "2026-05-04T23:59:59.000Z",
                    "resource_type": "payments",
                    "action": "failed",
                    "links": {"payment": "PM1"},
                }
            ]
        }
    ).encode()
    body = body_of(GoCardlessEvents(Booked()).read(raw)[0])
    assert body == ReversalBody(
        on=date(2026, 5, 4), id="gocardless:PM1:failed", of="gocardless:PM1"
    )


def test_adyen_tells_of_the_payment_that_a_later_code_is_about() -> None:
    items = (
        adyen_item(additionalData={"metadata.duecourse_customer": "c1"}),
        adyen_item(eventCode="REFUND", pspReference="R1", originalReference="P1"),
        adyen_item(eventCode="AUTHORISATION", success="false"),
        adyen_item(eventCode="REPORT_AVAILABLE"),
    )
    paid, refund, refused, report = AdyenEvents().read(adyen(*items))
    assert (paid.kind, paid.payment, paid.amount, paid.customer) == (
        "paid",
        "7914073381342284",
        1130,
        "c1",
    )
    assert (refund.kind, refund.payment, refund.refund) == ("refunded", "P1", "R1")
    assert (refused.kind, report.kind) == ("told", "told")


def test_adyen_says_elsewhere_whether_a_payment_was_cancelled_or_given_back() -> None:
    def told(**more: str) -> bytes:
        code = {"eventCode": "CANCEL_OR_REFUND", "pspReference": "R1", "originalReference": "P1"}
        return adyen(adyen_item(**code, additionalData=more))

    (refund,) = AdyenEvents().read(told(**{"modification.action": "refund"}))
    (cancelled,) = AdyenEvents().read(told(**{"modification.action": "cancel"}))
    assert (refund.kind, refund.refund, refund.amount) == ("refunded", "R1", 1130)
    assert (cancelled.kind, cancelled.payment) == ("failed", "P1")
    with pytest.raises(Unreadable):
        AdyenEvents().read(told())


def test_a_notification_of_nothing_is_signed_by_nobody() -> None:
    with pytest.raises(Forged, match="no_signature"):
        AdyenEvents().verify(adyen(), {}, [ADYEN_KEY], SIGNED_AT)


def test_a_second_chargeback_of_adyen_is_another_than_the_first() -> None:
    codes = ("CHARGEBACK", "CHARGEBACK_REVERSED", "SECOND_CHARGEBACK")
    items = [adyen_item(eventCode=c, pspReference="D1", originalReference="P1") for c in codes]
    first, back, second = map(body_of, AdyenEvents().read(adyen(*items)))
    assert isinstance(first, ReturnBody)
    assert isinstance(back, MoneyBody)
    assert isinstance(second, ReturnBody)
    assert first.payment == "adyen:P1"
    assert second.payment == back.id
    assert len({first.id, back.id, second.id}) == 3


@pytest.mark.parametrize(
    ("theirs", "amount", "currency", "expected"),
    [
        (STRIPE, 500, "jpy", (500, "JPY")),
        (STRIPE, 50000, "isk", (500, "ISK")),
        (STRIPE, 7, "mga", (700, "MGA")),
        (STRIPE, 1234, "kwd", (1234, "KWD")),
        (ADYEN, 50000, "CLP", (500, "CLP")),
        (ADYEN, 9, "IDR", (900, "IDR")),
    ],
)
def test_amounts_are_read_as_the_provider_counts(
    theirs: Mapping[str, int], amount: int, currency: str, expected: tuple[int, str]
) -> None:
    assert ours(amount, currency, theirs) == expected
    assert of_theirs(*expected, theirs) == amount


@pytest.mark.parametrize("amount", [-1, "5", 5.0, True, None, 50])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(Unreadable):
        ours(amount, "ISK", STRIPE)


@given(
    items=st.lists(
        st.tuples(
            st.builds(ItemRef, st.text(min_size=1, max_size=12), st.integers(1, 9999)),
            st.integers(1, 10**9),
        ),
        max_size=8,
    )
)
def test_what_is_given_with_a_payment_is_what_is_read_back(
    items: Sequence[tuple[ItemRef, int]],
) -> None:
    total = sum(part for _, part in items)
    metadata = written("acme", "c 1", items)
    assert customer_of(metadata) == "c 1"
    assert all(len(value) <= 500 for value in metadata.values())
    assert items_of(metadata, total) in ((), tuple(items))
    if len(items) < 3:
        assert items_of(metadata, total) == tuple(items)
    if items:
        assert items_of(metadata, total - 1) == ()


def test_a_hundred_items_of_one_payment_take_more_places_where_there_are_some() -> None:
    items = tuple((ItemRef(f"INV-2026/{n:05}", 1), 1_000 + n) for n in range(120))
    total = sum(part for _, part in items)
    metadata = written("acme", "c 1", items, places=40)
    assert max(map(len, metadata.values())) <= 500
    assert len(metadata) < 12
    assert items_of(metadata, total) == items
    assert items_of(written("acme", "c 1", items), total) == ()


@given(st.binary(max_size=200))
def test_no_bytes_break_a_reader(raw: bytes) -> None:
    for reader in (StripeEvents(), GoCardlessEvents(), AdyenEvents()):
        with pytest.raises(Unreadable):
            reader.read(raw)
        with pytest.raises((Forged, Unreadable)):
            reader.verify(raw, {"stripe-signature": "t=1,v1=2"}, [SECRET], SIGNED_AT)


def test_the_vector_of_adyen_is_what_its_rule_says() -> None:
    signed = "7914073381342284::TestMerchant:TestPayment-1407325143704:1130:EUR:AUTHORISATION:true"
    digest = hmac.new(bytes.fromhex(ADYEN_KEY), signed.encode(), hashlib.sha256).digest()
    item = adyen_item()
    assert base64.b64encode(digest).decode() == item["additionalData"]["hmacSignature"]
