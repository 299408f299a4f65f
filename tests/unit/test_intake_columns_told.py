"""Columns that no heading explains, or explains wrongly: what their cells, their signs and the
amounts beside them tell, and what is asked because it decides how much is owed."""

import io
from decimal import Decimal

import pytest
import xlsxwriter
from dunning.domain.intake.mapping import read_mapping, skeleton
from dunning.domain.intake.scale import scaled
from dunning.domain.intake.understood import STATEMENT

from tests.unit.importing import Cell
from tests.unit.tables import Read, read

HEAD = "Invoice No,Customer,Invoice Date,Due Date,"
DAYS = "2026-01-05,2026-02-04"


def totals(found: Read) -> dict[str, Decimal | None]:
    return {one.number: one.total for one in found.documents}


def opens(found: Read) -> dict[str, Decimal | None]:
    return {one.number: one.open for one in found.documents}


def codes(found: Read) -> list[str]:
    return [code for _, code in found.errors]


# --- freight and discounts ------------------------------------------------------------------------


def test_freight_comes_on_top_of_a_subtotal() -> None:
    found = read(
        f"{HEAD}Subtotal,Shipping,Tax,Currency\n"
        f"I1,C1,{DAYS},100.00,10.00,20.90,EUR\nI2,C1,{DAYS},200.00,0.00,38.00,EUR\n"
    )

    assert totals(found) == {"I1": Decimal("130.90"), "I2": Decimal("238.00")}
    assert any("'Shipping' were added up" in one for one in found.understood.assumed)


def test_a_tax_of_all_of_them_tells_that_freight_and_discount_are_not_in_the_net_amount() -> None:
    found = read(
        "Rechnungsnummer;Kunde;Rechnungsdatum;Netto;Versandkosten;Rabatt;MwSt;Währung\n"
        "R1;K1;13.01.2026;100,00;5,90;0,00;20,12;EUR\nR2;K1;14.01.2026;200,00;5,90;10,00;37,22;EUR\n"
    )

    assert totals(found) == {"R1": Decimal("126.02"), "R2": Decimal("233.12")}


def test_a_tax_of_the_net_amount_alone_leaves_a_question_with_two_answers() -> None:
    text = (
        f"{HEAD}Net,Freight,Discount,Tax,Currency\n"
        f"I1,C1,{DAYS},100.00,10.00,4.00,19.00,EUR\nI2,C1,{DAYS},200.00,6.00,0.00,38.00,EUR\n"
    )
    asked = read(text)
    assert asked.asked == ["columns"]
    on_top, within = (line for line, _ in asked.understood.questions[0].answers)

    assert totals(read(text, mapping=on_top)) == {"I1": Decimal(125), "I2": Decimal(244)}
    assert totals(read(text, mapping=within)) == {"I1": Decimal(119), "I2": Decimal(238)}
    offered = read_mapping(skeleton("columns-1", asked.understood.questions))
    assert offered.columns == {"freight": "Freight", "reduction": "Discount"}


def test_a_total_that_is_given_wins_over_its_parts() -> None:
    found = read(
        f"{HEAD}Subtotal,Discount,Shipping,Tax,Total,Currency\n"
        f"I1,C1,{DAYS},100.00,5.00,10.00,19.95,124.95,EUR\n"
    )

    assert totals(found) == {"I1": Decimal("124.95")}


def test_freight_that_comes_late_in_a_long_file_is_refused_and_not_left_out() -> None:
    rows = "".join(f"I{n},C1,{DAYS},100.00,0.00,19.00,EUR\n" for n in range(5_100))
    late = f"L1,C1,{DAYS},100.00,10.00,20.90,EUR\n"
    found = read(f"{HEAD}Net,Freight,Tax,Currency\n{rows}{late}")

    assert len(found.documents) == 5_100
    assert codes(found) == ["new_column"]


# --- lines, or repeats ----------------------------------------------------------------------------


