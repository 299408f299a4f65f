"""Entity tags of the API: nothing is repeated that the caller has, nothing overwritten unseen."""

import json
from typing import Any

import pytest
from dunning.entry import bootstrap

from tests.unit.billing import Desk
from tests.unit.handling import CUSTOMER

INVOICE = {
    "customer": CUSTOMER,
    "currency": "EUR",
    "issued": "2026-11-20",
    "items": [{"due": "2026-12-20", "amount": "119.00"}],
}
MORE = {**INVOICE, "items": [{"due": "2026-12-20", "amount": "120.00"}]}
PERSON = {
    "name": "Hübner GmbH",
    "class": "business",
    "email": ["a@huebner.example"],
    "address": {"lines": ["Am Hang 1"], "city": "Ulm"},
    "inconvenient": [{"from": "12:00", "until": "14:30", "days": ["mon", "fri"]}],
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def stale(desk: Desk, method: str, path: str, body: object, **headers: Any) -> None:
    status, told = desk.ask(method, path, body, **headers)
    assert (status, told["code"]) == (412, "changed_since")


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        ("/invoices/A1", INVOICE, MORE),
        ("/customers/c-9", PERSON, {**PERSON, "name": "Huebner"}),
    ],
)
def test_what_was_changed_since_it_was_read_is_not_overwritten(
    desk: Desk, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    stale(desk, "PUT", path, body, if_match='"anything"')
    stale(desk, "PUT", path, body, if_match="*")
    assert desk.ask("GET", path)[0] == 404, "nothing was written"
    assert desk.ask("PUT", path, body, if_none_match="*") == (200, {"outcome": "accepted"})
    stale(desk, "PUT", path, other, if_none_match="*")
    first = desk.tag(path)
    assert desk.ask("PUT", path, other, if_match=first) == (200, {"outcome": "accepted"})
    second = desk.tag(path)
    assert second != first
    stale(desk, "PUT", path, body, if_match=first)
    stale(desk, "PUT", path, body, if_match=f"W/{second}")
    assert desk.tag(path) == second
    assert desk.ask("PUT", path, body, if_match=f'"x", {second}')[0] == 200
    assert desk.ask("PUT", path, other, if_match="*")[0] == 200


def test_a_payment_changes_an_invoice_and_a_reminder_does_not(desk: Desk) -> None:
    number = "NW-1042"
    before = desk.tag(f"/invoices/{number}")
    desk.cell.reminders.remind("northwind", desk.cell.account, desk.cell.clock.now())
    assert desk.cell.sender.sent
    assert desk.tag(f"/invoices/{number}") == before
    paid = {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}
    desk.ask("POST", "/postings", paid, idempotency_key="b-1")
    assert desk.tag(f"/invoices/{number}") != before


def test_a_plan_is_agreed_on_the_case_that_was_read_alone(desk: Desk) -> None:
    desk.ask("PUT", "/invoices/A1", INVOICE)
    parts = [{"due": "2026-12-20", "amount": "119.00"}]
    plan: dict[str, Any] = {
        "id": "pl",
        "customer": CUSTOMER,
        "state": "active",
        "items": [{"invoice": "A1"}],
    }
    plan["instalments"] = parts
    read = desk.tag(f"/cases/{CUSTOMER}")
    paid = {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}
    desk.ask("POST", "/postings", paid, idempotency_key="b-1")
    stale(desk, "POST", "/plans", plan, if_match=read)
    now = desk.tag(f"/cases/{CUSTOMER}")
    assert desk.ask("POST", "/plans", plan, if_match=now) == (200, {"outcome": "accepted"})
    again = desk.ask("POST", "/plans", plan, if_match=now)
    assert again == (200, {"outcome": "unchanged"}), "what was recorded is not refused"


def test_a_write_between_the_look_and_the_write_is_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ask("PUT", "/invoices/A1", INVOICE)
    tag = desk.tag("/invoices/A1")
    ledger = desk.cell.ledger
    write = ledger.write
    theirs = {**INVOICE, "items": [{"due": "2026-12-20", "amount": "50.00"}]}

    def first_theirs(creditor: str, account: str, change: Any) -> None:
        monkeypatch.setattr(ledger, "write", write)
        assert desk.door.record(creditor, "invoice", {**theirs, "number": "A1"}, "")
        write(creditor, account, change)

    monkeypatch.setattr(ledger, "write", first_theirs)
    stale(desk, "PUT", "/invoices/A1", MORE, if_match=tag)
    assert desk.ask("GET", "/invoices/A1")[1]["total"] == "50.00"


@pytest.mark.parametrize("path", [f"/customers/{CUSTOMER}", f"/cases/{CUSTOMER}", "/invoices"])
def test_what_the_caller_has_is_not_sent_again(desk: Desk, path: str) -> None:
    status, headers, body = desk.answer("GET", path)
    assert status == 200
    assert json.loads(body)
    tag = headers["etag"]
    for named in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = desk.answer("GET", path, if_none_match=named)
        assert (again[0], again[1]["etag"], again[2]) == (304, tag, "")
    assert desk.answer("GET", path, if_none_match='"x"')[0] == 200


def test_a_refusal_has_no_tag(desk: Desk) -> None:
    status, headers, _ = desk.answer("GET", "/invoices/none", if_none_match="*")
    assert status == 404
    assert "etag" not in headers
