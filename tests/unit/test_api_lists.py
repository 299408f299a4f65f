"""Lists of the API: pages, cursors that open nothing else, and what a page may cost."""

from collections.abc import Iterator
from typing import Any

import pytest
from dunning.domain.creditor import Creditor
from dunning.entry import bootstrap
from dunning.service import lists
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER

OTHER = "acme"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def invoice(customer: str, *amounts: str) -> dict[str, Any]:
    items = [{"due": f"2026-12-{day:02}", "amount": text} for day, text in enumerate(amounts, 1)]
    return {"customer": customer, "currency": "EUR", "issued": "2026-11-20", "items": items}


def put(desk: Desk, number: str, customer: str, *amounts: str) -> None:
    status, _ = desk.ask("PUT", f"/invoices/{number}", invoice(customer, *(amounts or ("10.00",))))
    assert status == 200


def pages(desk: Desk, path: str, **query: str) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    for _ in range(200):
        status, told = desk.ask("GET", path, query={**query, **cursor})
        assert status == 200, told
        yield told[path.strip("/")]
        if told["next"] is None:
            return
        cursor = {"cursor": told["next"]}
    raise AssertionError("the list has no end")


def everything(desk: Desk, path: str, **query: str) -> list[dict[str, Any]]:
    return [row for page in pages(desk, path, **query) for row in page]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_pages_of_a_list_hold_each_row_once_whatever_their_size(desk: Desk, limit: int) -> None:
    for number in range(7):
        put(desk, f"A{number}", "c-1")
        put(desk, f"B{number}", f"c-{number}")
    for path, known in (("/customers", 8), ("/invoices", 15), ("/cases", 8)):
        rows = everything(desk, path, limit=str(limit))
        names = [row.get("number", row["customer"]) for row in rows]
        assert len(names) == len(set(names)) == known, path
        assert all(len(page) <= limit for page in pages(desk, path, limit=str(limit)))


def test_invoices_are_listed_by_customer_state_and_number(desk: Desk) -> None:
    put(desk, "A1", "c-1", "10.00", "5.00")
    put(desk, "A2", "c-1")
    put(desk, "B1", "c-2")
    paid = {"type": "payment", "customer": "c-1", "currency": "EUR", "amount": "10.00"}
    part = [{"invoice": "A2", "amount": "10.00"}]
    desk.ask("POST", "/postings", {**paid, "id": "p1", "allocations": part})
    of_one = {row["number"]: row for row in everything(desk, "/invoices", customer="c-1")}
    assert [of_one[number]["state"] for number in ("A1", "A2")] == ["open", "settled"]
    assert (of_one["A1"]["total"], of_one["A1"]["open"]) == ("15.00", "15.00")
    (item,) = of_one["A2"]["items"]
    assert (item["open"], item["settled_on"]) == ("0.00", "2026-11-23")

    def numbers(**query: str) -> list[str]:
        return sorted(row["number"] for row in everything(desk, "/invoices", **query))

    assert numbers(customer="c-1", state="open") == ["A1"]
    assert numbers(customer="c-1", state="settled") == ["A2"]
    assert numbers(state="open") == ["A1", "B1", "NW-1042"]
    assert numbers(number="A2") == ["A2"]
    assert numbers(number="A2", state="open") == []
    assert numbers(number="A2", customer="c-2") == []
    assert numbers(customer="nobody") == []


def test_numbers_with_a_slash_are_read_by_their_query(desk: Desk) -> None:
    batch = {"invoices": [{**invoice("c-1", "10.00"), "number": "RE/2026/1"}]}
    assert desk.ask("PUT", "/invoices", batch)[0] == 200
    (row,) = everything(desk, "/invoices", number="RE/2026/1")
    assert row["number"] == "RE/2026/1"
    status, told = desk.ask("GET", "/invoices/RE%2F2026%2F1")
    assert (status, told["number"]) == (200, "RE/2026/1")


