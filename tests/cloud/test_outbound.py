"""A notice and a payment, told to another system by the deployed stacks: from the table's stream to
a receiver on this machine, signed, in order, and again after a first failure.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator

import pytest
from dunning.adapters.webhook_signing import new_secret

from infra.local.wire import Answer, Request, Server
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import customer, invoice, payment, wait_for

BEFORE, DUE = "2026-09-01T06:00:00Z", "2026-10-12T09:00:00Z"


class Receiver:
    """Somebody else's system: it refuses the first request, and keeps what it takes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server = Server(self._answer)
        self.refused: list[Request] = []
        self.taken: list[Request] = []

    @property
    def url(self) -> str:
        return f"{self._server.url}/duecourse?tenant=7"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            if not self.refused:
                self.refused.append(request)
                return Answer(500)
            self.taken.append(request)
            return Answer(204)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.start()
    yield receiver
    receiver.stop()


def is_signed(request: Request, secret: str) -> bool:
    """As the docs tell a receiver to check it (docs/webhooks.md)."""
    content = f"{request.header('webhook-id')}.{request.header('webhook-timestamp')}.".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, content + request.body, hashlib.sha256).digest())
    given = [one.partition(",")[2] for one in request.header("webhook-signature").split(" ")]
    return any(hmac.compare_digest(wanted, one.encode()) for one in given)


def test_a_notice_and_a_payment_arrive_signed_in_order_and_after_a_failure(
    on_stage: MakeStage, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = on_stage("announcing")
    # Its policy refuses plain HTTP: a command reaches the queue as the functions do.
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", stage.cloud.front.url)
    stage.open(BEFORE, customer("c-1", "told@harbour.example"), invoice("c-1", "T-1", "2026-10-01"))
    file = {"endpoints": [{"id": "erp", "url": receiver.url}]}
    report = stage.loader.put("config/announcing/webhooks.json", json.dumps(file).encode())
    assert (report["accepted"], report["rejected"]) == (1, 0)
    made = stage.by_hand("webhooks", "secret", "--endpoint", "erp", "--creditor", "announcing")
    secret = made[0]["secret"]
    older = new_secret()

    stage.at(DUE)
    stage.sweep_and_send()
    wait_for(lambda: receiver.refused)
    stage.loader.bodies("paid", [payment("c-1", "T-1", "99.00", "2026-10-12")])
    wait_for(lambda: len(receiver.taken) >= 2)

    told = [json.loads(request.body) for request in receiver.taken]
    assert [one["type"] for one in told] == ["notice.sent", "payment.recorded"]
    assert told[0] == json.loads(receiver.refused[0].body), "told again, it is the same"
    assert {(one["creditor"], one["customer"]) for one in told} == {("announcing", "c-1")}
    assert told[0]["sequence"] < told[1]["sequence"]
    assert told[1]["data"]["items"] == [
        {"invoice": "T-1", "item": 1, "amount": "99.00", "settled": True}
    ]
    for request, body in zip(receiver.taken, told, strict=True):
        assert request.target == "/duecourse?tenant=7"
        assert request.header("webhook-id") == body["id"]
        assert is_signed(request, secret)
        assert not is_signed(request, older)
        assert b"harbour.example" not in request.body
    assert stage.history("c-1")[told[0]["sequence"] - 1].code == "SENT"

    of = ("--creditor", stage.creditor)
    again = stage.by_hand("webhooks", "replay", "--event", told[1]["id"], *of)
    assert again == [{"creditor": "announcing", "deliveries": 1, "accounts": 1}]
    wait_for(lambda: len(receiver.taken) >= 3)
    assert json.loads(receiver.taken[2].body) == told[1]
    (status,) = stage.by_hand("webhooks", "status", "--creditor", "announcing")
    assert (status["endpoint"], status["failures"], status["secrets"]) == ("erp", 0, 1)
    stage.quiet()
    assert stage.cloud.dead_letters()["WebhooksDeadLetterQueueUrl"] == 0
