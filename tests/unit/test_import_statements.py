"""Statements as of a day: what they leave out is told, and settled only where a mapping says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.domain.change import Change
from dunning.domain.identity import ItemRef
from dunning.domain.intake.document import Document
from dunning.domain.intake.row import Row
from dunning.domain.intake.understood import KEEP, SETTLED, STATEMENT, Understood
from dunning.domain.invoice import CHARGE, ChargeOf, DueItem, Invoice, open_item
from dunning.domain.ledger import LedgerError
from dunning.service import intake_missing
from dunning.service.intake_ports import DONE, MISSING
from dunning.service.ports import FileRows

from tests.offline import invoice
from tests.unit.importing import CREDITOR, Cell, lines
from tests.unit.interrupting import Deaths, mortal, to_the_end

NAME = "open-items.csv"
AS_OF = date(2026, 2, 20)


class Stated:
    """A file that was understood as a statement."""

    def __init__(self, *documents: Document, missing: str = KEEP, bad: int = 0) -> None:
        self.documents, self.missing, self.bad = documents, missing, bad

    def rows(self, name: str, *more: Any) -> FileRows:
        understood = Understood(format="csv", holds=STATEMENT, as_of=AS_OF, missing=self.missing)
        return FileRows(("Number", "Open"), self._rows(), understood=understood)

    def _rows(self) -> Iterator[Row]:
        for number, one in enumerate(self.documents, 2):
            yield Row(number, ((one.number, str(one.open)),), document=one)
        for number in range(self.bad):
            yield Row(50 + number, (("?", "?"),), error=LedgerError("bad_amount", "open", "no"))


def stated(number: str, left: str, customer: str = "c1", currency: str = "EUR") -> Document:
    return Document(
        "invoice",
        number,
        customer,
        currency=currency,
        issued=date(2026, 1, 1),
        due=date(2026, 2, 1),
        total=Decimal("100.00"),
        open=Decimal(left),
    )


BOOK = lines(
    invoice("A", "2026-02-01", issued="2026-01-01"),
    invoice("B", "2026-02-01", issued="2026-01-01"),
    invoice("C", "2026-02-01", customer="c2", issued="2026-01-01"),
    invoice("LATER", "2026-03-01", customer="c2", issued="2026-02-25"),
    invoice("USD", "2026-02-01", customer="c3", issued="2026-01-01", currency="USD"),
    invoice("D", "2026-02-01", customer="c4", issued="2026-01-01"),
)


def cell_with(statement: Stated) -> Cell:
    """A book of six open invoices, and a statement that is still to come."""
    cell = Cell()
    cell.upload("book.jsonl", BOOK)
    object.__setattr__(cell.cut, "formats", statement)
    cell.put(NAME, "whatever")
    return cell


def open_invoices(cell: Cell) -> dict[str, int]:
    return {
        item.ref.invoice: item.open
        for state in cell.state().values()
        if state
        for item in state.open
    }


def test_what_a_statement_leaves_out_is_told_and_left_open() -> None:
    cell = cell_with(Stated(stated("A", "40.00")))

    to_the_end(cell, NAME)

    report = cell.result(NAME)
    assert report["accepted"] == 1
    absent = report["understood"]["absent"]
    assert absent["count"] == 3
    assert [(one["invoice"], one["customer"], one["open"]) for one in absent["first"]] == [
        ("B", "c1", "100.00 EUR"),
        ("C", "c2", "100.00 EUR"),
        ("D", "c4", "100.00 EUR"),
    ]
    assert "3 invoices are open here and not in this statement of 2026-02-20" in str(
        report["warnings"]
    )
    assert open_invoices(cell) == {
        "A": 4000, "B": 10000, "C": 10000, "D": 10000, "LATER": 10000, "USD": 10000,
    }  # fmt: skip


def test_what_is_missing_is_settled_where_the_mapping_says_so() -> None:
    cell = cell_with(Stated(stated("A", "40.00"), missing=SETTLED))

    to_the_end(cell, NAME)

    # Not what was issued after the statement's day, nor in a currency that it does not speak of.
    assert open_invoices(cell) == {"A": 4000, "LATER": 10000, "USD": 10000}
    assert "3 invoices were open here" in str(cell.result(NAME)["warnings"])
    assert cell.progress(NAME)["state"] == DONE


@pytest.mark.parametrize("missing", [KEEP, SETTLED])
def test_a_charge_that_no_accounting_system_knows_is_not_missing(missing: str) -> None:
    cell = cell_with(Stated(stated("A", "40.00"), missing=missing))
    head = cell.account().head
    due = date(2026, 2, 10)
    what = ChargeOf(ItemRef("B", 1), due, "fee", 1, 1)
    fee = Invoice("charge:B/1/1", "EUR", CHARGE, due, (DueItem(due, 500),), charges=(what,))
    cell.ledger.write(
        CREDITOR,
        cell.ledger.account_key(CREDITOR, "c1"),
        Change(
            replace(head, rev=head.rev + 1),
            head.rev,
            put=(fee, open_item(fee, 1, 500)),
            lookups=(fee.number,),
        ),
    )

    to_the_end(cell, NAME)

    absent = cell.result(NAME)["understood"]["absent"]
    assert [one["invoice"] for one in absent["first"]] == ["B", "C", "D"]
    assert open_invoices(cell)["charge:B/1/1"] == 500


def test_nothing_is_settled_while_a_row_could_not_be_read() -> None:
    cell = cell_with(Stated(stated("A", "40.00"), missing=SETTLED, bad=1))

    to_the_end(cell, NAME)

    assert open_invoices(cell)["B"] == 10000
    assert "not every row of the file could be read" in str(cell.result(NAME)["warnings"])


def test_a_document_that_is_refused_is_not_missing() -> None:
    wrong = stated("B", "40.00", customer="c9")  # it is c1's
    cell = cell_with(Stated(stated("A", "40.00"), wrong))

    to_the_end(cell, NAME)

    absent = cell.result(NAME)["understood"]["absent"]
    assert [one["invoice"] for one in absent["first"]] == ["C", "D"]


def test_a_statement_that_names_everything_says_nothing_of_it() -> None:
    cell = cell_with(
        Stated(
            *(stated(n, "100.00", c) for n, c in zip("ABCD", ("c1", "c1", "c2", "c4"), strict=True))
        )
    )

    to_the_end(cell, NAME)

    assert "absent" not in cell.result(NAME)["understood"]


@pytest.mark.parametrize("missing", [KEEP, SETTLED])
def test_page_by_page_it_finds_the_same(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_missing, "PAGE", 1)
    cell = cell_with(Stated(stated("A", "40.00"), missing=missing))
    cell.arrive(NAME)
    states = set()
    while cell.steps.waiting:
        cell.records.run(cell.steps.waiting.popleft(), 0, lambda: 900.0)
        states.add(cell.progress(NAME)["state"])

    assert cell.result(NAME)["understood"]["absent"]["count"] == 3
    assert states >= {MISSING, DONE}


@pytest.mark.parametrize("missing", [KEEP, SETTLED])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_while_it_looks_for_what_is_missing_it_ends_the_same(
    missing: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_missing, "PAGE", 1)
    clean = cell_with(Stated(stated("A", "40.00"), missing=missing))
    count = Deaths()
    to_the_end(mortal(clean, count), NAME)
    for at in range(1, count.effects + 1):
        cell = mortal(
            cell_with(Stated(stated("A", "40.00"), missing=missing)), Deaths(at, after=after)
        )
        assert to_the_end(cell, NAME) == 1
        assert open_invoices(cell) == open_invoices(clean)
        assert cell.result(NAME) == clean.result(NAME)
        assert cell.progress(NAME) == clean.progress(NAME)
