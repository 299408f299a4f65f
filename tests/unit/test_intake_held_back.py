"""A document of which one row cannot be read is not taken at all: not in part, to be replaced."""

from decimal import Decimal

import pytest

from tests.unit.importing import Cell
from tests.unit.tables import read
from tests.unit.test_intake_layouts import datev

XERO = (
    "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Total,Description,*Quantity,"
    "*UnitAmount,*AccountCode,*TaxType,Currency\n"
)
QUICKBOOKS = (
    "*InvoiceNo,*Customer,*InvoiceDate,*DueDate,Terms,Item(Product/Service),ItemQuantity,ItemRate,"
    "*ItemAmount,Currency\n"
)


def xero(number: str, amount: str, due: str = "31/01/2026") -> str:
    return f"Foo,,{number},13/01/2026,{due},,x,1,{amount},200,none,EUR\n"


def open_of(cell: Cell, name: str) -> dict[str, Decimal]:
    """What is open of each invoice of a customer, in euro."""
    found: dict[str, Decimal] = {}
    for item in cell.account(name).open:
        owed = Decimal(item.open) / 100
        found[item.ref.invoice] = found.get(item.ref.invoice, Decimal()) + owed
    return found


@pytest.mark.parametrize(
    ("bad", "column", "value", "mended"),
    [
        (xero("I1", "abc"), "*UnitAmount", "abc", ("abc", "20.00")),
        (xero("I1", "20.00", "40/01/2026"), "*DueDate", "40/01/2026", ("40/01", "31/01")),
    ],
)
@pytest.mark.parametrize("bad_first", [True, False])
def test_an_invoice_with_one_bad_line_waits_whole_and_is_taken_whole_when_it_is_mended(
    bad: str, column: str, value: str, mended: tuple[str, str], bad_first: bool
) -> None:
    cell = Cell()
    good = xero("I1", "10.00")
    both = bad + good if bad_first else good + bad

    report = cell.upload("x.csv", XERO + both + xero("I2", "5.00"))

    assert open_of(cell, "Foo") == {"I2": 5}
    assert (report["accepted"], report["rejected"]) == (1, 2)
    (error,) = report["errors"]
    row = 2 if bad_first else 3
    assert (error["row"], error["column"], error["value"]) == (row, column, value)
    assert error["message"].startswith(f"row {row}: ")
    assert "other row of this number waits with it" in error["message"]
    errors = cell.output("x.csv", "errors.csv").decode("utf-8-sig")
    assert errors.count(",I1,") == 2

    again = cell.upload("x.errors.csv", errors.replace(*mended))

    assert (again["accepted"], again["rejected"]) == (2, 0)
    assert open_of(cell, "Foo") == {"I1": 30, "I2": 5}


def test_an_invoice_of_several_due_items_waits_for_its_bad_one() -> None:
    cell = Cell()
    head = "number,customer,currency,issued,due,amount\n"
    text = (
        head
        + "I1,c1,EUR,2026-01-01,2026-01-31,300.00\n"
        + "I2,c1,EUR,2026-01-01,2026-01-31,5.00\n"
        + "I1,c1,EUR,2026-01-01,2026-02-28,7oo\n"
    )

    report = cell.upload("p.csv", text)

    assert open_of(cell, "c1") == {"I2": 5}
    assert (report["accepted"], report["rejected"]) == (1, 2)
    assert report["errors"][0]["value"] == "7oo"
    errors = cell.output("p.csv", "errors.csv").decode("utf-8-sig")

    cell.upload("p.errors.csv", errors.replace("7oo", "700.00"))

    assert open_of(cell, "c1") == {"I1": 1000, "I2": 5}


@pytest.mark.parametrize(
    "bad",
    [
        "invoice,I1,c1,EUR,2026-01-01,2026-02-28,7oo,",
        "invioce,I1,c1,EUR,2026-01-01,2026-02-28,700.00,",
        "invoice,I1,c1,EUR,2026-01-01,2026-02-28,700,00,",
    ],
)
def test_bodies_of_several_types_in_plain_csv_hold_an_invoice_back_too(bad: str) -> None:
    cell = Cell()
    head = "type,number,customer,currency,issued,due,amount,id\n"
    good = "invoice,I1,c1,EUR,2026-01-01,2026-01-31,300.00,\n"
    other = "payment,,c1,EUR,,,20.00,p1\n"

    report = cell.upload("p.csv", f"{head}{good}{other}{bad}\n")

    assert report["rejected"] == 2
    assert open_of(cell, "c1") == {}


