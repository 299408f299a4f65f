"""Files that come later than what they speak of: invoices that owe nothing any more."""

from typing import Any

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


OPEN_HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Open balance,Currency\n"
PAID_HEAD = "id,customer,currency,amount,invoice,value_date\n"


def stated(as_of: str, *rows: str) -> str:
    return f"As of {as_of}\n{OPEN_HEAD}" + "".join(f"{row}\n" for row in rows)


def codes(report: dict[str, Any]) -> list[str]:
    return [note["code"] for note in report["notes"]]


def test_a_payment_from_before_the_newest_statement_is_told_to_be_counted_perhaps_twice() -> None:
    cell = Cell()
    row = "R1,c1,2026-01-05,2026-02-04,100.00,70.00,EUR"
    assert cell.upload("open.csv", stated("2026-02-20", row))["accepted"] == 1

    early = cell.upload("early.csv", PAID_HEAD + "p1,c1,EUR,30.00,R1,2026-02-20\n")
    late = cell.upload("late.csv", PAID_HEAD + "p2,c1,EUR,10.00,R1,2026-02-21\n")

    assert codes(early) == ["before_statement"]
    assert "2026-02-20" in str(early["notes"])
    assert codes(late) == []
    assert open_of(cell) == {"R1": 3000}


def test_an_older_statement_warns_of_nothing_that_it_lacks() -> None:
    cell = Cell()
    first = "R1,c1,2026-01-05,2026-01-20,100.00,70.00,EUR"
    second = "R2,c1,2026-01-05,2026-01-20,50.00,50.00,EUR"
    cell.upload("newest.csv", stated("2026-02-20", first, second))

    older = cell.upload("older.csv", stated("2026-01-31", first.replace("70.00", "100.00")))

    assert [error["code"] for error in older["errors"]] == ["older_statement"]
    assert not any("statement" in warning for warning in older["warnings"])
    assert "absent" not in older["understood"]


def test_a_second_e_mail_address_of_a_customer_is_told_and_the_known_one_stays() -> None:
    head, row = HEAD.replace("Amount", "E-mail,Amount"), "2026-01-05,2026-02-04"
    cell = Cell()
    cell.upload("one.csv", f"{head}R1,c1,Smith Ltd,{row},a@example.com,5.00,EUR\n")
    report = cell.upload("two.csv", f"{head}R2,c1,Smith Ltd,{row},b@example.com,5.00,EUR\n")
    same = cell.upload("three.csv", f"{head}R3,c1,Smith Ltd,{row},A@example.com,5.00,EUR\n")

    assert (codes(report), codes(same)) == (["other_email"], [])
    assert [one.value for one in cell.account().customer.addresses] == ["a@example.com"]