def test_an_id_is_found_however_it_is_composed_and_what_nothing_is_called_is_not_there(
    desk: Desk,
) -> None:
    put(desk, "M%C3%BC-1", "c-1")
    for path in ("/invoices/M%C3%BC-1", "/invoices/Mu%CC%88-1", "/invoices/%20M%C3%BC-1"):
        assert desk.ask("GET", path)[1]["number"] == "Mü-1"
    assert [row["number"] for row in everything(desk, "/invoices", number="Mu\u0308-1")] == ["Mü-1"]
    nothing = desk.answer("GET", "/invoices/none")
    assert desk.answer("GET", "/invoices/%20") == nothing
    assert desk.answer("GET", f"/customers/{'x' * 101}") == nothing
    assert desk.answer("GET", "/postings", query={"customer": " "}) == nothing
    tag = desk.tag("/invoices/M%C3%BC-1")
    amended = invoice("c-1", "11.00")
    assert desk.ask("PUT", "/invoices/Mu%CC%88-1", amended, if_match=tag)[0] == 200


def test_postings_show_where_the_money_went_and_what_went_back(desk: Desk) -> None:
    put(desk, "A1", "c-1")
    paid = {"type": "payment", "customer": "c-1", "currency": "EUR", "amount": "12.00"}
    desk.ask("POST", "/postings", {**paid, "id": "p1", "reference": "A1"})
    refund = {"type": "refund", "payment": "p1", "amount": "2.00", "id": "r1"}
    assert desk.ask("POST", "/postings", refund)[0] == 200
    rows = {row["id"]: row for row in everything(desk, "/postings", customer="c-1")}
    assert rows["p1"]["allocations"] == [{"invoice": "A1", "item": 1, "amount": "10.00"}]
    assert (rows["p1"]["on_account"], rows["p1"]["returned"]) == ("2.00", "2.00")
    assert (rows["r1"]["amount"], rows["r1"]["undoes"]) == ("-2.00", "p1")


def test_facts_are_listed_while_they_stand_and_when_they_are_over(desk: Desk) -> None:
    put(desk, "A1", "c-1")
    put(desk, "A2", "c-1")
    ask = desk.ask
    ask("POST", "/disputes", {"id": "d1", "invoice": "A1", "reason": "broken"})
    ask("POST", "/disputes", {"id": "d2", "invoice": "A2"})
    assert ask("POST", "/disputes/d1/resolution", {"id": "x1", "outcome": "credited"})[0] == 200
    ask("POST", "/holds", {"id": "h1", "customer": "c-1", "kind": "manual", "until": "2026-12-31"})
    parts = [{"due": "2026-12-20", "amount": "10.00"}]
    plan = {"id": "pl", "customer": "c-1", "state": "active", "items": [{"invoice": "A2"}]}
    assert ask("POST", "/plans", {**plan, "instalments": parts})[0] == 200
    promise = {"id": "v1", "customer": "c-1", "date": "2026-12-05", "amount": "10.00"}
    assert ask("POST", "/promises", {**promise, "items": [{"invoice": "A1"}]})[0] == 200

    def ids(path: str, **query: str) -> list[str]:
        return [row["id"] for row in everything(desk, path, limit="1", **query)]

    assert ids("/disputes") == ["d2", "d1"], "those that stand come first"
    assert ids("/disputes", customer="c-1", state="past") == ["d1"]
    assert ids("/disputes", state="live") == ["d2"]
    over = everything(desk, "/disputes", state="past")[0]
    assert (over["outcome"], over["ended_on"]) == ("credited", "2026-11-23")
    assert ids("/holds", customer="c-1") == ["h1"]
    (shown,) = everything(desk, "/plans")
    assert shown["instalments"] == [{"due": "2026-12-20", "amount": "10.00", "paid": "0.00"}]
    (word,) = everything(desk, "/promises")
    assert (word["outcome"], word["holds_until"]) == ("open", "2026-12-07")


