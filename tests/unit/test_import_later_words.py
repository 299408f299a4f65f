"""Files that come later than what they speak of: invoices that owe nothing any more."""

from tests.unit.importing import Cell

HEAD = "Invoice No,Customer No,Customer Name,Invoice Date,Due Date,Amount,Currency\n"
FIFTY = HEAD + "R1,c1,Smith Ltd,2026-01-05,2026-02-04,50.00,EUR\n"
NOTHING = HEAD + "R1,c1,Smith Ltd,2026-01-05,2026-02-04,0.00,EUR\n"


def open_of(cell: Cell) -> dict[str, int]:
    return {item.ref.invoice: item.open for item in cell.account().open}


def test_a_known_invoice_that_comes_again_with_nothing_owed_is_open_no_more() -> None:
    cell = Cell()
    cell.upload("january.csv", FIFTY)
    assert open_of(cell) == {"R1": 5000}

    report = cell.upload("february.csv", NOTHING)

    assert open_of(cell) == {}
    assert report["accepted"] == 1
    assert "50.00 to 0.00" in str(report["notes"])
    assert cell.upload("february-again.csv", NOTHING)["unchanged"] == 1


def test_what_was_paid_of_an_invoice_that_owes_nothing_any_more_is_on_account() -> None:
    cell = Cell()
    cell.upload("january.csv", FIFTY)
    cell.upload("paid.csv", "id,customer,currency,amount,invoice\np1,c1,EUR,20.00,R1\n")

    cell.upload("february.csv", NOTHING)

    assert open_of(cell) == {}
    assert dict(cell.account().head.credit) == {"EUR": 2000}


def test_an_invoice_that_owed_nothing_can_owe_again_by_a_document_or_by_a_statement() -> None:
    cell = Cell()
    cell.upload("january.csv", FIFTY)
    cell.upload("february.csv", NOTHING)
    cell.upload("march.csv", FIFTY.replace("50.00", "60.00"))
    assert open_of(cell) == {"R1": 6000}

    cell.upload("again.csv", NOTHING)
    head = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Open balance,Currency\n"
    cell.upload("open.csv", head + "R1,c1,2026-01-05,2026-02-04,40.00,40.00,EUR\n")
    assert open_of(cell) == {"R1": 4000}


def test_an_unknown_invoice_of_nothing_leaves_no_trace_and_is_told() -> None:
    cell = Cell()
    report = cell.upload("january.csv", NOTHING)

    assert cell.state() == {}
    assert report["unchanged"] == 1
    assert "nothing is owed" in str(report["notes"])