def test_rows_of_one_number_that_differ_late_are_refused_as_they_would_be_asked_about_early() -> (
    None
):
    rows = "".join(f"I{n},C1,{DAYS},10.00,EUR,item\n" for n in range(5_100))
    lines = f"L1,C1,{DAYS},50.00,EUR,pen\nL1,C1,{DAYS},50.00,EUR,paper\n"
    text = f"{HEAD}Amount,Currency,Item\n{rows}{lines}"
    found = read(text)
    assert (len(found.documents), codes(found)) == (5_100, ["two_meanings"])

    assert read(text, mapping="columns: {line: Amount}").by_number["L1"].total == 100
    assert read(text, mapping="columns: {total: Amount}").by_number["L1"].total == 50


def test_the_very_same_row_twice_late_in_a_file_is_one() -> None:
    rows = "".join(f"I{n},C1,{DAYS},10.00,EUR,item\n" for n in range(5_100))
    twice = f"L1,C1,{DAYS},50.00,EUR,pen\n" * 2
    found = read(f"{HEAD}Amount,Currency,Item\n{rows}{twice}")

    assert (found.by_number["L1"].total, codes(found)) == (50, [])


def test_two_columns_of_one_heading_that_differ_late_refuse_the_row() -> None:
    rows = "".join(f"I{n},C1,{DAYS},2026-02-04,10.00,EUR\n" for n in range(5_100))
    late = "L1,C1,2026-01-05,2026-02-04,2026-03-04,10.00,EUR\n"
    found = read(f"{HEAD}Due Date,Amount,Currency\n{rows}{late}")

    assert (len(found.documents), codes(found)) == (5_100, ["two_amounts"])


# --- what was paid, and what is open --------------------------------------------------------------


def test_payments_below_zero_are_taken_off_all_the_same() -> None:
    found = read(
        f"{HEAD}Amount,Paid,Currency\n"
        f"I1,C1,{DAYS},100.00,-40.00,EUR\nI2,C1,{DAYS},50.00,-50.00,EUR\n"
    )

    assert opens(found) == {"I1": Decimal(60), "I2": Decimal(0)}


def test_a_payment_on_the_other_side_of_zero_than_the_others_refuses_its_row() -> None:
    found = read(
        f"{HEAD}Amount,Paid,Currency\n"
        f"I1,C1,{DAYS},100.00,40.00,EUR\nI2,C1,{DAYS},50.00,-50.00,EUR\n"
    )

    assert opens(found) == {"I1": Decimal(60)}
    assert codes(found) == ["bad_amount"]


def test_a_balance_that_is_the_customers_is_asked_about() -> None:
    text = (
        f"{HEAD}Amount,Balance,Currency\n"
        f"I1,C1,{DAYS},100.00,150.00,EUR\nI2,C1,{DAYS},50.00,150.00,EUR\n"
        f"I3,C2,{DAYS},70.00,70.00,EUR\n"
    )
    asked = read(text)
    assert asked.asked == ["columns"]
    assert asked.understood.questions[0].answers[0][0] == "ignore: [Balance]"

    assert totals(read(text, mapping="ignore: [Balance]")) == {
        "I1": Decimal(100), "I2": Decimal(50), "I3": Decimal(70),
    }  # fmt: skip


def test_open_amounts_below_zero_throughout_are_refused_and_one_overpaid_invoice_is_not() -> None:
    row = f"I1,C1,{DAYS},100.00,-100.00,EUR\n"
    text = f"{HEAD}Amount,Open,Currency\n{row}"

    assert codes(read(f"{text}I2,C1,{DAYS},50.00,-20.00,EUR\n")) == ["below_zero"]
    assert codes(read(text)) == []
    assert codes(read(f"{text}I2,C1,{DAYS},50.00,20.00,EUR\n")) == []


TAKEN_OFF = {
    "withheld": ("Total,Withholding tax", "100.00,10.00", 90, None),
    "written off": ("Amount,Amount paid,Write-off", "100.00,40.00,10.00", 90, 50),
    "skonto": ("Brutto,Bezahlt,Skonto", "100.00,97.00,3.00", 97, 0),
    "a deposit": ("Total,Deposit", "100.00,30.00", 100, 70),
    "net payable": ("Total,Net payable", "100.00,90.00", 90, None),
    "both": ("Total,Ritenuta,Netto a pagare", "100.00,10.00,90.00", 90, None),
    "of parts": ("Base imponible,IVA,IRPF", "100.00,21.00,15.00", 106, None),
}


