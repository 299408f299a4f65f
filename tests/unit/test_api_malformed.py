"""A request of another shape is a problem that names each field, as the ledger would, and how to
mend it; and so is one that is too large, or of a type that is not taken.
"""

from typing import Any

import pytest
from dunning.entry import bootstrap
from dunning.entry.api.edge import MOST_BYTES

from tests.unit.billing import Desk
from tests.unit.handling import CUSTOMER

ITEM = {"due": "2026-12-20", "amount": "119.00"}
BILL: dict[str, Any] = {"customer": CUSTOMER, "currency": "EUR", "items": [ITEM]}
PAID = {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def item(**other: object) -> dict[str, Any]:
    return {**BILL, "items": [ITEM, {**ITEM, **other}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "mend"),
    [
        ("PUT", "/invoices/A", {**BILL, "custmer": "x"}, "custmer", "leave it out"),
        ("PUT", "/invoices/A", {"customer": "c", "items": [ITEM]}, "currency", "give it"),
        ("PUT", "/invoices/A", {**BILL, "currency": "euro"}, "currency", "ISO 4217, as EUR"),
        ("PUT", "/invoices/A", {**BILL, "currency": "XXQ"}, "currency", "as EUR"),
        ("PUT", "/invoices/A", item(amount="1,00"), "items.2.amount", 'as "94.00"'),
        ("PUT", "/invoices/A", item(amount=1.5), "items.2.amount", 'as "94.00"'),
        ("PUT", "/invoices/A", item(amount="1.001"), "items.2.amount", "decimals"),
        ("PUT", "/invoices/A", item(due="20.12.2026"), "items.2.due", "as 2026-12-31"),
        ("PUT", "/invoices/A", {**BILL, "items": []}, "items", "at least 1"),
        ("PUT", "/invoices/A", {**BILL, "items": [ITEM] * 1_001}, "items", "at most 1000"),
        ("PUT", "/invoices/A", {**BILL, "items": "none"}, "items", "a list"),
        ("PUT", "/invoices/A", {**BILL, "autopay": "perhaps"}, "autopay", "true or false"),
        ("PUT", "/invoices/A", {**BILL, "kind": "bill"}, "kind", "'invoice', 'subscription'"),
        ("PUT", "/customers/A", {"name": "n" * 201}, "name", "200 characters"),
        ("POST", "/postings", {**PAID, "amount": 1}, "amount", 'as "94.00"'),
        ("POST", "/postings", {**PAID, "type": "paymnt"}, "type", "'payment'"),
        ("POST", "/postings", {"id": "x"}, "type", "type is missing"),
        ("PUT", "/invoices", {"invoices": [{**BILL, "number": "A"}] * 501}, "invoices", "500"),
        ("PUT", "/invoices", {"invoices": [BILL]}, "invoices.1.number", "give it"),
        ("PUT", "/invoices/A", [1], "", "an object"),
        ("PUT", "/invoices/A", '{"customer": ', "", "not JSON"),
        ("PUT", "/invoices/A", "", "", "is missing"),
    ],
)
def test_what_is_wrong_is_named_as_the_ledger_names_it_with_how_to_mend_it(
    desk: Desk, method: str, path: str, body: object, field: str, mend: str
) -> None:
    before = desk.cell.ledger.read("northwind", desk.cell.account)
    status, problem = desk.ask(method, path, body, idempotency_key="k")
    assert (status, problem["status"]) == (422, 422)
    assert problem.get("field", "") == field
    assert mend in problem["detail"], problem
    assert desk.cell.ledger.read("northwind", desk.cell.account) == before


def test_of_several_faults_each_is_told(desk: Desk) -> None:
    body = {**item(amount=1, due="no"), "extra": 1}
    status, problem = desk.ask("PUT", "/invoices/A", body)
    assert (status, problem["detail"]) == (422, "3 to mend; nothing was taken")
    assert [one["field"] for one in problem["errors"]] == [
        "items.2.due",
        "items.2.amount",
        "extra",
    ]


@pytest.mark.parametrize(
    ("query", "mend"),
    [
        ({"limit": "1000"}, "limit is more than 100"),
        ({"limit": "x"}, "limit: write a whole number"),
    ],
)
def test_so_is_what_is_asked(desk: Desk, query: dict[str, str], mend: str) -> None:
    status, problem = desk.ask("GET", "/invoices", query=query)
    assert (status, problem["field"]) == (422, "limit")
    assert problem["detail"].startswith(mend)


@pytest.mark.parametrize("path", ["/invoices", "/invoices/NW-1042", "/cases", "/reports/aging"])
def test_a_question_that_a_route_does_not_know_is_refused_and_not_left_out(
    desk: Desk, path: str
) -> None:
    status, problem = desk.ask("GET", path, query={"custmer": CUSTOMER})
    assert (status, problem["code"], problem["field"]) == (422, "malformed", "custmer")
    assert "mend its name" in problem["detail"]


@pytest.mark.parametrize(
    "type_", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_of_another_type_is_a_problem(desk: Desk, type_: str) -> None:
    status, headers, _ = desk.answer("PUT", "/invoices/A", BILL, content_type=type_)
    assert (status, headers["content-type"]) == (415, "application/problem+json")
    _, problem = desk.ask("PUT", "/invoices/A", BILL, content_type=type_)
    assert (problem["code"], problem["field"]) == ("wrong_type", "Content-Type")
    for taken in ("application/json", "Application/JSON; charset=utf-8"):
        assert desk.ask("PUT", "/invoices/A", BILL, content_type=taken)[0] == 200


def test_a_body_that_is_too_large_is_a_problem_whatever_is_in_it(desk: Desk) -> None:
    status, problem = desk.ask("PUT", "/invoices/A", " " * (MOST_BYTES + 1))
    assert (status, problem["code"]) == (413, "too_large")
    assert str(MOST_BYTES) in problem["detail"]


def test_a_field_s_name_is_not_told_at_any_length(desk: Desk) -> None:
    _, problem = desk.ask("PUT", "/invoices/A", {**BILL, "x" * 5_000: 1})
    assert len(problem["field"]) == 200
