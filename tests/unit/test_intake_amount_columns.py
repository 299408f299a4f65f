"""Columns of amounts in layouts that nobody has described: lines, running balances, two totals."""

from decimal import Decimal

import pytest
from dunning.domain.intake.understood import DOCUMENTS, STATEMENT

from tests.unit.tables import read

HEAD = "Invoice Number,Customer Name,Invoice Date,Due Date,"
DAYS = "2026-01-13,2026-01-31"


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ("Item,Quantity,Unit Price,Line Amount", ("x,2,10.00,20.00", "y,1,5.50,5.50")),
        ("Item,Line Total", ("x,20.00", "y,5.50")),
        ("Item,Quantity,Unit Price", ("x,2,10.00", "y,1,5.50")),
    ],
)
def test_lines_of_an_unknown_layout_are_added_up(columns: str, rows: tuple[str, str]) -> None:
    first, second = rows
    found = read(
        f"{HEAD}{columns},Currency\n"
        f"I1,Foo,{DAYS},{first},EUR\n"
        f"I1,Foo,{DAYS},{second},EUR\n"
        f"I2,Foo,{DAYS},{second},EUR\n"
    )

    assert found.errors == []
    assert {d.number: d.total for d in found.documents} == {
        "I1": Decimal("25.50"),
        "I2": Decimal("5.50"),
    }
    assert any("added up" in one for one in found.understood.assumed)


def test_a_tax_beside_lines_is_asked_about_and_either_answer_is_taken() -> None:
    text = f"{HEAD}Item,Line Amount,Tax,Currency\nI1,Foo,{DAYS},x,20.00,4.00,EUR\n"

    assert read(text).asked == ["columns"]
    on_top = read(text, mapping="columns: {tax: Tax}")
    within = read(text, mapping="ignore: [Tax]")
    assert [d.total for d in on_top.documents] == [24]
    assert [d.total for d in within.documents] == [20]


LEDGER = "Date,Invoice No,Customer,Due Date,Debit,Credit,Balance,Currency\n"


def test_a_running_balance_is_not_what_is_open() -> None:
    found = read(
        LEDGER
        + "2026-01-13,R1,Foo,2026-01-31,1000.00,,1000.00,EUR\n"
        + "2026-01-15,R2,Foo,2026-02-05,200.00,,1200.00,EUR\n"
        + "2026-01-16,R3,Foo,2026-02-05,50.00,,1250.00,EUR\n"
    )

    assert found.understood.holds == DOCUMENTS
    assert {d.number: (d.total, d.open) for d in found.documents} == {
        "R1": (1000, None), "R2": (200, None), "R3": (50, None),
    }  # fmt: skip
    assert any("'Balance'" in one for one in found.understood.assumed)


def test_a_german_running_balance_of_each_account_is_not_what_is_open() -> None:
    found = read(
        "Belegdatum;Rechnungsnummer;Kunde;Fällig am;Betrag Soll;Betrag Haben;Saldo;Währung\n"
        "13.01.2026;R1;Foo;31.01.2026;1.000,00;;1.000,00;EUR\n"
        "14.01.2026;R2;Bar;31.01.2026;70,00;;70,00;EUR\n"
        "15.01.2026;R3;Foo;31.01.2026;200,00;;1.200,00;EUR\n"
    )

    assert {d.number: (d.total, d.open) for d in found.documents} == {
        "R1": (1000, None), "R2": (70, None), "R3": (200, None),
    }  # fmt: skip


def test_a_balance_that_is_neither_is_asked_about() -> None:
    found = read(
        LEDGER
        + "2026-01-13,R1,Foo,2026-01-31,1000.00,,400.00,EUR\n"
        + "2026-01-15,R2,Foo,2026-02-05,200.00,,900.00,EUR\n"
    )

    assert found.documents == []
    assert found.asked == ["columns"]


def test_what_is_open_beside_debit_and_credit_is_still_a_statement() -> None:
    found = read(
        LEDGER.replace("Balance", "Open Amount") + "2026-01-13,R1,Foo,2026-01-31,10.00,,4.00,EUR\n"
    )

    assert found.understood.holds == STATEMENT
    assert [d.open for d in found.documents] == [4]


@pytest.mark.parametrize("columns", ["Amount,Total", "Invoice Amount,Amount"])
def test_two_amounts_that_differ_are_asked_about(columns: str) -> None:
    text = f"{HEAD}{columns},Currency\nI1,Foo,{DAYS},10.00,30.00,EUR\n"

    assert read(text).asked == ["columns"]
    answered = read(text, mapping=f"columns: {{total: {columns.split(',')[1]}}}")
    assert [d.total for d in answered.documents] == [30]


@pytest.mark.parametrize(
    ("columns", "cells"),
    [("Amount,Tax,Total", "10.00,2.00,12.00"), ("Amount,Total", "12.00,12.0")],
)
def test_two_amounts_that_add_up_are_understood(columns: str, cells: str) -> None:
    found = read(f"{HEAD}{columns},Currency\nI1,Foo,{DAYS},{cells},EUR\n")

    assert [d.total for d in found.documents] == [12]


def test_credits_without_a_type_are_asked_about_and_either_answer_is_taken() -> None:
    text = (
        LEDGER
        + "2026-01-13,R1,Foo,2026-01-31,1000.00,,1000.00,EUR\n"
        + "2026-01-16,P1,Foo,2026-02-05,,300.00,700.00,EUR\n"
    )

    assert read(text).asked == ["columns"]
    notes = read(text, mapping="columns: {credit: Credit}")
    assert {d.number: (d.type, d.total, d.open) for d in notes.documents} == {
        "R1": ("invoice", 1000, None),
        "P1": ("credit_note", 300, None),
    }
    paid = read(text, mapping="ignore: [Credit]")
    assert [d.number for d in paid.documents] == ["R1"]
    assert [row for row, _ in paid.errors] == [3]
