"""Which records of a history others are told of, and what: ids, days, codes and amounts."""

import json
from dataclasses import replace
from typing import Any

import pytest
from dunning.domain import outbound
from dunning.domain.account import Plan
from dunning.domain.history import (
    ATTEMPT,
    FACT,
    HANDED_OVER,
    PAYMENT_PLAN,
    PROMISE,
    SETTLED,
    Record,
)
from dunning.domain.outbound import EventId, event_id, type_of
from dunning.domain.outbound_data import NotYet

from infra.stateless.outbound import NEWS
from tests.offline import Body, invoice, ladder, payment, play, policy
from tests.unit.telling_others import events, only, recorded, told, until

NO_PLAN = Plan(None, None, "NEW")
NAMED = {
    "on": "2026-01-01",
    "type": "customer",
    "customer": "c1",
    "name": "Ada Lovelace",
    "email": "ada@harbour.example",
    "phone": "+353851234567",
    "country": "IE",
    "address": "12 Quay Street, Galway",
}


def fact(type_: str, on: str, id_: str, **more: Any) -> Body:
    return {"on": on, "type": type_, "id": id_, "customer": "c1", **more}


def about(type_: str, on: str, id_: str, **more: Any) -> Body:
    """A fact that names its customer by something else."""
    return {"on": on, "type": type_, "id": id_, **more}


def record(kind: str, code: str, detail: str = "") -> Record:
    return Record(1, 0, kind, code, NO_PLAN, "x", detail=detail)


# --- which ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "detail", "type_"),
    [
        (ATTEMPT, "SENT", "", "notice.sent"),
        (ATTEMPT, "RELEASED", "", None),
        (ATTEMPT, "UNKNOWN", "", None),
        (SETTLED, "PRESUMED_SENT", "", "notice.sent"),
        (SETTLED, "NOT_SENT", "", None),
        (FACT, "payment", "", "payment.recorded"),
        (FACT, "chargeback", "", "payment.returned"),
        (FACT, "invoice", "", None),
        (FACT, "customer", "", None),
        (FACT, "plan", "new -> proposed; by customer", "plan.offered"),
        (FACT, "plan", "proposed -> active", "plan.agreed"),
        (FACT, "plan", "active -> cancelled; because of the move", "plan.cancelled"),
        (FACT, "plan", "", None),
        (PAYMENT_PLAN, "PLAN_BROKEN", "", "plan.broken"),
        (PROMISE, "PROMISE_KEPT", "", "promise.kept"),
        (PROMISE, "PROMISE_PARTLY", "", "promise.broken"),
        (HANDED_OVER, "HANDED_OVER", "to agency", "case.handed_over"),
        ("REPLANNED", "STEP_DUE", "", None),
        ("EXPORTED", "HAND_OVER_EXPORT", "", None),
    ],
)
def test_a_record_is_news_or_is_not(kind: str, code: str, detail: str, type_: str | None) -> None:
    assert type_of(record(kind, code, detail)) == type_


def test_the_stream_s_filter_lets_through_exactly_what_may_be_news() -> None:
    assert {kind: tuple(codes) for kind, codes in outbound.SEEN.items()} == NEWS
    for kind, codes in NEWS.items():
        for code in codes:
            detail = "new -> active" if code == "plan" else ""
            assert type_of(record(kind, code, detail)) in outbound.TYPES


def test_an_id_leads_back_to_its_record_and_nothing_else_is_one() -> None:
    found = EventId("acme#Müller-7~X", 412)
    assert event_id(str(found)) == found
    assert "." not in str(found), "the signature puts points between its parts"
    for text in ("", "evt_", "evt_x_1", "evt_YWNtZQ_1", "evt_YWNtZSNj_0x1", "msg_YWNtZSNj_1"):
        with pytest.raises(ValueError, match="no id of an event"):
            event_id(text)


# --- what -----------------------------------------------------------------------------------------


def test_a_notice_tells_its_items_and_amounts() -> None:
    steps = '{level: 1, after_due: {days: 5}, channels: [email], fee: {EUR: "5.00"}}'
    owed = [NAMED, invoice("A", "2026-02-01", "119.00")]
    simulation = until(play(policy(steps), owed), "2026-02-10")
    event = only(simulation, "notice.sent")
    assert event.body() == {
        "id": event.id,
        "type": "notice.sent",
        "created": "2026-02-10T09:00:00Z",
        "creditor": "default",
        "customer": "c1",
        "sequence": event.sequence,
        "data": {
            "notice": 1,
            "attempt": 1,
            "outcome": "sent",
            "channel": "email",
            "policy": "standard",
            "level": 1,
            "currency": "EUR",
            "items": [
                {
                    "invoice": "A",
                    "item": 1,
                    "level": 1,
                    "open": "119.00",
                    "fee": "5.00",
                    "interest": "0.00",
                }
            ],
        },
    }


