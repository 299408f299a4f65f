"""POST /webhooks/replay: events told again by their ids, or of a customer since then; of nobody
else's.
"""

from typing import Any

import pytest
from dunning.domain.outbound import EventId
from dunning.domain.outbound_endpoints import Endpoint
from dunning.entry import bootstrap

from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER

PAYMENT = {
    "type": "payment", "id": "p1", "customer": CUSTOMER, "currency": "EUR", "amount": "10.00",
}  # fmt: skip
SINCE = {"customer": CUSTOMER, "since": "2026-11-23T00:00:00Z"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    desk.subscriptions.put(CREDITOR, (Endpoint("erp", "https://erp.example/in"),))
    assert desk.ask("POST", "/postings", PAYMENT)[0] == 200
    return desk


def answer(desk: Desk, body: object) -> Any:
    status, found = desk.ask("POST", "/webhooks/replay", body)
    assert status == 200, found
    return found


def event(desk: Desk) -> str:
    head = desk.cell.ledger.head(CREDITOR, desk.cell.account)
    assert head is not None
    return str(EventId(desk.cell.account, head.seq))


def test_events_are_told_again_by_id_and_of_a_customer_since_then(desk: Desk) -> None:
    assert answer(desk, {"events": [event(desk)]}) == {"deliveries": 1, "accounts": 1}
    assert answer(desk, SINCE) == {"deliveries": 1, "accounts": 1}
    assert [one.endpoint for one in desk.told.waiting] == ["erp", "erp"]
    assert len({one.again for one in desk.told.waiting}) == 2
    assert answer(desk, {**SINCE, "until": "2026-11-23T00:00:01Z"})["deliveries"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "malformed"),
        ({"customer": CUSTOMER}, "malformed"),
        ({"since": SINCE["since"]}, "malformed"),
        ({**SINCE, "events": ["evt_x"]}, "malformed"),
        ({"customer": CUSTOMER, "since": "2026-11-23"}, "malformed"),
        ({"events": ["evt_x"]}, "bad_event"),
        ({"events": ["evt_b3RoZXIjYzQ_1"]}, "unknown_event"),
        ({**SINCE, "customer": "nobody"}, "unknown_customer"),
        ({**SINCE, "endpoint": "nowhere"}, "unknown_endpoint"),
    ],
)
def test_what_cannot_be_told_again_is_a_problem_and_tells_nothing(
    desk: Desk, body: object, code: str
) -> None:
    status, found = desk.ask("POST", "/webhooks/replay", body)
    assert status in (400, 404, 409, 422)
    assert found["code"] == code
    assert not desk.told.waiting


def test_nobody_who_may_only_read_has_anything_told(desk: Desk) -> None:
    told = {"events": [event(desk)]}
    for scopes in ((f"{CREDITOR}/read",), ("other/write",)):
        status, _ = desk.ask("POST", "/webhooks/replay", told, scopes=scopes)
        assert status == 404
    assert not desk.told.waiting


def test_events_are_told_again_once_for_each_key(desk: Desk) -> None:
    first = desk.ask("POST", "/webhooks/replay", SINCE, idempotency_key="k")
    assert first == (200, {"deliveries": 1, "accounts": 1})
    assert desk.ask("POST", "/webhooks/replay", SINCE, idempotency_key="k") == first
    assert len(desk.told.waiting) == 1
    other = {**SINCE, "until": "2026-11-24T00:00:00Z"}
    status, problem = desk.ask("POST", "/webhooks/replay", other, idempotency_key="k")
    assert (status, problem["code"]) == (409, "id_differs")
    assert len(desk.told.waiting) == 1
