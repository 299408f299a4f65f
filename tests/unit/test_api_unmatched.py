"""Payments that name nobody, over the API: what waits and whose it may be, and a person's word on
one, said once and on what that person has read.
"""

from typing import Any

import pytest
from dunning.entry import bootstrap
from dunning.service import inbox_pages

from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER

PAID: dict[str, Any] = {"type": "payment", "currency": "EUR", "amount": "190.00"}
WORD = {"customer": CUSTOMER, "by": "u-7"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    kept = pay(desk, "p1", reference="Ihre Rechnung NW-1042")
    assert kept == (200, {"outcome": "accepted"})
    return desk


def pay(desk: Desk, id_: str, **more: str) -> tuple[int, Any]:
    return desk.ask("POST", "/postings", {**PAID, "id": id_, **more})


def open_of(desk: Desk) -> str:
    case = desk.ask("GET", f"/cases/{CUSTOMER}")[1]
    return str(case["currencies"][0]["open"])


def listed(desk: Desk, **query: str) -> list[str]:
    status, found = desk.ask("GET", "/unmatched", query=query)
    assert status == 200, found
    return [row["payment"] for row in found["unmatched"]]


def test_what_waits_is_told_with_whose_it_may_be_and_until_when_their_items_wait(
    desk: Desk,
) -> None:
    status, found = desk.ask("GET", "/unmatched/p1")
    assert status == 200
    assert found == {
        "payment": "p1",
        "on": "2026-11-23",
        "value_date": "2026-11-23",
        "currency": "EUR",
        "amount": "190.00",
        "from": None,
        "state": "open",
        "customer": None,
        "held_until": "2026-11-28",
        "perhaps": [{"customer": CUSTOMER, "because": "text", "invoices": []}],
        "customers_with_that_amount": None,
    }
    assert desk.ask("GET", "/unmatched")[1] == {"unmatched": [found], "next": None}
    (hold,) = desk.ask("GET", "/holds")[1]["holds"]
    assert (hold["kind"], hold["until"]) == ("unmatched_payment", "2026-11-28")
    assert desk.ask("GET", "/unmatched/none")[0] == 404


def test_whose_open_amount_fits_is_looked_for_when_asked_and_in_a_small_book_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(desk, "p2", amount="1190.00")
    asked = {"by_amount": "true"}
    rows = {
        one["payment"]: one for one in desk.ask("GET", "/unmatched", query=asked)[1]["unmatched"]
    }
    guess = {"customer": CUSTOMER, "because": "amount", "invoices": ["NW-1042"]}
    assert rows["p2"]["perhaps"] == [guess]
    assert desk.ask("GET", "/unmatched/p2")[1]["perhaps"] == []
    monkeypatch.setattr(inbox_pages, "MOST_ACCOUNTS", 0)
    status, problem = desk.ask("GET", "/unmatched", query=asked)
    assert (status, problem["code"], problem["field"]) == (422, "book_too_large", "by_amount")


def test_a_page_ends_with_a_cursor_that_opens_for_that_very_question(desk: Desk) -> None:
    for number in range(2, 8):
        pay(desk, f"p{number}")
    seen: list[str] = []
    query = {"limit": "3"}
    while True:
        page = desk.ask("GET", "/unmatched", query=query)[1]
        assert len(page["unmatched"]) <= 3
        seen += [row["payment"] for row in page["unmatched"]]
        if page["next"] is None:
            break
        query = {"limit": "3", "cursor": page["next"]}
    assert seen == [f"p{number}" for number in range(1, 8)]
    other = {"state": "matched", **query}
    assert desk.ask("GET", "/unmatched", query=other)[0] == 404


def test_a_page_looks_at_no_more_than_its_bound(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(desk, "p2")
    monkeypatch.setattr(inbox_pages, "MOST_LOOKED_AT", 1)
    first = desk.ask("GET", "/unmatched", query={"state": "matched"})[1]
    assert first["unmatched"] == []
    assert first["next"] is not None


def test_a_person_says_whose_it_is_and_nothing_waits_for_it_any_more(desk: Desk) -> None:
    part = {"allocations": [{"invoice": "NW-1042", "item": 1, "amount": "100.00"}]}
    answer = desk.ask("POST", "/unmatched/p1/matches", {**WORD, **part})
    assert answer == (200, {"outcome": "accepted"})
    assert open_of(desk) == "1090.00"
    assert listed(desk) == []
    assert listed(desk, state="matched") == ["p1"]
    shown = desk.ask("GET", "/unmatched/p1")[1]
    assert (shown["state"], shown["customer"], shown["held_until"]) == ("matched", CUSTOMER, None)
    (row,) = desk.ask("GET", "/postings")[1]["postings"]
    assert (row["id"], row["amount"], row["on_account"]) == ("p1", "190.00", "90.00")
    assert desk.ask("GET", "/holds", query={"state": "live"})[1]["holds"] == []
    told = desk.ask("GET", f"/cases/{CUSTOMER}/why")[1]["records"]
    (posted,) = (one for one in told if one.get("code") == "payment")
    assert posted["detail"].startswith("matched by u-7")


def test_the_same_word_again_changes_nothing_and_another_is_a_conflict(desk: Desk) -> None:
    desk.ask("PUT", "/customers/other", {"name": "Other"})
    path = "/unmatched/p1/matches"
    read = desk.tag("/unmatched/p1")
    assert desk.ask("POST", path, WORD, if_match=read)[1] == {"outcome": "accepted"}
    before = open_of(desk)
    for headers in ({}, {"if_match": read}, {"idempotency_key": "k"}):
        assert desk.ask("POST", path, WORD, **headers) == (200, {"outcome": "unchanged"})
    assert desk.ask("POST", path, {**WORD, "by": "u-8"}) == (200, {"outcome": "unchanged"})
    for other, code in (
        ({**WORD, "customer": "other"}, "matched_already"),
        ({**WORD, "allocations": [{"invoice": "NW-1042", "amount": "1.00"}]}, "id_differs"),
    ):
        status, problem = desk.ask("POST", path, other)
        assert (status, problem["code"]) == (409, code)
    status, problem = desk.ask("POST", path, {**WORD, "customer": "other"}, if_match=read)
    assert (status, problem["code"]) == (412, "changed_since")
    assert open_of(desk) == before


def test_two_payments_by_one_key_are_a_conflict(desk: Desk) -> None:
    pay(desk, "p2")
    assert desk.ask("POST", "/unmatched/p1/matches", WORD, idempotency_key="k")[0] == 200
    status, problem = desk.ask("POST", "/unmatched/p2/matches", WORD, idempotency_key="k")
    assert (status, problem["code"], problem["field"]) == (409, "id_differs", "Idempotency-Key")
    assert listed(desk) == ["p2"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/unmatched/none/matches", WORD, 404, "not_found"),
        ("/unmatched/p1/matches", {**WORD, "customer": "nobody"}, 404, "unknown_customer"),
        ("/unmatched/p1/matches", {"customer": CUSTOMER}, 422, "malformed"),
    ],
)
def test_what_cannot_be_matched_is_a_problem_and_it_goes_on_waiting(
    desk: Desk, path: str, body: object, status: int, code: str
) -> None:
    answer = desk.ask("POST", path, body)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert listed(desk) == ["p1"]


def test_who_may_only_read_says_nothing_of_whose_it_is(desk: Desk) -> None:
    scopes = (f"{CREDITOR}/read",)
    assert desk.ask("GET", "/unmatched", scopes=scopes)[0] == 200
    assert desk.ask("POST", "/unmatched/p1/matches", WORD, scopes=scopes)[0] == 404


def test_other_money_under_the_id_of_one_that_waits_is_not_lost_as_a_repeat(desk: Desk) -> None:
    assert pay(desk, "p1") == (200, {"outcome": "unchanged"})
    status, problem = pay(desk, "p1", amount="191.00")
    assert (status, problem["code"]) == (409, "id_differs")
    assert pay(desk, "p9", customer=CUSTOMER)[0] == 200
    status, problem = pay(desk, "p9")
    assert (status, problem["code"]) == (409, "id_differs"), "it is on an account already"
    assert listed(desk) == ["p1"]


def test_one_that_waits_may_be_sent_again_with_its_customer(desk: Desk) -> None:
    assert pay(desk, "p1", customer=CUSTOMER) == (200, {"outcome": "accepted"})
    assert listed(desk) == []