def test_a_bad_first_row_never_lends_its_further_lines_to_the_invoice_above() -> None:
    found = read(
        QUICKBOOKS
        + "1,Foo,13/01/2026,31/01/2026,,a,1,10,10.00,EUR\n"
        + "2,Foo,13/01/2026,40/01/2026,,a,1,20,20.00,EUR\n"
        + ",,,,,b,1,5,5.00,\n"
        + "3,Foo,13/01/2026,31/01/2026,,a,1,7,7.00,EUR\n"
    )

    assert {d.number: d.total for d in found.documents} == {"1": 10, "3": 7}
    (bad,) = [row for row in found.rows if row.error]
    assert len(bad.cells) == 2


def test_every_bad_row_of_a_document_is_named() -> None:
    found = read(XERO + xero("I1", "abc") + xero("I1", "10.00") + xero("I1", "def"))

    assert found.documents == []
    assert "row 2" in found.said
    assert "Row 4 too" in found.said


def test_a_bad_payment_never_holds_back_the_invoice_of_its_number() -> None:
    head = "Invoice No,Customer,Invoice Date,Amount,Currency,Type\n"
    found = read(
        head + "7,Foo,2026-01-13,10.00,EUR,Invoice\n" + "7,Foo,2026-01-40,10.00,EUR,Payment\n"
    )

    assert list(found.by_number) == ["7"]
    assert [row for row, _ in found.errors] == [3]


def test_a_datev_invoice_posted_to_several_accounts_waits_for_its_bad_posting() -> None:
    found = datev(
        '100,00;"S";"";10000;8400;1302;"RE-1";"Ware";;',
        'x;"S";"";10000;8300;1302;"RE-1";"Ware";;',
        '7,00;"S";"";10000;8400;1302;"RE-2";"Ware";;',
    )

    assert list(found.by_number) == ["RE-2"]
    assert [row for row, _ in found.errors] == [4]


# --- rows without a number ------------------------------------------------------------------------

LINES = "Invoice Number,Customer Name,Invoice Date,Due Date,Item,Amount,Currency\n"
DAYS = "2026-01-01,2026-01-31"


def test_a_further_line_without_its_number_is_no_total_and_its_invoice_waits() -> None:
    found = read(
        LINES + f"I1,Foo,{DAYS},x,20.00,EUR\n" + ",,,,y,5.50,EUR\n" + f"I2,Foo,{DAYS},y,5.50,EUR\n"
    )

    assert list(found.by_number) == ["I2"]
    (bad,) = [row for row in found.rows if row.error]
    assert len(bad.cells) == 2
    assert "further line" in found.said
    assert not found.understood.skipped["total"]


def test_a_further_line_that_repeats_the_amount_above_it_is_told_by_its_words() -> None:
    found = read(LINES + f"I1,Foo,{DAYS},x,20.00,EUR\n" + ",,,,y,20.00,EUR\n")

    assert found.documents == []


def test_rows_without_a_number_that_add_up_what_is_above_are_passed_over() -> None:
    found = read(
        LINES
        + f"I1,Foo,{DAYS},,20.00,EUR\n"
        + f"I2,Foo,{DAYS},,5.50,EUR\n"
        + ",Foo,,,,25.50,EUR\n"
        + f"I3,Bar,{DAYS},,7.00,EUR\n"
        + f"I4,Bar,{DAYS},,8.00,USD\n"
        + ",,,,,32.50,EUR\n"
        + ",,,,,8.00,USD\n"
    )

    assert found.errors == []
    assert list(found.by_number) == ["I1", "I2", "I3", "I4"]
    assert found.understood.skipped == {"subtotal": 1, "total": 2}


def test_a_further_line_behind_many_plain_rows_holds_back_only_its_own_invoice() -> None:
    rows = "".join(f"I{n},Foo,{DAYS},,{n}.00,EUR\n" for n in range(1, 300))

    found = read(LINES + rows + ",,,,,5.50,EUR\n")

    assert len(found.documents) == 298
    assert "I299" not in found.by_number
