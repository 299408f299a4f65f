"""receive_callback and record_payments over ports in memory: events of API Gateway and SQS.

What a provider signs and means is tested with its adapter, what follows with the use case.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from dunning.adapters.memory.cell import Counters
from dunning.adapters.providers.known import reader, verifiers
from dunning.adapters.sqs import callback_of, callback_text
from dunning.domain.identity import ItemRef
from dunning.entry import bootstrap
from dunning.service.callbacks import ReceiveCallback, RecordCallback
from dunning.service.provider_money import ProviderMoney
from dunning.service.provider_ports import Callback, Keys, NotConfigured

from infra.local.provider import GOCARDLESS_SECRET, STRIPE_SECRET, PaymentProvider
from tests.unit.handling import CREDITOR, NOON, Cell, Context, batch, failed, load, message, sample

KEYS = {
    (CREDITOR, "stripe"): Keys((STRIPE_SECRET,), "sk_test"),
    (CREDITOR, "gocardless"): Keys((GOCARDLESS_SECRET,), "token"),
    (CREDITOR, "adyen"): Keys(("00" * 32,)),
}


class Kept(list[Callback]):
    """A queue, and the keys of one creditor."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    def put(self, callback: Callback) -> None:
        self.append(callback)

    def of(self, creditor: str, provider: str) -> Keys:
        self.asked.append((creditor, provider))
        try:
            return KEYS[creditor, provider]
        except KeyError:
            raise NotConfigured(creditor) from None


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    cell, kept = Cell(), Kept()
    receive = ReceiveCallback(verifiers(), kept, kept, Counters())
    wired = bootstrap.TakeCallbacks(lambda: None, cell.clock, receive, cell.settings.creditors)
    monkeypatch.setattr(bootstrap, "callbacks", lambda: wired)
    return kept


def post(
    path: str, raw: bytes, headers: Mapping[str, str], *, encoded: bool = False
) -> dict[str, Any]:
    event = sample("receive_callback")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["headers"] = dict(headers)
    event["body"] = base64.b64encode(raw).decode() if encoded else raw.decode()
    event["isBase64Encoded"] = encoded
    answer: dict[str, Any] = load("receive_callback").handler(event, Context())
    return answer


def webhook(provider: str = "stripe") -> tuple[bytes, dict[str, str]]:
    server = PaymentProvider(now=lambda: NOON)
    if provider == "stripe":
        server.stripe_event("payout.paid", {"id": "po_1", "note": "Zürich"})
    else:
        server.gocardless_event("payouts", "paid", {"payout": "PO1"})
    ((_, raw, headers),) = server.sent
    return raw, headers


def test_the_sample_is_signed_by_nobody(kept: Kept) -> None:
    answer = load("receive_callback").handler(sample("receive_callback"), Context())
    assert answer["statusCode"] == 401
    assert kept == []


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("path", ["/callbacks/stripe/northwind", "/callbacks/stripe"])
def test_a_signed_webhook_is_kept_byte_by_byte(kept: Kept, path: str, encoded: bool) -> None:
    raw, headers = webhook()
    assert post(path, raw, headers, encoded=encoded)["statusCode"] == 200
    assert kept == [Callback(CREDITOR, "stripe", raw)]


@pytest.mark.parametrize(
    ("provider", "status"), [("stripe", 401), ("gocardless", 498), ("adyen", 401)]
)
def test_each_provider_hears_no_in_its_own_way(kept: Kept, provider: str, status: int) -> None:
    raw = b'{"notificationItems":[{"NotificationRequestItem":{"eventCode":"X"}}]}'
    assert post(f"/callbacks/{provider}/{CREDITOR}", raw, {})["statusCode"] == status
    assert kept == []


@pytest.mark.parametrize(
    "path", ["/callbacks/paypal/northwind", "/callbacks/stripe/umbrella", "/callbacks", "/portal/x"]
)
def test_nobody_else_is_there(kept: Kept, path: str) -> None:
    raw, headers = webhook()
    answer = post(path, raw, headers)
    assert (answer["statusCode"], answer["body"]) == (404, "")


def test_gocardless_is_let_in(kept: Kept) -> None:
    raw, headers = webhook("gocardless")
    assert post("/callbacks/gocardless", raw, headers)["statusCode"] == 200
    assert callback_of(callback_text(kept[0])).raw == raw


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell, kept = Cell(), Kept()
    recorder = RecordCallback(ProviderMoney(cell.bodies, Counters()), cell.settings, kept, reader)
    wired = bootstrap.RecordPayments(lambda: None, cell.clock, recorder, callback_of, 5)
    monkeypatch.setattr(bootstrap, "payments", lambda: wired)
    return cell


def record(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = load("record_payments").handler(event, Context())
    return answer


def test_the_sample_is_paid_once(cell: Cell) -> None:
    event = sample("record_payments")
    for _ in range(3):
        assert failed(record(event)) == []
    state = cell.ledger.read(CREDITOR, cell.account)
    assert state is not None
    assert len(list(cell.ledger.postings(CREDITOR, cell.account))) == 1
    assert state.item(ItemRef("NW-1", 1)) is None


def test_what_comes_too_early_comes_again_and_the_rest_is_recorded(cell: Cell) -> None:
    refund = {
        "id": "evt_2",
        "type": "charge.refunded",
        "created": NOON,
        "data": {
            "object": {
                "id": "ch_1",
                "payment_intent": "pi_9",
                "currency": "eur",
                "amount_refunded": 5,
            }
        },
    }
    early = callback_text(Callback(CREDITOR, "stripe", json.dumps(refund).encode()))
    event = batch(message(early, number=1), message("{}", number=2))
    assert len(failed(record(event))) == 2


@pytest.mark.parametrize(
    "path",
    [
        "stripe/nobody",
        "stripe/No Creditor!",
        "stripe/a%00b",
        "stripe/" + "x" * 600,
        "paypal/northwind",
    ],
)
def test_no_secret_is_looked_for_by_a_name_that_is_nobody_s(path: str, kept: Kept) -> None:
    """Each look costs, and anybody may write a path."""
    raw, headers = webhook()
    assert post(f"/callbacks/{path}", raw, headers)["statusCode"] == 404
    assert kept.asked == []


def test_why_the_ledger_refused_an_event_stands_in_the_log_by_its_code(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []

    class Log:
        def exception(self, text: str, extra: Mapping[str, str]) -> None:
            said.append((text, extra["code"]))

        def info(self, text: str, extra: Mapping[str, object]) -> None:
            pass

    monkeypatch.setattr("dunning.entry.batch.logger", Log)
    record(sample("record_payments"))
    given = json.loads(sample("record_payments")["Records"][0]["body"])
    paid = json.loads(callback_of(json.dumps(given)).raw)["data"]["object"]
    charge = {
        "id": "ch_1",
        "payment_intent": paid.get("payment_intent") or paid["id"],
        "currency": paid["currency"],
        "amount_refunded": 10**9,
    }
    event = {
        "id": "evt_2",
        "type": "charge.refunded",
        "created": NOON,
        "data": {"object": charge},
    }
    refund = callback_text(Callback(CREDITOR, "stripe", json.dumps(event).encode()))
    assert len(failed(record(batch(message(refund, number=1))))) == 1
    assert said == [("message failed", "more_than_left")]
