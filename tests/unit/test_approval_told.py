"""What the record keeps of approvals and hand-overs, and what `why` says of them."""

from datetime import date
from typing import Any

from dunning.domain import reasons
from dunning.domain.gates import OpenGates
from dunning.service.why import Why

from tests.unit.approving import CREDITOR, CUSTOMER, HANDS_OVER, LADDER, Cell


def story(cell: Cell, invoice: str | None = None) -> list[str]:
    """The sentences of the timeline, without those of invoices and customers."""
    lines: list[dict[str, Any]] = list(
        Why(cell.ledger, OpenGates()).timeline(CREDITOR, CUSTOMER, invoice)
    )
    return [
        str(line["sentence"])
        for line in lines
        if line["kind"] != "NOW" and line["code"] not in ("invoice", "customer")
    ]


def test_why_tells_who_was_asked_what_they_said_and_what_became_of_it() -> None:
    cell = Cell(LADDER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-14")
    first = cell.proposal.id
    cell.invoice("B", "2026-02-14", on="2026-02-15")
    cell.run("2026-02-16")
    second = cell.proposal.id
    cell.answer("2026-02-17", id="a1", reason="Jane said so")
    cell.run("2026-02-17")
    told = [
        f"notice {first} was proposed and a person asked",
        f"notice {second} was proposed and a person asked (in place of {first}: items differ)",
        f"approval a1 was recorded: {second} approved by controller",
        "notice 2, attempt 1, left by email: A/1 to level 2",
    ]
    assert story(cell)[1:] == told
    assert story(cell, "A")[1:] == told
    assert story(cell, "B") == told[1:3]
    records = repr(list(cell.ledger.history(CREDITOR, cell.key)))
    assert "Jane" not in records


def test_the_record_of_a_notice_names_the_proposal_that_it_carries_out() -> None:
    cell = Cell(LADDER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-14")
    id_ = cell.proposal.id
    cell.answer("2026-02-15", hour=13)
    cell.run("2026-02-15", 13)
    sent = [one for one in cell.ledger.history(CREDITOR, cell.key) if one.attempt]
    assert [one.detail for one in sent] == ["", id_]


def test_why_tells_of_a_hand_over_and_of_what_came_back() -> None:
    cell = Cell(HANDS_OVER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-18")
    (fact,) = cell.account.handed_over
    cell.say("2026-03-01", "hand_back", customer=CUSTOMER, id="b1", by="agency-7")
    assert story(cell)[-2:] == [
        f"{fact.id}: what had been through the ladder was handed over (to person)",
        f"hand back b1 was recorded: {fact.id} by agency-7",
    ]
    assert story(cell, "A")[-2:] == story(cell)[-2:]


def test_why_not_of_a_day_long_past_reads_the_proposal_and_the_refusal_of_then() -> None:
    cell = Cell(LADDER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-14")
    id_ = cell.proposal.id
    cell.answer("2026-02-16", "rejected", reason="talks")
    cell.say("2026-02-20", "release", hold=id_)
    cell.run("2026-02-20")
    cell.answer("2026-02-20", hour=13)
    cell.run("2026-02-20", 13)
    cell.pay("2026-03-20", "A")
    rulebook = cell.settings.rulebook(CREDITOR)
    assert rulebook is not None

    def why_not(day: str) -> object:
        on = date.fromisoformat(day)
        told = Why(cell.ledger, OpenGates()).on_day(CREDITOR, CUSTOMER, on, rulebook, "A")
        (line,) = [one for one in told if one.get("kind") == "ITEM"]
        return line["reason"]

    assert why_not("2026-02-15") == reasons.APPROVAL_PENDING
    assert why_not("2026-02-18") == reasons.APPROVAL_REJECTED
    assert why_not("2026-02-20") == reasons.STEP_DUE


def test_why_not_of_a_day_long_past_says_who_pursued_it_then() -> None:
    cell = Cell(HANDS_OVER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-18")
    cell.pay("2026-03-20", "A")
    rulebook = cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    on = date(2026, 3, 1)
    told = Why(cell.ledger, OpenGates()).on_day(CREDITOR, CUSTOMER, on, rulebook, "A")
    assert [one["reason"] for one in told if one.get("kind") == "ITEM"] == [reasons.HANDED_OVER]
