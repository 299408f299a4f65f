"""The API over ports in memory: routes, grants, shapes, problems. What bodies mean: the ledger."""

import base64
import json
from types import SimpleNamespace

import pytest
from dunning.entry import bootstrap
from dunning.entry.api.access import Grant, NotGranted, creditor_of, grants
from dunning.entry.api.edge import MOST_BYTES, bytes_of
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER, Context, load, sample


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


INVOICE = {
    "customer": CUSTOMER,
    "currency": "EUR",
    "issued": "2026-11-20",
    "items": [{"due": "2026-12-20", "amount": "119.00"}],
}


def test_an_invoice_is_taken_once_and_amended_by_its_number(desk: Desk) -> None:
    assert desk.ask("PUT", "/invoices/NW-2", INVOICE) == (200, {"outcome": "accepted"})
    assert desk.ask("PUT", "/invoices/NW-2", INVOICE) == (200, {"outcome": "unchanged"})
    more = {**INVOICE, "items": [{"due": "2026-12-20", "amount": "120.00"}]}
    assert desk.ask("PUT", "/invoices/NW-2", more) == (200, {"outcome": "accepted"})
    status, case = desk.ask("GET", f"/cases/{CUSTOMER}")
    assert status == 200
    opened = {item["invoice"]: item["open"] for item in case["currencies"][0]["items"]}
    assert opened["NW-2"] == "120.00"


def test_a_batch_tells_of_each_and_one_that_is_refused_stops_none(desk: Desk) -> None:
    bad = {**INVOICE, "number": "NW-3", "currency": "XXX"}
    batch = {"invoices": [{**INVOICE, "number": "NW-2"}, bad, {**INVOICE, "number": "NW-4"}]}
    status, told = desk.ask("PUT", "/invoices", batch)
    assert status == 200
    assert [one["outcome"] for one in told["results"]] == ["accepted", "refused", "accepted"]
    assert told["results"][1]["field"] == "currency"


def test_the_idempotency_key_is_the_id_of_what_has_none(desk: Desk) -> None:
    payment = {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}
    for outcome in ("accepted", "unchanged"):
        answer = desk.ask("POST", "/postings", payment, idempotency_key="b-1")
        assert answer == (200, {"outcome": outcome})
    other = {**payment, "amount": "2.00"}
    status, problem = desk.ask("POST", "/postings", other, idempotency_key="b-1")
    assert (status, problem["code"]) == (409, "id_differs")


def test_what_has_neither_id_nor_key_is_refused_with_the_field(desk: Desk) -> None:
    payment = {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}
    status, problem = desk.ask("POST", "/postings", payment)
    assert (status, problem["code"], problem["field"]) == (422, "missing", "id")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**INVOICE, "items": []}, "items"),
        ({**INVOICE, "currency": "euro"}, "currency"),
        ({**INVOICE, "items": [{"due": "2026-12-20", "amount": 5}]}, "items.1.amount"),
        ({**INVOICE, "unknown": 1}, "unknown"),
    ],
)
def test_what_has_another_shape_is_a_problem_that_names_the_field(
    desk: Desk, body: object, field: str
) -> None:
    status, problem = desk.ask("PUT", "/invoices/NW-2", body)
    assert (status, problem["code"]) == (422, "malformed")
    assert field in [one["field"] for one in problem["errors"]]


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "null", ""])
def test_what_is_no_object_is_a_problem(desk: Desk, body: str) -> None:
    status, problem = desk.ask("PUT", "/invoices/NW-2", body)
    assert status == 422
    assert problem["status"] == 422


@pytest.mark.parametrize("scopes", [(), ("acme/write",), (f"{CREDITOR}/read",), ("openid",)])
def test_without_a_grant_nothing_exists(desk: Desk, scopes: tuple[str, ...]) -> None:
    status, problem = desk.ask("PUT", "/invoices/NW-2", INVOICE, scopes=scopes)
    assert (status, problem["code"]) == (404, "not_found")
    nobody = desk.ask("GET", "/cases/nobody")
    assert nobody == (status, problem), "no grant and no such thing are one answer"


def test_an_opt_out_holds_at_once_and_is_from_the_api(desk: Desk) -> None:
    body = {"customer": CUSTOMER, "channel": "email"}
    assert desk.ask("POST", "/opt-outs", body, idempotency_key="o-1")[0] == 200
    state = desk.cell.ledger.read(CREDITOR, desk.cell.account)
    assert state is not None
    (told,) = state.consents
    assert (told.channel, told.source) == ("email", "api")
    status, check = desk.ask("POST", "/contact-checks", {"customer": CUSTOMER})
    assert (status, check["decision"]) == (200, "DENY")


def test_a_contact_check_takes_an_attempt_as_well(desk: Desk) -> None:
    attempt = {"channel": "voice", "phone": "+390612345678", "now": "2026-11-23T10:00:00Z"}
    status, check = desk.ask("POST", "/contact-checks", attempt)
    assert status == 200
    assert "it_garante" in [rule["code"] for rule in check["rules"]]
    status, problem = desk.ask("POST", "/contact-checks", {"chanel": "voice"})
    assert (status, problem["field"]) == (422, "chanel")


def test_why_is_told_record_by_record(desk: Desk) -> None:
    desk.ask("PUT", "/invoices/NW-2", INVOICE)
    status, told = desk.ask("GET", f"/cases/{CUSTOMER}/why", query={"invoice": "NW-2"})
    assert status == 200
    assert told["records"][-1]["kind"] == "NOW"


@given(st.lists(st.text(max_size=20)), st.text(max_size=20))
def test_no_scope_grants_another_creditor(scopes: list[str], named: str) -> None:
    mine = grants([*scopes, "acme/read"])
    assert Grant("acme", "read") in mine
    allowed = {grant.creditor for grant in mine}
    try:
        found = creditor_of(mine, "read", named)
    except NotGranted:
        return
    assert found in allowed
    assert named in ("", found)


def test_a_body_of_more_than_a_mebibyte_is_a_problem_that_says_how_much_is_taken(
    desk: Desk,
) -> None:
    status, problem = desk.ask("PUT", "/invoices", "x" * (MOST_BYTES + 1))
    assert (status, problem["code"]) == (413, "too_large")
    assert str(MOST_BYTES) in problem["detail"]
    assert desk.ask("PUT", "/invoices", "x" * MOST_BYTES)[0] == 422


@given(st.binary(max_size=40))
def test_a_body_is_measured_as_it_was_sent(raw: bytes) -> None:
    encoded = base64.b64encode(raw).decode()
    assert bytes_of({"body": encoded, "isBase64Encoded": True}) == len(raw)
    assert bytes_of({"body": "é€", "isBase64Encoded": False}) == 5
    assert bytes_of({}) == 0


def test_the_log_tells_the_route_and_the_client_and_no_path(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    note = lambda _, extra: told.append((extra["route"], extra["status"]))  # noqa: E731
    monkeypatch.setattr("dunning.entry.api.edge.logger", lambda: SimpleNamespace(info=note))
    desk.ask("GET", "/cases/Jane Doe")
    desk.ask("PUT", "/invoices/NW-2", {"customer": "Jane Doe"})
    desk.ask("GET", "/people/Jane Doe")
    desk.ask("DELETE", "/invoices/NW-2")
    assert told == [
        ("GET /cases/<customer>", 404),
        ("PUT /invoices/<number>", 422),
        ("none", 404),
        ("none", 404),
    ]


def test_the_function_of_every_get_answers_as_the_other_does(desk: Desk) -> None:
    answer = load("api_read").handler(sample("api_read"), Context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["customer"] == CUSTOMER
