"""Invoices that were cancelled where they were made: nobody is reminded of them any more."""

import json

import pytest

from tests.unit.importing import Cell

HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Currency,Status\n"
SENT = HEAD + "R1,c1,2026-01-05,2026-02-04,100.00,EUR,Sent\n"


def open_of(cell: Cell) -> dict[str, int]:
    return {item.ref.invoice: item.open for item in cell.account().open}


def stripe(status: str) -> str:
    one = {
        "id": "in_1",
        "object": "invoice",
        "number": "S-1",
        "customer": "c1",
        "currency": "eur",
        "total": 12345,
        "amount_remaining": 12345,
        "status": status,
        "created": 1768262400,
        "due_date": 1770940800,
    }
    return json.dumps({"object": "list", "data": [one]})


@pytest.mark.parametrize("word", ["Void", "Voided", "Storniert", "Annulée"])
def test_a_known_invoice_that_comes_again_as_void_owes_nothing(word: str) -> None:
    cell = Cell()
    cell.upload("d.csv", SENT)

    report = cell.upload("d2.csv", SENT.replace("Sent", word))

    assert open_of(cell) == {}
    assert report["types"] == {"voided": 1}
    assert report["understood"]["skipped"] == {"void": 1}
    assert "R1 was amended from 100.00 to 0.00 EUR" in str(report["notes"])
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (0, 0, 0)


def test_of_stripe_too() -> None:
    cell = Cell()
    cell.upload("s.json", stripe("open"))
    assert open_of(cell) == {"S-1": 12345}
    cell.upload("s2.json", stripe("void"))
    assert open_of(cell) == {}


def test_what_was_paid_of_it_is_on_account() -> None:
    cell = Cell()
    cell.upload("d.csv", SENT)
    cell.upload("paid.csv", "id,customer,currency,amount,invoice\np1,c1,EUR,20.00,R1\n")
    cell.upload("d2.csv", SENT.replace("Sent", "Void"))
    assert open_of(cell) == {}
    assert dict(cell.account().head.credit) == {"EUR": 2000}


def test_a_void_invoice_that_nobody_knows_leaves_no_trace() -> None:
    cell = Cell()
    report = cell.upload("d.csv", SENT.replace("Sent", "Void"))
    assert cell.state() == {}
    assert report["notes"] == []
    assert report["types"] == {}


def test_a_draft_changes_nothing_of_what_is_known() -> None:
    cell = Cell()
    cell.upload("d.csv", SENT)
    cell.upload("d2.csv", SENT.replace("Sent", "Draft"))
    assert open_of(cell) == {"R1": 10000}


def test_in_an_open_item_list_a_void_row_owes_nothing() -> None:
    head = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Open balance,Currency,Status\n"
    row = "R1,c1,2026-01-05,2026-02-04,100.00,100.00,EUR,{}\n"
    row += "R2,c1,2026-01-05,2026-02-04,9.00,9.00,EUR,Sent\n"
    cell = Cell()
    cell.upload("s.csv", head + row.format("Sent"))
    cell.upload("s2.csv", head + row.format("Void"))
    assert open_of(cell) == {"R2": 900}


def test_a_voided_number_of_another_customer_is_told_and_ends_nothing() -> None:
    cell = Cell()
    cell.upload("d.csv", SENT)
    report = cell.upload("d2.csv", SENT.replace("Sent", "Void").replace("c1", "c2"))
    assert open_of(cell) == {"R1": 10000}
    assert "R1" in str(report["notes"])
    assert report["rejected"] == 0
