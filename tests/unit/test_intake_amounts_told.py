"""Amounts worked out of net and tax, words for what is open, and columns of amounts that no word is
known for: what is asked, and what is said."""

from decimal import Decimal

import pytest
from dunning.domain.intake.understood import STATEMENT

from tests.unit.tables import read

NET = "Rechnung;Kunde;Datum;Fällig;Netto;MwSt;Währung\n"
DAYS = "13.01.2026;13.02.2026"


def bills(*amounts: tuple[str, str]) -> str:
    """Invoices R1, R2 … with (net, tax)."""
    return NET + "".join(
        f"R{n};Foo;{DAYS};{net};{tax};EUR\n" for n, (net, tax) in enumerate(amounts, 1)
    )


@pytest.mark.parametrize(
    "amounts",
    [
        (("100,00", "19"), ("200,00", "19")),
        (("200,00", "19"),),
        (("200,00", "19,00"), ("50,00", "7,00"), ("80,00", "0,00")),
        (("200,00", "0,19"), ("100,00", "0,07")),
    ],
)
def test_a_rate_is_not_added_as_a_tax_but_asked_about(amounts: tuple[tuple[str, str], ...]) -> None:
    found = read(bills(*amounts))

    assert found.asked == ["columns"]
    assert found.documents == []


@pytest.mark.parametrize(
    ("amounts", "totals"),
    [
        ((("100,00", "19,00"), ("50,00", "9,50")), ("119.00", "59.50")),
        ((("100,00", "20,00"), ("25,00", "5,00")), ("120.00", "30.00")),
        ((("12,34", "0,83"), ("99,00", "6,68")), ("13.17", "105.68")),
        ((("10,53", "2,00"), ("20,00", "3,80")), ("12.53", "23.80")),
    ],
)
def test_a_tax_is_added_to_its_net_amount_and_that_is_said(
    amounts: tuple[tuple[str, str], ...], totals: tuple[str, ...]
) -> None:
    found = read(bills(*amounts))

    assert [d.total for d in found.documents] == [Decimal(total) for total in totals]
    assert any("'Netto' and 'MwSt' were added up" in said for said in found.understood.assumed)


def test_both_answers_about_a_rate_are_taken() -> None:
    text = bills(("200,00", "19"))

    assert [d.total for d in read(text, mapping="columns: {tax: MwSt}").documents] == [219]
    assert [d.total for d in read(text, mapping="columns: {total: Netto}").documents] == [200]


@pytest.mark.parametrize(
    "heading",
    [
        "Rest", "Restsaldo", "zu zahlen", "noch zu bezahlen", "Unpaid balance", "Left to pay",
        "To pay", "Amount owing", "Pendiente de cobro", "Por cobrar", "Scoperto", "Da saldare",
        "Reste à régler", "Current balance", "Nog te voldoen",
    ],
)  # fmt: skip
def test_words_for_what_is_open_make_a_list_a_statement(heading: str) -> None:
    found = read(
        f"Rechnungsnummer;Kunde;Datum;Fälligkeitsdatum;Betrag;{heading};Währung\n"
        f"R1;K1;{DAYS};100,00;60,00;EUR\n"
    )

    assert found.understood.holds == STATEMENT
    assert [(d.total, d.open) for d in found.documents] == [(100, 60)]


UNKNOWN = "Rechnungsnummer;Kunde;Datum;Fälligkeitsdatum;Betrag;%s;Währung\n"


@pytest.mark.parametrize("extra", ["", ";bezahlt am"])
def test_a_column_that_may_be_what_is_open_is_asked_about_and_both_answers_hold(extra: str) -> None:
    text = (
        (UNKNOWN % "Obligo").replace("\n", extra + "\n")
        + f"R1;K1;{DAYS};100,00;60,00;EUR{';20.01.2026' if extra else ''}\n"
        + f"R2;K1;{DAYS};100,00;0,00;EUR{';' if extra else ''}\n"
    )

    assert read(text).asked == ["columns"]
    opened = read(text, mapping="columns: {open: Obligo}")
    passed = read(text, mapping="ignore: [Obligo]")
    assert opened.by_number["R1"].open == 60
    assert passed.by_number["R1"].open is None
    assert passed.by_number["R1"].total == 100


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Skonto", ("2,00", "3,00")),  # what it is its heading tells
        ("Obligo", ("100,00", "100,00")),  # the amount again
        ("Obligo", ("60,00", "")),  # not in every row
        ("Obligo", ("60,00", "160,00")),  # more than the invoice
        ("Obligo", ("4711", "4712")),  # no amounts
    ],
)
def test_a_column_that_cannot_be_what_is_open_is_passed_over(
    heading: str, cells: tuple[str, str]
) -> None:
    found = read(
        UNKNOWN % heading
        + "".join(f"R{n};K1;{DAYS};100,00;{cell};EUR\n" for n, cell in enumerate(cells))
    )

    assert found.asked == []
    assert [d.total for d in found.documents] == [100, 100]
