"""What an agency gets: the whole case as JSON and as a table, written until it is there."""

import csv
import io
import json
from typing import Any

import pytest
from dunning.adapters.memory.cell import MemoryBlobs
from dunning.domain import history, reasons
from dunning.service.hand_over import HandOverFiles

from tests.unit.approving import CREDITOR, CUSTOMER, HANDS_OVER, Cell

TO_AGENCY = HANDS_OVER.replace("after: {days: 14}}", "after: {days: 14}, to: agency}")
HANDED = "2026-02-18"


class Failing(MemoryBlobs):
    """Does not answer the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 1

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        super().write(creditor, key, body, content_type)


def handed(blobs: MemoryBlobs) -> Cell:
    """A case with a past, on the day of its hand-over."""
    cell = Cell(TO_AGENCY)
    files = HandOverFiles(cell.ledger, lambda: blobs)
    for sender in cell.senders.values():
        object.__setattr__(sender, "exports", files)
    cell.say(
        "2026-01-01", "customer", customer=CUSTOMER, name="=Näher & Söhne", email="a@example.com",
        phone="+4930123456", country="DE",
        address={"lines": ["Weg 1"], "postcode": "10115", "city": "Berlin"},
    )  # fmt: skip
    cell.invoice("A", "2026-01-15")
    cell.invoice("B", "2026-06-01")
    cell.days("2026-01-15", "2026-01-25")
    cell.pay("2026-01-26", "A", "30.00", id="pay-1")
    cell.say("2026-01-27", "dispute", invoice="A", id="d1", reason="wrong price")
    cell.say("2026-01-28", "resolve", dispute="d1", outcome="rejected")
    cell.days("2026-01-28", "2026-02-05")
    cell.say("2026-02-06", "promise", customer=CUSTOMER, date="2026-02-07", amount="70.00", id="q1")
    cell.days("2026-02-06", "2026-02-17")
    return cell


def document(blobs: MemoryBlobs) -> dict[str, Any]:
    (key,) = [key for key in blobs.files if key.endswith(".json")]
    assert key.startswith(f"results/{CREDITOR}/handover/{HANDED}-h")
    found: dict[str, Any] = json.loads(blobs.files[key])
    return found


def document_on(blobs: MemoryBlobs, day: str) -> dict[str, Any]:
    """The one file of a day."""
    (key,) = [key for key in blobs.files if key.endswith(".json")]
    assert f"/{day}-" in key
    found: dict[str, Any] = json.loads(blobs.files[key])
    return found


def test_an_agency_gets_all_that_is_known_of_what_was_handed_over() -> None:
    blobs = MemoryBlobs()
    cell = handed(blobs)
    cell.run(HANDED)
    (fact,) = cell.account.handed_over
    assert (fact.to, fact.exported) == ("agency", True)
    found = document(blobs)
    assert (found["hand_over"], found["on"]) == (fact.id, HANDED)
    assert found["customer"]["address"] == ["Weg 1", "10115 Berlin"]
    assert found["customer"]["email"] == ["a@example.com"]
    assert found["totals"] == [{"currency": "EUR", "open": "70.00"}]
    (item,) = found["items"]
    expected = {
        "invoice": "A",
        "item": 1,
        "due": "2026-01-15",
        "days_overdue": 34,
        "amount": "100.00",
        "open": "70.00",
        "paid": "30.00",
        "level": 2,
        "last_notice": "2026-02-04",
        "disputed": False,
    }
    assert {name: item[name] for name in expected} == expected
    assert [(one["id"], one["amount"]) for one in item["payments"]] == [("pay-1", "30.00")]
    assert [
        (one["on"], one["channel"], one["outcome"], one["items"][0]["level"])
        for one in found["notices"]
    ] == [("2026-01-25", "email", "SENT", 1), ("2026-02-04", "email", "SENT", 2)]
    (dispute,) = found["disputes"]
    assert (dispute["id"], dispute["outcome"], dispute["ended"]) == ("d1", "rejected", "2026-01-28")
    assert [(one["id"], one["amount"], one["outcome"]) for one in found["promises"]] == [
        ("q1", "70.00", "broken")
    ]
    assert found["plans"] == []


def test_an_agency_is_told_of_the_plan_that_was_broken() -> None:
    blobs = MemoryBlobs()
    cell = handed(blobs)
    terms = [{"due": "2026-02-19", "amount": "30.00"}, {"due": "2026-03-19", "amount": "40.00"}]
    cell.say(
        "2026-02-17", "plan", customer=CUSTOMER, id="pl", state="active",
        items=[{"invoice": "A"}], instalments=terms,
    )  # fmt: skip
    cell.days("2026-02-17", "2026-02-22")
    document_of = document_on(blobs, "2026-02-22")
    assert [(one["id"], one["state"], one["until"]) for one in document_of["plans"]] == [
        ("pl", "broken", "2026-02-21")
    ]


def test_the_table_has_a_line_for_each_item_and_no_cell_that_calculates() -> None:
    blobs = MemoryBlobs()
    handed(blobs).run(HANDED)
    (body,) = [body for key, body in blobs.files.items() if key.endswith(".csv")]
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert (row["invoice"], row["open"], row["days_overdue"]) == ("A", "70.00", "34")
    assert row["customer_name"] == "'=Näher & Söhne"
    assert row["address"] == "Weg 1, 10115 Berlin"


def test_a_file_that_could_not_be_written_is_written_by_the_next_who_comes() -> None:
    blobs = Failing()
    cell = handed(blobs)
    with pytest.raises(TimeoutError):
        cell.run(HANDED)
    assert cell.reason == reasons.HAND_OVER_EXPORT
    assert [fact.exported for fact in cell.account.handed_over] == [False]
    (told,) = cell.run(HANDED)
    assert told.tells.startswith("hand_over/"), "the customer is told of it as well"
    assert [fact.exported for fact in cell.account.handed_over] == [True]
    assert len(blobs.files) == 2
    assert [code for code, _ in cell.records()].count(history.EXPORTED) == 1


def test_a_charge_goes_with_its_item_and_says_how_it_was_computed() -> None:
    blobs = MemoryBlobs()
    cell = Cell(TO_AGENCY.replace("tone: formal,", "tone: formal, interest: {contract: 36.5},"))
    for sender in cell.senders.values():
        object.__setattr__(sender, "exports", HandOverFiles(cell.ledger, lambda: blobs))
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", HANDED)
    found = document(blobs)
    assert found["totals"] == [{"currency": "EUR", "open": "102.00"}]
    # A thousandth a day of 100.00, for twenty days up to the second notice.
    principal, interest = sorted(found["items"], key=lambda one: one["charge"] or "")
    assert (principal["charge"], principal["open"]) == (None, "100.00")
    assert (interest["charge"], interest["charge_of"]) == ("interest", "A/1")
    assert interest["open"] == "2.00"
    first, second = found["notices"]
    assert first["charges"] == []
    (charge,) = second["charges"]
    assert (charge["what"], charge["mode"], charge["amount"], charge["invoice"]) == (
        "interest",
        "post",
        "2.00",
        "A",
    )
    assert charge["basis"]
    assert cell.days(HANDED, "2026-12-31") == []


def test_charges_alone_are_handed_over_with_the_notices_and_the_paid_document_they_are_on() -> None:
    blobs = MemoryBlobs()
    cell = Cell(TO_AGENCY.replace("tone: formal,", "tone: formal, interest: {contract: 36.5},"))
    for sender in cell.senders.values():
        object.__setattr__(sender, "exports", HandOverFiles(cell.ledger, lambda: blobs))
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-09")
    cell.pay("2026-02-10", "A", "100.00", id="pay-1")
    cell.days("2026-02-10", HANDED)
    found = document(blobs)
    # Interest of the second notice is all that is open: a thousandth a day of 100.00, twenty days.
    (charge,) = found["items"]
    assert (charge["charge"], charge["charge_of"], charge["open"]) == ("interest", "A/1", "2.00")
    assert charge["last_notice"] == "2026-02-04"
    assert [(one["on"], [x["invoice"] for x in one["items"]]) for one in found["notices"]] == [
        ("2026-01-25", ["A"]),
        ("2026-02-04", ["A"]),
    ]
    assert [one["amount"] for one in found["notices"][1]["charges"]] == ["2.00"]
    (parent,) = found["charged_on"]
    assert (parent["invoice"], parent["item"], parent["due"]) == ("A", 1, "2026-01-15")
    assert (parent["amount"], parent["open"], parent["paid"]) == ("100.00", "0.00", "100.00")
    assert [(one["id"], one["amount"]) for one in parent["payments"]] == [("pay-1", "100.00")]