@pytest.mark.parametrize("name", TAKEN_OFF)
def test_what_says_that_less_is_owed_is_asked_about_once(name: str) -> None:
    columns, amounts, total, left = TAKEN_OFF[name]
    text = f"{HEAD}{columns},Currency\nI1,C1,{DAYS},{amounts},EUR\n"
    asked = read(text)
    assert asked.asked == ["columns"]
    offered = skeleton("", asked.understood.questions)

    (one,) = read(text, mapping=offered).documents
    assert (one.total, one.open) == (total, left)


def test_a_total_that_is_less_what_was_withheld_asks_nothing() -> None:
    found = read(
        f"{HEAD}Base imponible,IVA,IRPF,Total,Currency\n"
        f"I1,C1,{DAYS},100.00,21.00,-15.00,106.00,EUR\n"
    )

    assert totals(found) == {"I1": Decimal(106)}


def test_a_column_of_deposits_that_is_empty_asks_nothing() -> None:
    found = read(f"{HEAD}Amount,Deposit,Currency\nI1,C1,{DAYS},100.00,0.00,EUR\n")

    assert (totals(found), found.asked) == ({"I1": Decimal(100)}, [])


def test_a_number_that_a_workbook_rounded_is_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ("Invoice No", "Customer", "Invoice Date", "Amount", "Currency"))
        sheet.write_row("A2", (123456789012345680, "C1", "2026-01-13", 9, "EUR"))
        sheet.write_row("A3", (1234567890, "C1", "2026-01-13", 9, "EUR"))
    found = read(out.getvalue(), "a.xlsx")

    assert (codes(found), list(found.by_number)) == (["bad_id"], ["1234567890"])


def test_a_column_of_amounts_without_a_heading_is_told() -> None:
    found = read(f"{HEAD}Amount,Currency,\nI1,C1,{DAYS},100.00,EUR,40.00\n")

    assert any("column 7 has amounts and no heading" in one for one in found.understood.assumed)


# --- words ----------------------------------------------------------------------------------------


def test_credit_notes_and_payments_are_known_by_their_words_below_a_heading_that_says_nothing() -> (
    None
):
    found = read(
        "Nummer;Art;Kunde;Datum;Fällig;Betrag;Währung\n"
        "R1;Rechnung;K1;13.01.2026;24.02.2026;100,00;EUR\n"
        "G1;Gutschrift;K1;14.01.2026;;30,00;EUR\nZ1;Zahlung;K1;15.01.2026;;20,00;EUR\n"
    )

    assert [one.type for one in found.documents] == ["invoice", "credit_note", "payment"]
    assert any("'Art'" in one for one in found.understood.assumed)


def test_words_among_them_that_are_not_known_are_asked_about() -> None:
    found = read(
        "Nummer;Art;Kunde;Datum;Fällig;Betrag;Währung\n"
        "R1;Rechnung;K1;13.01.2026;24.02.2026;100,00;EUR\n"
        "G1;Gutschrift;K1;14.01.2026;;30,00;EUR\nM1;Kulanz;K1;15.01.2026;;20,00;EUR\n"
    )

    assert found.asked == ["types"]


def test_paid_and_void_rows_are_known_by_their_words_below_a_heading_that_says_nothing() -> None:
    found = read(
        f"{HEAD}Amount,Currency,Phase\n"
        f"I1,C1,{DAYS},100.00,EUR,Open\nI2,C1,{DAYS},50.00,EUR,Fully paid\n"
        f"I3,C1,{DAYS},70.00,EUR,Cancelled\n"
    )

    assert opens(found)["I2"] == 0
    assert "I3" not in {one.number for one in found.documents if not one.withdrawn}


@pytest.mark.parametrize(
    "words", [("SI", "AR", "CR"), ("Red", "Green", "Invoice"), ("yes", "no", "yes")]
)
def test_codes_and_other_words_are_taken_for_neither(words: tuple[str, ...]) -> None:
    rows = "".join(f"I{n},C1,{DAYS},10.00,EUR,{word}\n" for n, word in enumerate(words))
    found = read(f"{HEAD}Amount,Currency,Zone\n{rows}")

    assert [(one.type, one.open) for one in found.documents] == [("invoice", None)] * 3


