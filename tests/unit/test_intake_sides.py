"""Marks for debit and credit, and amounts under the currency that is theirs: what a row's words say
against its signs and headings."""

from decimal import Decimal

import pytest

from tests.unit.tables import Read, read

HEAD = "Invoice,Customer,Date,Due,Amount,%s,Currency\n"
DAYS = "2026-01-13,2026-02-13"


def marked(heading: str, debit: str, credit: str) -> Read:
    """An invoice I1 of 100 and something of 20 on the other side."""
    return read(
        HEAD % heading
        + f"I1,Foo,{DAYS},100.00,{debit},EUR\n"
        + f"I2,Foo,{DAYS},20.00,{credit},EUR\n"
    )


@pytest.mark.parametrize(
    ("heading", "debit", "credit"),
    [
        ("Dare/Avere", "D", "A"), ("Dare/Avere", "Dare", "Avere"), ("Debe/Haber", "Debe", "Haber"),
        ("Debe/Haber", "D", "H"), ("D/C", "Débit", "Crédit"), ("D/A", "D", "A"),
        ("C/D", "D", "C"), ("D/H", "D", "H"), ("Segno", "+", "-"), ("Sign", "+", "-"),
        ("Kennzeichen", "S", "H"), ("S/H", "Soll", "Haben"),
    ],
)  # fmt: skip
def test_a_mark_for_credit_in_any_of_six_languages_makes_a_credit_note(
    heading: str, debit: str, credit: str
) -> None:
    found = marked(heading, debit, credit)

    assert found.errors == []
    assert [(d.type, d.total) for d in found.documents] == [
        ("invoice", Decimal(100)),
        ("credit_note", Decimal(20)),
    ]


@pytest.mark.parametrize(
    ("heading", "mark"),
    [("D/C", "2"), ("D/C", ""), ("Dare/Avere", "B"), ("Cargo/Abono", "C"), ("Af Bij", "Bij")],
)
def test_a_mark_that_is_not_known_refuses_its_row(heading: str, mark: str) -> None:
    found = marked(heading, "Debit", mark)

    assert found.errors == [(3, "unknown_word")]
    assert "write Debit or Credit" in found.said
    assert [d.number for d in found.documents] == ["I1"]


def test_a_column_of_other_words_below_a_heading_that_may_be_one_of_marks_is_passed_over() -> None:
    found = marked("Kennzeichen", "Nord", "West")

    assert found.errors == []
    assert [d.type for d in found.documents] == ["invoice", "invoice"]
    assert found.understood.unused == ("Kennzeichen",)


def test_a_minus_that_says_the_mark_for_credit_again_turns_nothing_twice() -> None:
    head = "Konto;Name;Beleg;Belegdatum;Fälligkeit;S/H;Betrag;Währung\n"
    days = "13.01.2026;13.02.2026"
    both = read(
        head + f"1;A;R1;{days};S;100,00;EUR\n1;A;R2;{days};H;-20,00;EUR\n"
        f"1;A;R3;{days};H;20,00;EUR\n1;A;R4;{days};S;-5,00;EUR\n"
    )
    again = read(head + f"1;A;R1;{days};S;100,00;EUR\n1;A;R2;{days};H;-20,00;EUR\n")

    assert [(d.number, d.type, d.total) for d in again.documents] == [
        ("R1", "invoice", 100),
        ("R2", "credit_note", 20),
    ]
    assert [(d.number, d.type) for d in both.documents] == [
        ("R1", "invoice"),
        ("R3", "credit_note"),
    ]
    assert both.errors == [(3, "bad_amount"), (5, "bad_amount")]
    assert "say two things" in both.said


@pytest.mark.parametrize("amount", ["-10.00 CR", "(10.00) CR", "-10.00 DR"])
def test_an_amount_with_a_minus_and_a_mark_refuses_its_row(amount: str) -> None:
    found = read(
        f"Invoice,Customer,Due,Total,Currency\nI0,Foo,2026-02-13,10.00 DR,EUR\n"
        f"I1,Foo,2026-02-13,{amount},EUR\nI2,Foo,2026-02-13,10.00 CR,EUR\n"
    )

    assert found.errors == [(3, "bad_amount")]
    assert [(d.number, d.type) for d in found.documents] == [
        ("I0", "invoice"),
        ("I2", "credit_note"),
    ]


def test_money_that_went_back_is_no_payment_in_a_list_with_marks() -> None:
    found = read(
        "Payment date,Invoice,Customer,Amount,Debit/Credit,Currency\n"
        "2026-02-01,I1,Foo,10.00,C,EUR\n2026-02-01,I2,Foo,4.00,D,EUR\n",
        mapping="holds: payments",
    )

    assert [(d.type, d.total) for d in found.documents] == [("payment", Decimal(10))]
    assert found.errors == [(3, "takes_back")]


# --- currencies ---------------------------------------------------------------------------------

LOCAL = "Invoice,Customer,Date,Due,Currency,Amount in local currency"


def test_an_amount_of_the_document_is_taken_before_that_in_local_currency() -> None:
    found = read(
        f"Invoice,Customer,Date,Due,Currency,Amount in doc currency,Amount in local currency\n"
        f"I1,Foo,{DAYS},USD,100.00,90.00\n"
    )

    assert [(d.currency, d.total) for d in found.documents] == [("USD", 100)]


def test_amounts_in_local_currency_are_in_the_currency_that_their_own_column_names() -> None:
    found = read(f"{LOCAL},Local currency\nI1,Foo,{DAYS},USD,90.00,EUR\n")

    assert [(d.currency, d.total) for d in found.documents] == [("EUR", 90)]
    assert any("'Currency' was not read" in said for said in found.understood.assumed)


def test_amounts_in_local_currency_beside_other_codes_are_asked_about_and_both_answers_hold() -> (
    None
):
    text = f"{LOCAL}\nI1,Foo,{DAYS},USD,90.00\n"

    assert read(text).asked == ["columns"]
    named = read(text, mapping="columns: {currency: Currency}")
    own = read(text, mapping="ignore: [Currency]\ncurrency: EUR")
    assert [(d.currency, d.total) for d in named.documents] == [("USD", 90)]
    assert [(d.currency, d.total) for d in own.documents] == [("EUR", 90)]


def test_a_heading_with_another_currency_than_the_row_refuses_the_row() -> None:
    head = "Rechnung;Kunde;Datum;Fällig;Währung;Betrag EUR\n"
    days = "13.01.2026;13.02.2026"
    few = read(head + f"I1;Foo;{days};EUR;100,00\nI2;Foo;{days};USD;90,00\n")
    many = read(
        head + "".join(f"I{n};Foo;{days};{'USD' if n == 150 else 'EUR'};9,00\n" for n in range(300))
    )
    answered = read(head + f"I2;Foo;{days};USD;90,00\n", mapping="ignore: [Währung]\ncurrency: EUR")

    assert [(d.number, d.currency) for d in few.documents] == [("I1", "EUR")]
    assert few.errors == [(3, "other_currency")]
    assert many.errors == [(152, "other_currency")]
    assert len(many.documents) == 299
    assert [(d.currency, d.total) for d in answered.documents] == [("EUR", 90)]


def test_two_columns_of_amounts_whose_headings_name_two_currencies_are_asked_about() -> None:
    text = f"Invoice,Customer,Date,Due,Total USD,Open EUR\nI1,Foo,{DAYS},100.00,45.00\n"

    assert read(text).asked == ["columns"]
    found = read(text, mapping="ignore: [Open EUR]")
    assert [(d.currency, d.total) for d in found.documents] == [("USD", 100)]
