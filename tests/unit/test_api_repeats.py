"""A request that is sent again: with the same Idempotency-Key it changes nothing, other money by it
is refused, nobody's key is cut short, and who is to come again hears when.
"""

import json
from typing import Any

import pytest
from dunning.entry import bootstrap
from dunning.service.accounts import Contended

from tests.openapi import FILE
from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER

PLAN = {"customer": CUSTOMER, "items": [{"invoice": "NW-1042", "item": 1}], "state": "active"}
HALVES = [{"due": "2026-12-01", "amount": "595.00"}, {"due": "2027-01-01", "amount": "595.00"}]
WORDS = {"customer": CUSTOMER, "channel": "voice", "text": "You may ring me."}
# path: a body, and another
BODIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "/postings": (
        {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"},
        {"type": "payment", "customer": CUSTOMER, "currency": "EUR", "amount": "2.00"},
    ),
    "/disputes": (
        {"invoice": "NW-1042", "reason": "price"},
        {"invoice": "NW-1042", "reason": "quality"},
    ),
    "/holds": (
        {"customer": CUSTOMER, "kind": "manual", "scope": "account"},
        {"customer": CUSTOMER, "kind": "manual", "scope": "account", "until": "2027-01-01"},
    ),
    "/promises": (
        {"customer": CUSTOMER, "date": "2026-12-24", "amount": "10.00"},
        {"customer": CUSTOMER, "date": "2026-12-24", "amount": "20.00"},
    ),
    "/plans": (
        {**PLAN, "instalments": HALVES},
        {**PLAN, "instalments": [{"due": "2026-12-01", "amount": "1190.00"}]},
    ),
    "/consents": (WORDS, {**WORDS, "text": "You may ring me at noon."}),
    "/opt-outs": (
        {"customer": CUSTOMER, "channel": "email"},
        {"customer": CUSTOMER, "channel": "voice"},
    ),
}
CONFLICTS = {"/postings": "id_differs", "/plans": "plan_in_force"}
# Posts that record nothing, or say which version is to hold, or what is to be told again: to repeat
# them is to ask again.
HARMLESS = {
    "/contact-checks",
    "/simulations",
    "/webhooks/replay",
    "/policies/rollback",
    "/templates/{channel}/{language}/rollback",
    "/templates/{channel}/{language}/preview",
}
# Of something that has to be there: a mandate of an agreed plan (tests/unit/test_plan_collection).
OF_OTHERS = {"/disputes/{dispute}/resolution", "/holds/{hold}/release", "/mandates"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def test_every_post_is_spoken_of_here() -> None:
    paths = json.loads(FILE.read_text(encoding="utf-8"))["paths"]
    posts = {path for path, methods in paths.items() if "post" in methods}
    assert posts - HARMLESS - OF_OTHERS == set(BODIES)


@pytest.mark.parametrize("path", list(BODIES))
def test_the_same_key_changes_nothing_whatever_the_body_and_for_money_another_is_a_conflict(
    desk: Desk, path: str
) -> None:
    body, other = BODIES[path]
    assert desk.ask("POST", path, body, idempotency_key="k-1") == (200, {"outcome": "accepted"})
    before = desk.cell.ledger.read(CREDITOR, desk.cell.account)
    assert desk.ask("POST", path, body, idempotency_key="k-1") == (200, {"outcome": "unchanged"})
    status, problem = desk.ask("POST", path, other, idempotency_key="k-1")
    if path in CONFLICTS:
        assert (status, problem["code"]) == (409, CONFLICTS[path])
    else:
        # The first word stands.
        assert (status, problem["outcome"]) == (200, "unchanged")
    assert desk.cell.ledger.read(CREDITOR, desk.cell.account) == before


def test_what_ends_something_is_sent_again_without_harm(desk: Desk) -> None:
    desk.ask("POST", "/disputes", BODIES["/disputes"][0], idempotency_key="d-1")
    desk.ask("POST", "/holds", BODIES["/holds"][0], idempotency_key="h-1")
    for path, body, key in (
        ("/disputes/d-1/resolution", {"outcome": "rejected"}, "end-1"),
        ("/holds/h-1/release", {}, "end-2"),
    ):
        for outcome in ("accepted", "unchanged"):
            answer = desk.ask("POST", path, body, idempotency_key=key)
            assert answer == (200, {"outcome": outcome}), path


def test_a_key_that_is_too_long_is_refused_and_not_cut(desk: Desk) -> None:
    body, _ = BODIES["/postings"]
    status, problem = desk.ask("POST", "/postings", body, idempotency_key="k" * 101)
    assert (status, problem["code"], problem["field"]) == (422, "bad_id", "Idempotency-Key")
    assert desk.ask("POST", "/postings", body, idempotency_key="k" * 100)[0] == 200


def test_who_is_asked_to_come_again_is_told_when(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Contended(CREDITOR)

    monkeypatch.setattr(type(desk.door), "record", busy)
    status, headers, _ = desk.answer("POST", "/postings", BODIES["/postings"][0])
    assert (status, headers["retry-after"]) == (503, "1")