# --- marks for what is not to be reminded of ------------------------------------------------------


BLOCKED = f"{HEAD}Amount,Currency,Mahnsperre\nI1,C1,{DAYS},9.00,EUR,A\nI2,C1,{DAYS},8.00,EUR,\n"


def test_rows_that_another_system_does_not_remind_of_are_asked_about() -> None:
    asked = read(BLOCKED)
    assert asked.asked == ["columns"]
    waits, reminded = (line for line, _ in asked.understood.questions[0].answers)

    assert [one.disputed for one in read(BLOCKED, mapping=waits).documents] == [True, False]
    assert not any(one.disputed for one in read(BLOCKED, mapping=reminded).documents)


def test_a_column_of_such_marks_that_is_empty_asks_nothing_until_a_row_has_one() -> None:
    rows = "".join(f"I{n},C1,{DAYS},9.00,EUR,\n" for n in range(5_100))
    found = read(f"{HEAD}Amount,Currency,Mahnsperre\n{rows}L1,C1,{DAYS},9.00,EUR,X\n")

    assert (len(found.documents), codes(found)) == (5_100, ["new_column"])


# --- thousands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Open items (amounts in EUR thousands)",
        "Offene Posten in TEUR",
        "Beträge in Tsd. EUR",
        "in millions",
        "Balance âgée en milliers",
        "k€",
        "$'000",
        "Amounts in lakhs",
    ],
)
def test_a_list_in_thousands_is_no_list_of_amounts(title: str) -> None:
    found = read(f"{title}\n{HEAD}Amount\nI1,C1,{DAYS},1.5\n")

    assert (found.documents, codes(found)) == ([], ["scaled"])


@pytest.mark.parametrize(
    "title", ["Thousand Oaks Inc.", "Mio Ltd, Milan", "Open items 2026", "Lieferung in Mailand"]
)
def test_a_name_with_such_a_word_in_it_scales_nothing(title: str) -> None:
    assert scaled([title]) is None


# --- headings in two rows, and what nobody sees ---------------------------------------------------


def test_headings_in_two_rows_are_read_together() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for place, text in enumerate(("Rechnungsnr", "Kunde", "Fällig")):
            sheet.merge_range(1, place, 2, place, text)
        sheet.merge_range("D2:E2", "Betrag")
        sheet.write_row("D3", ("Gesamt", "Offen"))
        sheet.write("F2", "Währung")
        sheet.write_row("A4", ("R1", "K1", "2026-02-04", 238, 38, "EUR"))
    cell = Cell()
    report = cell.upload("op.xlsx", out.getvalue())

    assert report["understood"]["holds"] == STATEMENT
    assert [item.open for item in cell.account("K1").open] == [3_800]


def test_groups_above_headings_say_which_number_is_whose() -> None:
    found = read(
        "Rechnung;;Kunde;;Betrag;;Währung\nNummer;Datum;Nr;Name;Gesamt;Offen;\n"
        "R1;13.01.2026;K7;Müller;119,00;19,00;EUR\n"
    )

    (one,) = found.documents
    assert (one.number, one.customer, one.name, one.total, one.open) == (
        "R1", "K7", "Müller", Decimal(119), Decimal(19),
    )  # fmt: skip


def test_a_row_below_headings_that_names_no_further_column_is_none_of_headings() -> None:
    found = read(f"{HEAD}Amount,Currency\ntext,text,day,day,money,code\nI1,C1,{DAYS},9.00,EUR\n")

    assert totals(found) == {"I1": Decimal(9)}


def test_marks_that_nobody_sees_change_no_cell() -> None:
    found = read(
        f"{HEAD}Amount,Currency\n"
        "\u200fI1\u200e,C1,\u200e2026-01-05,2026-02-04\u00a0,\u200e100.00\u200f,EUR\u00a0\n"
        f"\ufeff{HEAD}Amount,Currency\n"
        "'00124,C1,2026-01-05,2026-02-04,1\u00a0000.00,EUR\n"
        "--------,----,----------,----------,------,---\n"
    )

    assert totals(found) == {"I1": Decimal(100), "00124": Decimal(1000)}
    assert found.errors == []