def test_a_payment_tells_what_it_settled_and_its_return_what_is_open_again() -> None:
    owed = [invoice("A", "2026-02-01", "60.00"), invoice("B", "2026-02-02", "60.00")]
    paid = payment("p1", "2026-02-03", "100.00")
    first = recorded(play(ladder(1), [*owed, paid]), "2026-02-03")
    data = only(first, "payment.recorded").data
    assert (data["posting"], data["amount"], data["on_account"]) == ("p1", "100.00", "0.00")
    assert data["items"] == [
        {"invoice": "A", "item": 1, "amount": "60.00", "settled": True},
        {"invoice": "B", "item": 1, "amount": "40.00", "settled": False},
    ]
    back = {"on": "2026-02-05", "type": "chargeback", "id": "cb", "payment": "p1"}
    again = recorded(play(ladder(1), [*owed, paid, back]), "2026-02-05")
    data = only(again, "payment.returned").data
    assert (data["kind"], data["undoes"], data["amount"]) == ("chargeback", "p1", "-100.00")
    assert [one["settled"] for one in data["items"]] == [False, False]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        {"on": "2026-02-03", "type": "write_off", "id": "w", "invoice": "A", "amount": "60.00"},
        {
            "on": "2026-02-03",
            "type": "credit_note",
            "number": "CN1",
            "customer": "c1",
            "currency": "EUR",
            "amount": "60.00",
            "invoice": "A",
        },
    ],
)
def test_what_nobody_paid_is_no_payment(body: Body) -> None:
    simulation = recorded(
        play(ladder(1), [invoice("A", "2026-02-01", "60.00"), body]), "2026-02-03"
    )
    assert told(simulation) == ["balance.adjusted"]
    data = only(simulation, "balance.adjusted").data
    assert data["kind"] == body["type"]
    assert data["items"] == [{"invoice": "A", "item": 1, "amount": "60.00", "settled": True}]


def test_a_payment_that_is_still_being_applied_is_told_when_it_is() -> None:
    owed, paid = invoice("A", "2026-02-01", "60.00"), payment("p1", "2026-02-03", "60.00")
    simulation = recorded(play(ladder(1), [owed, paid]), "2026-02-03")
    ledger = simulation.stage.ledger
    postings = vars(ledger)["_postings"][ledger.account_key("default", "c1")]
    ((key, posting),) = postings.items()
    postings[key] = replace(posting, applied=False)
    with pytest.raises(NotYet):
        events(simulation)
    postings[key] = posting
    assert told(simulation) == ["payment.recorded"]


AGREED = {
    **fact("plan", "2026-02-05", "pl1", state="active"),
    "items": [{"invoice": "A"}],
    "instalments": [
        {"due": "2026-03-01", "amount": "60.00"},
        {"due": "2026-04-01", "amount": "60.00"},
    ],
}
OWED = invoice("A", "2026-02-01", "120.00")


def test_a_plan_is_told_from_its_offer_to_its_end() -> None:
    offered = {**AGREED, "on": "2026-02-04", "state": "proposed"}
    agreed = fact("plan", "2026-02-05", "pl1", state="active")
    paid = [payment("p1", "2026-03-01", "60.00"), payment("p2", "2026-04-01", "60.00")]
    simulation = recorded(play(ladder(1), [OWED, offered, agreed, *paid]), "2026-04-01")
    assert told(simulation) == [
        "plan.offered",
        "plan.agreed",
        "payment.recorded",
        "payment.recorded",
        "plan.completed",
    ]
    last = events(simulation)[-1]
    assert last.data == {
        "plan": "pl1",
        "state": "completed",
        "currency": "EUR",
        "total": "120.00",
        "left": "0.00",
        "items": [{"invoice": "A", "item": 1}],
        "instalments": AGREED["instalments"],
    }
    sequences = [one.sequence for one in events(simulation)]
    assert sequences == sorted(set(sequences))


def test_a_missed_instalment_is_told_on_the_day_it_breaks_the_plan() -> None:
    simulation = until(play(ladder(1, more="tell: no"), [OWED, AGREED]), "2026-03-03", "2026-03-04")
    assert told(simulation) == ["plan.agreed", "plan.broken", "notice.sent"]
    broken = only(simulation, "plan.broken")
    assert str(broken.body()["created"]).startswith("2026-03-04T")
    assert (broken.data["state"], broken.data["left"]) == ("broken", "120.00")