def test_creditors_are_those_that_are_granted_and_that_there_are(desk: Desk) -> None:
    desk.cell.settings.put_creditor(OTHER, Creditor(OTHER, name="Acme"))
    scopes = (f"{CREDITOR}/read", f"{OTHER}/write", "gone/write", "openid")
    status, told = desk.ask("GET", "/creditors", scopes=scopes)
    assert status == 200
    assert [(one["creditor"], one["rights"]) for one in told["creditors"]] == [
        (OTHER, ["read", "write"]),
        (CREDITOR, ["read"]),
    ]
    (one,) = desk.ask("GET", "/creditors", scopes=scopes, duecourse_creditor=OTHER)[1]["creditors"]
    assert one["name"] == "Acme"
    nothing = desk.answer("GET", "/customers/nobody")
    assert desk.answer("GET", "/creditors", scopes=()) == nothing
    assert desk.answer("GET", "/creditors", duecourse_creditor=OTHER) == nothing


def test_a_cursor_of_another_creditor_or_another_list_is_no_such_thing(desk: Desk) -> None:
    desk.cell.settings.put_creditor(OTHER, Creditor(OTHER))
    put(desk, "A1", "c-1")
    put(desk, "A2", "c-2")
    scopes = (f"{OTHER}/write",)
    mine = desk.ask("GET", "/invoices", query={"limit": "1"})[1]["next"]
    assert mine
    nothing = desk.answer("GET", "/invoices/none", scopes=scopes)
    for path, query, who in (
        ("/invoices", {"cursor": mine}, scopes),
        ("/customers", {"cursor": mine}, (f"{CREDITOR}/read",)),
        ("/invoices", {"cursor": mine, "customer": "c-1"}, (f"{CREDITOR}/read",)),
        ("/invoices", {"cursor": mine[:-1] + ("A" if mine[-1] != "A" else "B")}, ()),
        ("/invoices", {"cursor": "AAAA"}, (f"{CREDITOR}/read",)),
    ):
        assert desk.answer("GET", path, query=query, scopes=who) == nothing
    assert CREDITOR not in mine
    assert "c-1" not in mine


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_text_that_we_did_not_seal_is_a_cursor(text: str) -> None:
    door = Desk().door
    assert door.place(CREDITOR, "invoices", text) is None


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"state": "old"}])
def test_what_a_list_does_not_know_is_a_problem(desk: Desk, query: dict[str, str]) -> None:
    status, problem = desk.ask("GET", "/invoices", query=query)
    assert (status, problem["code"]) == (422, "malformed")
    assert next(iter(query)) in problem["errors"][0]["field"]


def test_a_page_looks_at_no_more_accounts_than_it_may(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        put(desk, f"A{number}", f"c-{number}")
    monkeypatch.setattr(lists, "MOST_ACCOUNTS", 3)
    read: list[str] = []
    ledger = desk.cell.ledger
    before = ledger.head

    def head(creditor: str, account: str) -> Any:
        read.append(account)
        return before(creditor, account)

    monkeypatch.setattr(ledger, "head", head)
    status, told = desk.ask("GET", "/postings", query={"limit": "100"})
    assert (status, told["postings"]) == (200, [])
    assert told["next"], "nothing was found in the first three, and there are others"
    assert len(read) == 3
    assert everything(desk, "/postings") == []


def test_a_page_ends_where_it_has_looked_at_enough(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        put(desk, f"A{number}", "c-1")
    monkeypatch.setattr(lists, "MOST_LOOKED_AT", 4)
    status, told = desk.ask("GET", "/invoices", query={"customer": "c-1", "state": "settled"})
    assert (status, told["invoices"]) == (200, [])
    assert told["next"]
    assert len(everything(desk, "/invoices", customer="c-1")) == 10


def test_a_case_is_listed_as_it_is_read_by_itself(desk: Desk) -> None:
    put(desk, "A1", "c-1")
    listed = {row["customer"]: row for row in everything(desk, "/cases")}
    assert listed["c-1"] == desk.ask("GET", "/cases/c-1")[1]
    assert CUSTOMER in listed
    paid = {"type": "payment", "customer": "c-1", "currency": "EUR", "amount": "10.00", "id": "p"}
    desk.ask("POST", "/postings", paid)
    assert "c-1" not in [row["customer"] for row in everything(desk, "/cases")]
