"""Amounts on the wrong side of zero: money that went back, and invoices that were overpaid."""

import pytest

from tests.unit.importing import Cell

DOCUMENT = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Currency\n"
KNOWN = DOCUMENT + "R1,c1,2026-01-05,2026-02-04,100.00,EUR\n"
PAYMENTS = "Payment Date,Customer,Invoice Number,Amount,Currency\n"
LEDGER = "Date,Type,Number,Customer,Debit,Credit,Due date,Currency\n"


def open_of(cell: Cell, customer: str = "c1") -> dict[str, int]:
    return {item.ref.invoice: item.open for item in cell.account(customer).open}


def test_a_payment_below_zero_is_refused_and_not_turned_round() -> None:
    cell = Cell()
    probe = Cell().upload("p.csv", PAYMENTS + "2026-02-13,c1,R1,10.00,EUR\n")
    layout = probe["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nholds: payments\n", "config")
    cell.upload("d.csv", KNOWN)

    report = cell.upload("p.csv", PAYMENTS + "2026-02-13,c1,R1,-40.00,EUR\n")

    assert report["reasons"] == {"not_positive": 1}
    assert open_of(cell) == {"R1": 10000}


def test_a_payment_in_the_debit_column_is_no_payment_but_one_that_went_back() -> None:
    cell = Cell()
    report = cell.upload(
        "ledger.csv",
        LEDGER
        + "2026-01-13,Invoice,I1,C1,100.00,,2026-02-13,EUR\n"
        + "2026-01-20,Payment,P1,C1,,60.00,,EUR\n"
        + "2026-01-22,Payment,P2,C1,60.00,,,EUR\n",
    )

    assert report["reasons"] == {"takes_back": 1}
    assert open_of(cell, "C1") == {"I1": 4000}


@pytest.mark.parametrize(("heading", "cell"), [("Open balance", "-20.00"), ("Paid", "120.00")])
def test_of_an_invoice_that_was_overpaid_nothing_is_open(heading: str, cell: str) -> None:
    here = Cell()
    here.upload("d.csv", KNOWN)
    report = here.upload(
        "s.csv",
        "As of 2026-02-25\n"
        f"Invoice No,Customer No,Invoice Date,Due Date,Amount,{heading},Currency\n"
        f"R1,c1,2026-01-05,2026-02-04,100.00,{cell},EUR\n",
    )

    assert open_of(here) == {}
    assert report["rejected"] == 0
