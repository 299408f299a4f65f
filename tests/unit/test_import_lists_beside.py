"""An archive of invoices and of the list of what is open of them: no contradiction, and the list
has the last word, whatever the files are called."""

import pytest

from tests.fuzz.samples import packed
from tests.unit.importing import Cell

HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,"
DAYS = "2026-01-05,2026-02-04"
INVOICES = f"{HEAD}Currency\nR1,c1,{DAYS},100.00,EUR\nR2,c1,{DAYS},50.00,EUR\n"
OPEN = f"{HEAD}Open balance,Currency\nR1,c1,{DAYS},100.00,60.00,EUR\n"


def uploaded(*members: tuple[str, str], missing: str = "keep") -> tuple[Cell, dict[str, object]]:
    cell = Cell()
    layout = cell.upload("probe.csv", OPEN.splitlines()[0] + "\n")["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nmissing: {missing}\n", "config")
    body = packed(*((name, text.encode()) for name, text in members))
    return cell, cell.upload("z.zip", body)


def left(cell: Cell) -> dict[str, int]:
    return {item.ref.invoice: item.open for item in cell.account().open}


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
@pytest.mark.parametrize(
    ("missing", "open_"), [("keep", {"R1": 6_000, "R2": 5_000}), ("settled", {"R1": 6_000})]
)
def test_the_list_stands_on_the_invoices_beside_it(
    names: tuple[str, str], missing: str, open_: dict[str, int]
) -> None:
    first, second = names
    cell, report = uploaded((first, INVOICES), (second, OPEN), missing=missing)

    assert (report["accepted"], report["rejected"]) == (3, 0)
    assert left(cell) == open_


def test_a_bad_row_of_the_list_does_not_hold_back_the_invoice_beside_it() -> None:
    bad = OPEN.replace("60.00", "oops")
    cell, report = uploaded(("a.csv", bad), ("b.csv", INVOICES), missing="settled")

    assert (report["accepted"], report["rejected"]) == (2, 1)
    assert left(cell) == {"R1": 10_000, "R2": 5_000}


def test_two_lists_that_differ_are_a_conflict_all_the_same() -> None:
    other = OPEN.replace("60.00", "70.00")
    cell, report = uploaded(("a.csv", OPEN), ("b.csv", other), ("c.csv", INVOICES))

    assert (report["rejected"], report["reasons"]) == (2, {"number_conflict": 1})
    assert left(cell) == {"R1": 10_000, "R2": 5_000}


def test_the_same_archive_again_changes_nothing() -> None:
    cell, _ = uploaded(("a.csv", OPEN), ("b.csv", INVOICES))
    body = packed(("a.csv", OPEN.encode()), ("b.csv", INVOICES.encode()))
    again = cell.upload("z.zip", body)

    assert (again["accepted"], again["unchanged"]) == (0, 3)
    assert left(cell) == {"R1": 6_000, "R2": 5_000}


def test_a_document_in_two_files_of_an_archive_is_one_whatever_other_columns_they_have() -> None:
    noted = INVOICES.replace("Currency", "Currency,Note").replace("EUR", "EUR,x")
    cell, report = uploaded(("a.csv", INVOICES), ("b.csv", noted))

    assert (report["rejected"], left(cell)) == (0, {"R1": 10_000, "R2": 5_000})
