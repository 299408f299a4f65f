"""What spreadsheets make of numbers: such a row is refused, and nobody gets its money or mail."""

import pytest

from tests.unit.tables import read, read_sheets, sheet

HEAD = "Number,Customer ID,Due,Amount,Currency"
GOOD = "7,C1,2026-05-14,5.00,GBP"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1.23457E+11,C1,2026-05-13,9.00,GBP", "format the column as text and export again"),
        ('"1,23457E+11",C1,2026-05-13,9.00,GBP', "format the column as text and export again"),
        ("9,1E+05,2026-05-13,9.00,GBP", "Customer ID 1E+05"),
        ("#REF!,C1,2026-05-13,9.00,GBP", "Number #REF!"),
        ("9,#N/A,2026-05-13,9.00,GBP", "Customer ID #N/A"),
        ("9,#VALUE!,2026-05-13,9.00,GBP", "mend the cell"),
        ("9,#DIV/0!,2026-05-13,9.00,GBP", "mend the cell"),
        ("9,#NAME?,2026-05-13,9.00,GBP", "mend the cell"),
        ("9,TRUE,2026-05-13,9.00,GBP", "Customer ID TRUE"),
    ],
)
def test_a_number_that_a_spreadsheet_destroyed_refuses_its_row(row: str, said: str) -> None:
    found = read(
        "\n".join((HEAD, GOOD, row, *(GOOD.replace("7", str(n), 1) for n in range(10, 20))))
    )

    assert found.errors == [(3, "bad_id")]
    assert said in found.said
    assert len(found.documents) == 11


def test_truth_values_of_a_workbook_are_no_numbers() -> None:
    cells = [HEAD.split(","), ["7", "C1", "2026-05-14", 5, "GBP"]]
    found = read_sheets(sheet([*cells, [True, "C1", "2026-05-14", 5, "GBP"]]))

    assert found.errors == [(3, "bad_id")]


@pytest.mark.parametrize("number", ["#1001", "INV#N1", "E+S-7", "TRUE-1", "1E5", "12E+3X"])
def test_numbers_that_only_look_like_it_are_taken_as_they_stand(number: str) -> None:
    found = read(f"{HEAD}\n{number},C1,2026-05-14,5.00,GBP\n")

    assert [d.number for d in found.documents] == [number]


def test_an_error_for_a_name_costs_the_row_only_where_nothing_else_says_who_it_is() -> None:
    named = read(
        "Number,Customer ID,Customer name,Due,Amount,Currency\n7,C1,#N/A,2026-05-14,5,GBP\n"
    )
    alone = read("Number,Customer name,Due,Amount,Currency\n7,#N/A,2026-05-14,5,GBP\n")

    assert [d.name for d in named.documents] == [""]
    assert alone.errors == [(2, "bad_id")]


def test_refunds_are_refused_and_orders_passed_over() -> None:
    head = "Type,Number,Customer ID,Due,Amount,Currency\n"
    found = read(
        f"{head}Invoice,1,C1,2026-05-14,5,GBP\nRefund,2,C1,2026-05-14,5,GBP\n"
        "Purchase order,3,C1,2026-05-14,5,GBP\n"
    )

    assert [d.number for d in found.documents] == ["1"]
    assert found.errors == [(3, "takes_back")]
    assert found.understood.skipped == {"no_invoice": 1}


def test_a_damaged_workbook_is_called_one() -> None:
    found = read(b"PK\x03\x04 no archive at all", "open-items.xlsx")

    assert found.errors == [(0, "broken_workbook")]
    assert "save it anew" in found.said
