"""Due days: what a document states stays, whatever a later file leaves out."""

import json
from datetime import date

from tests.unit.importing import Cell

STATED = (
    "Invoice No,Customer No,Invoice Date,Due Date,Amount,Currency\n"
    "R1,c1,2026-01-05,2026-02-04,100.00,EUR\n"
)
UNSTATED = "Invoice No,Customer No,Invoice Date,Amount,Currency\nR1,c1,2026-01-05,{},EUR\n"
LIST = "Invoice No,Customer No,Amount,Open balance,Currency\nR1,c1,100.00,50.00,EUR\n"


def with_terms() -> Cell:
    cell = Cell()
    settings = {"creditor": "acme", "name": "A", "time_zone": "UTC", "terms": {"days": 10}}
    cell.upload("creditor.json", json.dumps(settings), "config")
    return cell


def open_of(cell: Cell) -> list[tuple[str, date, int]]:
    return [(item.ref.invoice, item.due, item.open) for item in cell.account().open]


def test_terms_do_not_move_a_due_day_that_was_stated() -> None:
    cell = with_terms()
    cell.upload("d.csv", STATED)
    report = cell.upload("d2.csv", UNSTATED.format("100.00"))
    assert open_of(cell) == [("R1", date(2026, 2, 4), 10000)]
    assert report["unchanged"] == 1

    cell.upload("d3.csv", UNSTATED.format("120.00"))
    assert open_of(cell) == [("R1", date(2026, 2, 4), 12000)]


def test_terms_hold_where_no_due_day_was_ever_stated() -> None:
    cell = with_terms()
    cell.upload("d.csv", UNSTATED.format("100.00"))
    assert open_of(cell) == [("R1", date(2026, 1, 15), 10000)]


def test_a_list_without_due_days_speaks_of_invoices_that_are_known_with_theirs() -> None:
    cell = Cell()
    cell.upload("d.csv", STATED)
    report = cell.upload("s.csv", LIST)
    assert report["rejected"] == 0
    assert open_of(cell) == [("R1", date(2026, 2, 4), 5000)]


def test_an_invoice_without_a_due_day_that_nobody_knows_is_refused_with_the_mend() -> None:
    for file in (UNSTATED.format("100.00"), LIST):
        cell = Cell()
        report = cell.upload("d.csv", file)
        assert report["reasons"] == {"missing": 1}
        assert "due day is missing" in report["errors"][0]["message"]
        assert cell.state() == {}
