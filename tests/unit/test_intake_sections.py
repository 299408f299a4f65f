"""Tables of several parts: sections with titles, headings of another order, rows of totals, lines
that look like repeats, lists split by age; and columns that differ behind the first rows."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from dunning.domain.intake.understood import STATEMENT

from tests.unit.tables import read

HEAD = "Number,Customer,Date,Due,Total,Currency\n"
DAYS = "2026-01-15,2026-02-15"


def section(title: str, number: str, amount: str) -> str:
    return f"{title}\n{HEAD}{number},Foo,{DAYS},{amount},EUR\n"


@pytest.mark.parametrize(
    ("credit", "payment"),
    [
        ("Credit notes", "Payments"), ("Gutschriften", "Zahlungen"), ("Avoirs", "Paiements"),
        ("Notas de crédito", "Cobros"), ("Note di credito", "Incassi"),
        ("Creditnota's", "Betalingen"),
    ],
)  # fmt: skip
def test_rows_below_a_title_are_what_it_says(credit: str, payment: str) -> None:
    found = read(
        section("Invoices", "I1", "10.00")
        + "\n"
        + section(credit, "C1", "3.00")
        + "\n"
        + section(payment, "P1", "7.00")
        + "\n"
        + section("Others", "I2", "5.00")
    )

    assert [(d.type, d.total) for d in found.documents] == [
        ("invoice", 10),
        ("credit_note", 3),
        ("payment", 7),
        ("invoice", 5),
    ]
    named = credit.replace("'", "\u2019")
    assert any(f"'{named}'" in one for one in found.understood.assumed)


def test_a_section_holds_for_all_its_rows_and_one_of_bills_is_refused() -> None:
    rows = "".join(f"C{n},Foo,{DAYS},3.00,EUR\n" for n in range(400))
    found = read(f"{section('Invoices', 'I1', '1.00')}Credit notes\n{HEAD}{rows}")
    bills = read(section("Invoices", "I1", "1.00") + section("Bills", "B1", "2.00"))
    orders = read(section("Invoices", "I1", "1.00") + section("Quotes", "Q1", "2.00"))

    assert [d.type for d in found.documents] == ["invoice"] + ["credit_note"] * 400
    assert bills.errors == [(6, "payables")]
    assert [d.number for d in orders.documents] == ["I1"]
    assert orders.understood.skipped["no_invoice"] == 1


def test_rows_of_a_section_at_the_top_are_what_its_title_says() -> None:
    assert [d.type for d in read(section("Credit notes", "C1", "3.00")).documents] == [
        "credit_note"
    ]


def test_rows_below_headings_in_another_order_are_refused_until_the_files_own_come_again() -> None:
    swapped = "Number,Customer,Due,Date,Total,Currency\n"
    rows = "".join(f"S{n},Foo,2026-02-15,2026-01-15,3.00,EUR\n" for n in range(300))
    found = read(f"{HEAD}I1,Foo,{DAYS},1.00,EUR\n{swapped}{rows}{HEAD}I2,Foo,{DAYS},1.00,EUR\n")

    assert [d.number for d in found.documents] == ["I1", "I2"]
    assert {code for _, code in found.errors} == {"other_columns"}
    assert len(found.errors) == 300
    assert found.understood.skipped == {"heading": 2}


def test_a_row_of_totals_with_its_customer_is_passed_over_in_a_plain_table_too() -> None:
    head = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Currency\n"
    rows = "".join(f"R{n},c1,{DAYS},20.00,EUR\n" for n in range(200))
    plain = read(f"{head}{rows}Total,c1,,,4000.00,EUR\nR900,c1,{DAYS},1.00,EUR\n")
    dated = read(f"{head}Total,c1,{DAYS},4.00,EUR\n")

    assert len(plain.documents) == 201
    assert plain.understood.skipped == {"total": 1}
    assert [d.number for d in dated.documents] == ["Total"]  # a day makes it a document


LINES = "Rechnungsnr;Pos;Artikel;Kunde;Datum;Fällig;Betrag;Währung\n"


def test_rows_that_differ_in_what_is_not_read_are_asked_about_and_both_answers_hold() -> None:
    days = "13.01.2026;13.02.2026"
    text = (
        LINES + f"R1;1;A;K1;{days};50,00;EUR\nR1;2;B;K1;{days};50,00;EUR\n"
        f"R2;1;A;K1;{days};70,00;EUR\n"
    )

    assert read(text).asked == ["columns"]
    added = read(text, mapping="columns: {line: Betrag}")
    whole = read(text, mapping="columns: {total: Betrag}")
    assert {d.number: d.total for d in added.documents} == {"R1": 100, "R2": 70}
    assert {d.number: d.total for d in whole.documents} == {"R1": 50, "R2": 70}


def test_rows_that_are_the_same_in_all_columns_are_repeats_and_so_are_whole_amounts() -> None:
    days = "13.01.2026;13.02.2026"
    same = read(LINES + f"R1;1;A;K1;{days};50,00;EUR\n" * 2)
    whole = read(
        LINES.replace("Betrag", "Rechnungsbetrag")
        + f"R1;1;A;K1;{days};50,00;EUR\nR1;2;B;K1;{days};50,00;EUR\n"
    )

    assert [(d.number, d.total) for d in same.documents] == [("R1", 50)]
    assert [(d.number, d.total) for d in whole.documents] == [("R1", 50)]


@pytest.mark.parametrize(
    "ages",
    [
        "Not due,1-30 days,31-60 days,Over 60", "nicht fällig,1 - 30 Tage,31 bis 60 Tage,> 60",
        "0-30,31-60,61-90,90+",
    ],
)  # fmt: skip
def test_totals_split_by_age_are_what_is_open(ages: str) -> None:
    found = read(
        f"Customer No,Invoice,Date,Due Date,{ages},Total,Currency\n"
        "c1,I1,2026-01-05,2026-01-20,0,60.00,0,0,60.00,EUR\n"
    )

    assert found.understood.holds == STATEMENT
    assert [(d.number, d.open) for d in found.documents] == [("I1", 60)]
    assert any("split it by age" in one for one in found.understood.assumed)


# --- behind the first rows ----------------------------------------------------------------------


def test_two_amounts_that_differ_late_are_asked_about_or_refuse_their_row() -> None:
    def bills(rows: int, same: int) -> str:
        return "Invoice,Customer,Date,Due,Total,Gross amount,Currency\n" + "".join(
            f"I{n},Foo,{DAYS},{100 + n}.00,{(100 + n) * (1 if n < same else 2)}.00,EUR\n"
            for n in range(rows)
        )

    assert read(bills(1_200, 600)).asked == ["columns"]
    late = read(bills(5_200, 5_199))
    assert late.errors == [(5_201, "two_amounts")]
    assert len(late.documents) == 5_199


def test_a_second_column_of_one_heading_that_differs_late_refuses_its_row() -> None:
    text = "Invoice,Customer,Date,Due,Amount,Amount,Currency\n" + "".join(
        f"I{n},Foo,{DAYS},9.00,{9 if n < 5_050 else 8}.00,EUR\n" for n in range(5_051)
    )

    assert read(text).errors == [(5_052, "two_amounts")]


def test_the_first_credit_behind_the_sample_refuses_its_row() -> None:
    head = "Account;Name;Document;Date;Due;Debit;Credit;Currency\n"
    text = head + "".join(f"A1;N;D{n};2026-01-13;2026-02-13;100,00;;EUR\n" for n in range(5_010))
    found = read(text + "A1;N;P1;2026-01-20;;;100,00;EUR\n")

    assert found.errors == [(5_012, "two_meanings")]
    assert len(found.documents) == 5_010


# --- days ---------------------------------------------------------------------------------------


def test_days_that_a_spreadsheet_of_another_country_swapped_are_asked_about() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": "m/d/yyyy"})
        sheet.write_row(0, 0, ["Invoice", "Customer", "Invoice Date", "Due Date", "Total"])
        for row in range(1, 31):
            issued = date(2026, 1, 1) + timedelta(days=3 * (row - 1))
            sheet.write_row(row, 0, [f"I{row}", "Foo"])
            sheet.write(row, 4, 100.5)
            for column, day in ((2, issued), (3, issued + timedelta(days=30))):
                if day.day <= 12:
                    sheet.write_datetime(row, column, date(day.year, day.day, day.month), style)
                else:
                    sheet.write_string(row, column, f"{day:%d/%m/%Y}")
    asked = read(out.getvalue(), "a.xlsx", mapping="currency: EUR")
    right = read(out.getvalue(), "a.xlsx", mapping="currency: EUR\ndates: day_first")

    assert asked.asked == ["dates"]
    assert "swap days and months" in asked.understood.questions[0].text
    assert len(right.documents) == 30


def test_two_digit_years_that_may_lead_are_asked_about_in_few_rows() -> None:
    head = "Invoice,Customer,Date,Due,Total,Currency\n"
    text = head + "I1,Foo,26/01/13,26/02/13,10.00,EUR\nI2,Foo,26/01/14,26/02/14,10.00,EUR\n"
    asked = read(text)
    now = read(head + "I1,Foo,25/11/25,25/12/25,10.00,EUR\n")

    assert asked.asked == ["dates"]
    assert asked.understood.questions[0].answers[0][0] == "dates: year_first"
    (first, _) = read(text, mapping="dates: year_first").documents
    assert first.due == date(2026, 2, 13)
    assert now.documents[0].due == date(2025, 12, 25)


# --- numbers that look alike --------------------------------------------------------------------


def test_numbers_that_look_alike_are_one() -> None:
    head = "Invoice,Customer,Due,Total,Currency\n"
    seen = ["RE 5", "RE\u00a05", "RE  5", "R\u200b1", "R1", "R1\ufeff", '"=""00124"""', "00124"]
    found = read(head + "".join(f"{one},C1,2026-02-13,10.00,EUR\n" for one in seen))
    plain = read(head + "".join(f"RE{' ' * n}5,C1,2026-02-13,10.00,EUR\n" for n in range(1, 4)))

    assert [d.number for d in found.documents] == ["RE 5", "R1", "00124"]
    assert [d.number for d in plain.documents] == ["RE 5"]


def test_the_mend_of_an_amount_is_written_as_the_file_writes_amounts() -> None:
    found = read(
        "Rechnung;Kunde;Datum;Fällig;Betrag;Währung\nR1;K;05.01.2026;04.02.2026;x;EUR\n"
        "R2;K;13.01.2026;14.02.2026;1.234,56;EUR\n"
    )

    assert "write it as 1234,56" in found.said
