"""A request that is sent again: with the same Idempotency-Key it changes nothing, another by it is
refused, nobody's key is cut short, and who is to come again hears when.
"""

import json
import pickle
from typing import Any

import pytest
from dunning.entry import bootstrap
from dunning.service.accounts import Contended
from dunning.service.api_bodies import ApiBodies, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.openapi import FILE
from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER, Cell

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
# Posts that change nothing: to repeat them is to ask again.
HARMLESS = {
    "/contact-checks",
    "/simulations",
    "/templates/{channel}/{language}/preview",
}
# Posts that are no ledger bodies; each is carried out once.
ONCE = {
    "/webhooks/replay",
    "/policies/rollback",
    "/templates/{channel}/{language}/rollback",
}
# Posts about something that is there; matches are repeated in test_api_unmatched, mandates (of an
# agreed plan) in test_plan_collection.
OF_OTHERS = {
    "/disputes/{dispute}/resolution",
    "/holds/{hold}/release",
    "/unmatched/{payment}/matches",
    "/mandates",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def test_every_post_is_spoken_of_here() -> None:
    paths = json.loads(FILE.read_text(encoding="utf-8"))["paths"]
    posts = {path for path, methods in paths.items() if "post" in methods}
    assert posts - HARMLESS - ONCE - OF_OTHERS == set(BODIES)


@pytest.mark.parametrize("path", list(BODIES))
@pytest.mark.parametrize("own", [{}, {"id": "mine"}], ids=["key-alone", "key-and-id"])
def test_the_same_key_changes_nothing_and_with_another_body_it_is_a_conflict(
    desk: Desk, path: str, own: dict[str, str]
) -> None:
    body, other = ({**one, **own} for one in BODIES[path])
    assert desk.ask("POST", path, body, idempotency_key="k-1") == (200, {"outcome": "accepted"})
    before = desk.cell.ledger.read(CREDITOR, desk.cell.account)
    assert desk.ask("POST", path, body, idempotency_key="k-1") == (200, {"outcome": "unchanged"})
    status, problem = desk.ask("POST", path, other, idempotency_key="k-1")
    assert (status, problem["code"], problem["field"]) == (409, "id_differs", "Idempotency-Key")
    assert desk.cell.ledger.read(CREDITOR, desk.cell.account) == before


@pytest.mark.parametrize("path", list(BODIES))
def test_the_same_id_with_another_body_is_a_conflict_with_or_without_a_key(
    desk: Desk, path: str
) -> None:
    body, other = ({**one, "id": "mine"} for one in BODIES[path])
    assert desk.ask("POST", path, body)[0] == 200
    before = desk.cell.ledger.read(CREDITOR, desk.cell.account)
    assert desk.ask("POST", path, body) == (200, {"outcome": "unchanged"})
    assert desk.ask("POST", path, body, idempotency_key="k-1")[1] == {"outcome": "unchanged"}
    for headers in ({}, {"idempotency_key": "k-2"}):
        status, problem = desk.ask("POST", path, other, **headers)
        # A plan has several words under its id: one that is in force says what is wrong.
        code = "plan_in_force" if path == "/plans" else "id_differs"
        assert (status, problem["code"]) == (409, code)
    assert desk.cell.ledger.read(CREDITOR, desk.cell.account) == before


def test_one_key_is_one_request_whatever_the_route_and_whoever_it_is_about(desk: Desk) -> None:
    desk.ask("PUT", "/customers/other", {"name": "Other"})
    hold = {"id": "h", "customer": CUSTOMER, "kind": "manual"}
    assert desk.ask("POST", "/holds", hold, idempotency_key="k-1")[0] == 200
    for path, body in (
        ("/holds", {"id": "h2", "customer": "other", "kind": "manual"}),
        ("/holds/h/release", {"id": "r"}),
        ("/promises", {"id": "p", **BODIES["/promises"][0]}),
        ("/policies/rollback", {"to": 1}),
    ):
        status, problem = desk.ask("POST", path, body, idempotency_key="k-1")
        assert (status, problem["code"], problem["field"]) == (409, "id_differs", "Idempotency-Key")
    credit = {"type": "credit_note", "customer": CUSTOMER, "currency": "EUR", "amount": "1.00"}
    for number, told in (("C1", 200), ("C2", 409)):
        body = {**credit, "number": number}
        assert desk.ask("POST", "/postings", body, idempotency_key="k-2")[0] == told


def test_zeros_at_the_end_of_an_amount_make_no_other_body(desk: Desk) -> None:
    body = BODIES["/postings"][0]
    assert desk.ask("POST", "/postings", body, idempotency_key="k")[0] == 200
    same = {**body, "amount": "1"}
    assert desk.ask("POST", "/postings", same, idempotency_key="k")[1] == {"outcome": "unchanged"}


def test_a_request_that_was_refused_holds_no_key(desk: Desk) -> None:
    wrong = {"type": "reversal", "of": "nothing"}
    status, problem = desk.ask("POST", "/postings", wrong, idempotency_key="k")
    assert (status, problem["code"]) == (409, "unknown_of")
    assert desk.ask("POST", "/postings", BODIES["/postings"][0], idempotency_key="k")[0] == 200


def test_a_fact_that_a_file_brought_is_known_by_its_id_in_whatever_words_it_comes_again(
    desk: Desk,
) -> None:
    from dunning.domain.reading import Defaults, read

    said = {**BODIES["/holds"][0], "id": "h", "on": "2026-11-20", "type": "hold"}
    (body,) = read(said, Defaults(CREDITOR)).bodies
    desk.cell.bodies.record(
        CREDITOR,
        body,
        desk.cell.rulebook,
        desk.cell.clock.now(),
        "a file",  # type: ignore[arg-type]
    )
    told = {**BODIES["/holds"][1], "id": "h"}
    assert desk.ask("POST", "/holds", told) == (200, {"outcome": "unchanged"})


def test_a_version_is_taken_back_once_for_each_key(desk: Desk) -> None:
    steps = "policies:\n  - id: std\n    ladder:\n      - {level: 1, after_due: {days: %d}, "
    steps += "channels: [email], tone: friendly}\n"
    for days in (5, 6):
        assert desk.ask("PUT", "/policies", {"source": steps % days})[0] == 200
    back = desk.ask("POST", "/policies/rollback", {"to": 2}, idempotency_key="k")
    assert back[1]["version"] == 4
    assert desk.ask("PUT", "/policies", {"source": steps % 9})[1]["version"] == 5
    # The answer was lost, and the request comes again: what was published since stands.
    assert desk.ask("POST", "/policies/rollback", {"to": 2}, idempotency_key="k") == back
    assert desk.ask("GET", "/policies")[1]["versions"][0]["version"] == 5
    status, problem = desk.ask("POST", "/policies/rollback", {"to": 3}, idempotency_key="k")
    assert (status, problem["code"]) == (409, "id_differs")
    hold = BODIES["/holds"][0]
    assert desk.ask("POST", "/holds", hold, idempotency_key="k")[1]["code"] == "id_differs"
    may = (f"{CREDITOR}/settings",)
    words = {"source": '[tones.friendly]\nclosing = "Kind regards"\n'}
    assert desk.ask("PUT", "/templates/email/en", words, scopes=may)[0] == 200
    path = "/templates/email/en/rollback"
    gone = desk.ask("POST", path, {"to": 0}, idempotency_key="w", scopes=may)
    assert desk.ask("PUT", "/templates/email/en", words, scopes=may)[0] == 200
    assert desk.ask("POST", path, {"to": 0}, idempotency_key="w", scopes=may) == gone
    assert desk.ask("GET", "/templates/email/en")[1]["source"] == words["source"]


TYPES = {"/postings": "payment", "/opt-outs": "opt_out"}
WORDS_SENT = [
    (TYPES.get(path, path.strip("/").rstrip("s")), {k: v for k, v in one.items() if k != "type"})
    for path, both in BODIES.items()
    for one in both
]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(WORDS_SENT),
            st.sampled_from(["", "k1", "k2"]),
            st.sampled_from(["", "i1"]),
        ),
        max_size=6,
    ),
    st.integers(0, 5),
)
def test_a_repeat_changes_nothing_whatever_was_said_before_and_since(
    said: list[tuple[tuple[str, dict[str, Any]], str, str]], which: int
) -> None:
    """The law, of any row of requests: one that was taken and comes again, at the end, changes
    nothing; and another with its key changes nothing either."""
    cell = Cell()
    api, now = ApiBodies(cell.bodies), cell.clock.now()

    def send(type_: str, body: dict[str, Any], key: str, own: str) -> Result:
        raw = {**body, **({"id": own} if own else {})}
        return api.record(CREDITOR, type_, raw, cell.rulebook, now, key)

    sent = [(type_, body, key, own) for (type_, body), key, own in said if key or own]
    taken = [one for one in sent if send(*one).outcome == "accepted"]
    before = pickle.dumps(cell.ledger.__dict__)
    for one in taken:
        assert send(*one).outcome == "unchanged"
    for type_, body, key, _ in taken[which : which + 1]:
        other = next(one for one in WORDS_SENT if one != (type_, body))
        if key:
            assert send(*other, key, "").code == "id_differs"
    assert pickle.dumps(cell.ledger.__dict__) == before


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