PROMISED = fact("promise", "2026-02-05", "pr", date="2026-02-10", amount="120.00")


def test_a_promise_that_nothing_came_of_is_told_with_the_notice_that_follows_it() -> None:
    simulation = until(play(ladder(1, 30), [OWED, PROMISED]), "2026-02-12", "2026-02-13")
    assert told(simulation) == ["promise.made", "notice.sent", "promise.broken"]
    data = only(simulation, "promise.broken").data
    assert (data["promise"], data["outcome"], data["received"]) == ("pr", "broken", "0.00")


def test_a_promise_that_is_kept_is_told_with_the_money() -> None:
    paid = payment("p", "2026-02-08", "120.00")
    simulation = recorded(play(ladder(1, 30), [OWED, PROMISED, paid]), "2026-02-08")
    assert told(simulation) == ["promise.made", "payment.recorded", "promise.kept"]
    assert only(simulation, "promise.kept").data["outcome"] == "kept"


def test_what_is_handed_over_by_the_ladder_or_by_a_person_and_comes_back_is_told() -> None:
    then = "then: {hand_over: {after: {days: 5}}}"
    steps = f"{{level: 1, after_due: {{days: 1}}, channels: [email], {then}}}"
    simulation = until(play(policy(steps), [OWED]), "2026-02-02", "2026-02-07")
    assert told(simulation) == ["notice.sent", "case.handed_over"]
    data = only(simulation, "case.handed_over").data
    assert (data["to"], data["items"]) == ("person", [{"invoice": "A", "item": 1}])
    by_hand = [
        fact("hand_over", "2026-02-03", "h1", to="agency", by="finance"),
        fact("hand_back", "2026-02-04", "hb1", by="finance"),
    ]
    simulation = recorded(play(ladder(30), [OWED, *by_hand]), "2026-02-04")
    assert told(simulation) == ["case.handed_over", "case.handed_back"]
    assert events(simulation)[1].data["hand_overs"] == ["h1"]


def test_a_dispute_is_told_without_what_anybody_said_of_it() -> None:
    disputed = about("dispute", "2026-02-03", "d1", invoice="A", reason="Ada says no")
    over = about("resolve", "2026-02-09", "r1", dispute="d1", outcome="Ada was right about it")
    simulation = recorded(play(ladder(30), [NAMED, OWED, disputed, over]), "2026-02-09")
    assert told(simulation) == ["dispute.opened", "dispute.resolved"]
    assert [one.data for one in events(simulation)] == [
        {"dispute": "d1", "invoice": "A", "item": None, "outcome": None},
        {"dispute": "d1", "invoice": "A", "item": None, "outcome": None},
    ]
    short = {**over, "outcome": "credited"}
    simulation = recorded(play(ladder(30), [NAMED, OWED, disputed, short]), "2026-02-09")
    assert only(simulation, "dispute.resolved").data["outcome"] == "credited"


def test_an_opt_out_and_a_complaint_are_told_and_a_bounce_is_not() -> None:
    bodies = [
        NAMED,
        OWED,
        fact("opt_out", "2026-02-03", "o1", channel="voice", source="call_back"),
        fact(
            "feedback",
            "2026-02-04",
            "f1",
            channel="email",
            address="ada@harbour.example",
            outcome="bounced",
        ),
        fact(
            "feedback",
            "2026-02-05",
            "f2",
            channel="email",
            address="ada@harbour.example",
            outcome="complained",
        ),
    ]
    simulation = play(ladder(30), bodies)
    until(simulation, "2026-02-03", "2026-02-04", "2026-02-05")
    assert [(one.type, one.data) for one in events(simulation)] == [
        ("contact.opted_out", {"channel": "voice", "scope": "channel", "source": "call_back"}),
        ("contact.opted_out", {"channel": "email", "scope": "address", "source": "complaint"}),
    ]


def test_nothing_personal_is_in_any_event() -> None:
    disputed = about("dispute", "2026-02-20", "d1", invoice="B", reason="Ada Lovelace")
    bodies = [
        NAMED,
        OWED,
        invoice("B", "2026-02-15"),
        PROMISED,
        AGREED | {"on": "2026-02-18"},
        disputed,
        fact("opt_out", "2026-02-21", "o1", channel="email", address="ada@harbour.example"),
        payment("p", "2026-03-01", "60.00", reference="from Ada Lovelace, Quay Street"),
    ]
    simulation = until(play(ladder(1), bodies), "2026-02-13", "2026-02-20", "2026-03-02")
    text = json.dumps([one.body() for one in events(simulation)])
    assert len(events(simulation)) >= 6
    for word in ("Ada", "Lovelace", "harbour", "Quay", "353851234567"):
        assert word not in text
