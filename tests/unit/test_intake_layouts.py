"""Exports that are known by name: real headers of many systems, and the habits of each."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, PAYMENT
from dunning.domain.intake.understood import DOCUMENTS, PAYMENTS, STATEMENT

from tests.unit.tables import HEADERS, Read, lines, read, read_path, read_sheets, sheet

real = pytest.mark.skipif(not HEADERS.exists(), reason="the real headers are not at hand")


def header(name: str) -> list[str]:
    """The header row of a file that has nothing else."""
    text = (HEADERS / name).read_text(encoding="utf-8-sig").splitlines()[0]
    return text.split(";" if ";" in text else ",")


def filled(name: str, *rows: dict[str, str], mapping: str = "") -> Read:
    """A real header with rows below it; what a row does not name is empty."""
    head = header(name)
    for row in rows:
        assert row.keys() <= set(head), row.keys() - set(head)
    return read(lines(head, *([row.get(one, "") for one in head] for row in rows)), mapping=mapping)


@real
@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("busy_bills.csv", "busy_bills"),
        ("de_offene_posten_debitoren.header.csv", "de_open_items"),
        ("de_offene_rechnungen_teilzahlung.csv", "de_open_invoices"),
        ("netsuite_ar_aging_detail.csv", "netsuite_ar_aging_detail"),
        ("quickbooks_ar_aging_detail.csv", "quickbooks_ar_aging_detail"),
        ("quickbooks_invoice_import_template.header.csv", "quickbooks_invoice_import"),
        ("quickbooks_open_invoices_style.csv", "quickbooks_open_invoices"),
        ("sage50_audit_trail_import.header.csv", "sage50_audit_trail"),
        ("sage_intacct_ar_invoice_import.header.csv", "sage_intacct_ar_invoices"),
        ("sap_ar_details_control_total.xlsx", "sap_fbl5n"),
        ("sap_fbl5n_style_subtotals.csv", "sap_fbl5n"),
        ("sevdesk_belege.csv", "sevdesk_belege"),
        ("tally_bills_receivable.csv", "tally_bills_receivable"),
        ("xero_sales_invoice_template.header.csv", "xero_sales_invoice_template"),
        ("xero_sales_invoices_export.csv", "xero_invoices_export"),
        ("xero_style_reduced.csv", "xero_open_invoices"),
        ("zoho_books_customer_payments_export.csv", "zoho_customer_payments"),
        ("zoho_books_invoice_export.csv", "zoho_invoices_export"),
        ("zoho_books_invoice_export_full.header.csv", "zoho_invoices_export"),
        ("zoho_ui_list_export_indian_amounts.csv", "zoho_invoices_list"),
    ],
)
def test_every_real_export_is_known_by_its_name(name: str, layout: str) -> None:
    found = read_path(HEADERS / name)

    assert found.understood.layout == layout
    assert found.understood.layout_title
    assert "question" not in dict(found.errors).values()


# --- Xero -------------------------------------------------------------------------------------


@real
def test_xero_export_has_a_row_a_line_and_tells_credit_notes_and_overpayments_by_type() -> None:
    found = read_path(HEADERS / "xero_sales_invoices_export.csv")

    assert found.errors == []
    invoice, note, money = (
        next(d for d in found.documents if d.type == t) for t in (INVOICE, CREDIT_NOTE, PAYMENT)
    )
    assert len(found.documents) == 3
    assert (invoice.number, invoice.total, invoice.open) == ("INV-3440",) + (
        Decimal("1580.94"),
    ) * 2
    assert (invoice.issued, invoice.currency) == (date(2026, 6, 11), "ZAR")
    assert (note.number, note.open) == ("CN-0091", Decimal("1580.94"))
    assert (money.number, money.total) == ("", Decimal("1580.94"))
    assert found.understood.holds == STATEMENT
    assert "was read as 2026-06-11" in " ".join(found.understood.assumed)


XERO = "ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,InvoiceAmountDue,Currency,Type,Status"


def xero(*rows: str) -> Read:
    return read("\n".join((XERO, *rows)))


def test_xero_drafts_and_voided_invoices_are_passed_over_and_paid_ones_have_nothing_open() -> None:
    found = xero(
        "A,1,13/01/2026,13/02/2026,10.00,10.00,EUR,Sales invoice,Draft",
        "A,2,13/01/2026,13/02/2026,10.00,10.00,EUR,Sales invoice,Awaiting Approval",
        "A,3,13/01/2026,13/02/2026,10.00,0.00,EUR,Sales invoice,Voided",
        "A,4,13/01/2026,13/02/2026,10.00,,EUR,Sales invoice,Paid",
        "A,5,13/01/2026,13/02/2026,10.00,10.00,EUR,Sales invoice,Awaiting Payment",
    )

    assert {d.number: d.open for d in found.documents} == {"4": 0, "5": 10}
    assert found.understood.skipped == {"draft": 2, "void": 1}


def test_bills_among_xero_invoices_are_refused_one_by_one() -> None:
    found = xero(
        "A,1,13/01/2026,13/02/2026,10.00,10.00,EUR,Sales invoice,Awaiting Payment",
        "B,9,13/01/2026,13/02/2026,10.00,10.00,EUR,Bill,Awaiting Payment",
        "B,10,13/01/2026,13/02/2026,10.00,10.00,EUR,Bill overpayment,Awaiting Payment",
    )

    assert [d.number for d in found.documents] == ["1"]
    assert found.errors == [(3, "payables"), (4, "payables")]
    assert "a bill that you owe" in found.said


def test_a_file_of_bills_alone_is_refused_whole() -> None:
    found = xero("B,9,13/01/2026,13/02/2026,10.00,10.00,EUR,Bill,Awaiting Payment")

    assert found.errors == [(0, "payables")]
    assert "export the sales invoices" in found.said


def test_days_that_do_not_tell_are_read_as_xero_writes_them_but_for_dollars() -> None:
    row = "A,1,11/06/2026,12/06/2026,10.00,10.00,{},Sales invoice,Awaiting Payment"

    assert xero(row.format("GBP")).by_number["1"].issued == date(2026, 6, 11)
    dollars = xero(row.format("USD"))
    assert dollars.errors == [(0, "question")]
    assert dollars.asked == ["dates"]


@real
def test_the_older_xero_export_without_shipping_addresses_is_the_same() -> None:
    text = (HEADERS / "xero_sales_invoices_export.csv").read_text(encoding="utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    kept = [i for i, heading in enumerate(rows[0]) if not heading.startswith("SA")]

    found = read(lines(*([row[i] for i in kept] for row in rows)))

    assert found.understood.layout == "xero_invoices_export"
    assert len(found.documents) == 3


@real
def test_the_reduced_xero_list_gives_what_is_left_of_a_part_payment() -> None:
    found = read_path(HEADERS / "xero_style_reduced.csv")

    assert {d.number: (d.total, d.open, d.due) for d in found.documents} == {
        "INV-0212": (3600, 3600, date(2026, 8, 14)),
        "INV-0219": (2150, 1150, date(2026, 9, 1)),
    }
    assert found.by_number["INV-0212"].email == "ap@fablecreative.example"


@real
def test_lines_of_a_xero_template_are_quantity_times_price_less_discount_with_tax() -> None:
    common = {"*ContactName": "Ada", "*InvoiceNumber": "1", "*InvoiceDate": "13/1/2026",
              "*DueDate": "27/1/2026", "Currency": "EUR"}  # fmt: skip
    found = filled(
        "xero_sales_invoice_template.header.csv",
        {**common, "*Quantity": "3", "*UnitAmount": "10.50", "Discount": "10"},
        {**common, "*Quantity": "1", "*UnitAmount": "5.00", "TaxAmount": "1.00"},
        {**common, "*InvoiceNumber": "2", "*Quantity": "1", "*UnitAmount": "5", "Total": "6.00"},
        {**common, "*InvoiceNumber": "3", "*Quantity": "0.333", "*UnitAmount": "10.05"},
    )

    assert found.by_number["1"].total == Decimal("34.35")
    assert found.by_number["2"].total == 6
    assert found.by_number["3"].total == Decimal("3.35")  # 3.34665
    assert found.understood.holds == DOCUMENTS


# --- QuickBooks -------------------------------------------------------------------------------


@real
def test_quickbooks_aging_is_a_statement_of_the_day_in_its_title() -> None:
    found = read_path(HEADERS / "quickbooks_ar_aging_detail.csv")

    assert (found.understood.as_of, found.understood.header_row) == (date(2025, 12, 31), 5)
    assert found.understood.skipped == {"title": 3, "blank": 1}
    assert {d.number: d.open for d in found.documents} == {
        "1041": Decimal("1284.50"), "1052": 642, "1063": Decimal("2180.75"), "1070": 310,
    }  # fmt: skip
    assert found.by_number["1041"].due == date(2025, 12, 18)
    assert found.by_number["1063"].total == Decimal("4180.75")
    assert found.asked == ["currency"]


@real
def test_quickbooks_open_invoices_with_dollar_signs_ask_whose_dollars() -> None:
    found = read_path(HEADERS / "quickbooks_open_invoices_style.csv")

    assert {d.number: (d.open, d.due) for d in found.documents} == {
        "1043": (4250, date(2026, 8, 14)),
        "1051": (Decimal("1980.50"), date(2026, 9, 1)),
    }
    (question,) = found.understood.questions
    assert question.code == "currency"
    assert "'$'" in question.text
    assert ("currency: USD", "the amounts are in USD") in question.answers


def test_quickbooks_open_invoices_in_their_other_columns() -> None:
    found = read(
        "Date,Num,Customer,Due Date,Amount,Open Balance\n01/15/2026,7,Ada,02/15/2026,9,4\n"
    )

    assert found.understood.layout == "quickbooks_open_invoices"
    assert found.by_number["7"].open == 4


def test_quickbooks_unpaid_bills_are_refused() -> None:
    found = read(
        "Date,Transaction Type,Num,Vendor,Due Date,Amount,Open Balance\n"
        "01/15/2026,Bill,7,Adobe,02/15/2026,9,9\n"
    )

    assert found.errors == [(0, "payables")]
    assert "'Vendor'" in found.said


@real
def test_quickbooks_template_says_customer_and_days_on_the_first_line_alone() -> None:
    found = filled(
        "quickbooks_invoice_import_template.header.csv",
        {"*InvoiceNo": "1", "*Customer": "Ada", "*InvoiceDate": "01/13/2026",
         "*DueDate": "02/13/2026", "*ItemAmount": "10.00"},
        {"*InvoiceNo": "1", "*ItemAmount": "2.50"},
        {"*ItemAmount": "0.50"},
        {"*InvoiceNo": "2", "*Customer": "Bob", "*InvoiceDate": "01/14/2026",
         "*DueDate": "02/14/2026", "*ItemAmount": "7.00"},
    )  # fmt: skip

    assert found.errors == []
    assert {d.number: (d.name, d.total, d.due) for d in found.documents} == {
        "1": ("Ada", 13, date(2026, 2, 13)),
        "2": ("Bob", 7, date(2026, 2, 14)),
    }


@pytest.mark.parametrize(
    "columns",
    [
        (
            "*InvoiceNo,*Customer,*InvoiceDate,*DueDate,*Item(Product/Service),*ItemAmount,"
            "Item Tax Amount,*Item Tax Code,Currency"
        ),
        (
            "*InvoiceNo,*Customer,*InvoiceDate,*DueDate,*Item(Product/Service),*ItemAmount,"
            "ItemTaxAmount,ItemTaxCode,Currency"
        ),
    ],
)
def test_quickbooks_template_in_its_variants_adds_the_tax(columns: str) -> None:
    found = read(f"{columns}\n1,Ada,13/01/2026,13/02/2026,Work,10.00,1.90,S,EUR\n")

    assert found.by_number["1"].total == Decimal("11.90")


def test_credit_memos_of_an_aging_list_stand_below_zero_and_payments_above_zero_are_refused() -> (
    None
):
    found = read(
        "Date,Transaction type,Num,Customer,Due date,Open balance\n"
        "2026-01-15,Invoice,1,Ada,2026-02-15,100.00\n"
        "2026-01-16,Credit Memo,2,Ada,,-30.00\n"
        "2026-01-17,Payment,3,Ada,,-20.00\n"
        "2026-01-18,Payment,4,Ada,,20.00\n"
        "2026-01-19,Journal Entry,5,Ada,,-5.00\n"
    )

    assert {d.number: (d.type, d.open) for d in found.documents} == {
        "1": (INVOICE, 100), "2": (CREDIT_NOTE, 30), "3": (PAYMENT, 20), "5": (CREDIT_NOTE, 5),
    }  # fmt: skip
    assert found.errors == [(5, "takes_back")]


# --- Stripe -----------------------------------------------------------------------------------


@real
def test_stripe_gives_open_and_paid_invoices_and_passes_over_drafts() -> None:
    head = (HEADERS / "stripe_invoices_export.columns.txt").read_text().split("\n")
    head = [one.strip() for one in head if one.strip()]

    def row(**given: str) -> list[str]:
        values = {"Currency": "eur", "Customer": "cus_1", "Customer Name": "Ada", **given}
        return [
            values.get(one.replace(" ", "_").replace("(UTC)", "UTC"), values.get(one, ""))
            for one in head
        ]

    found = read(
        lines(
            head,
            row(id="in_1", Number="A-1", Status="open", Amount_Due="120,00", Amount_Paid="20,00",
                Total="120,00", Date_UTC="2026-01-15 10:00", Due_Date_UTC="2026-02-14 10:00"),
            row(id="in_2", Number="A-2", Status="paid", Amount_Due="50,00", Amount_Paid="50,00",
                Total="50,00", Date_UTC="2026-01-16 10:00", Paid_At_UTC="2026-01-20 11:30"),
            row(id="in_3", Number="", Status="draft", Amount_Due="9,00", Total="9,00"),
            row(id="in_4", Number="A-4", Status="void", Amount_Due="9,00", Total="9,00"),
            row(id="in_5", Number="A-5", Status="uncollectible", Amount_Due="9,00", Total="9,00"),
        )
    )  # fmt: skip

    assert found.errors == []
    assert found.understood.layout == "stripe_invoices_export"
    one, two = found.documents
    assert (one.number, one.customer, one.currency) == ("A-1", "cus_1", "EUR")
    assert (one.total, one.open, one.due) == (120, 100, date(2026, 2, 14))
    assert (two.settled_on, two.open) == (date(2026, 1, 20), 0)
    assert found.understood.skipped == {"draft": 1, "void": 2}
    assert found.understood.holds == DOCUMENTS


# --- Zoho -------------------------------------------------------------------------------------


@real
def test_zoho_lines_are_one_invoice_and_drafts_are_not_dunned() -> None:
    found = read_path(HEADERS / "zoho_books_invoice_export.csv")

    assert {d.number: (d.total, d.open) for d in found.documents} == {
        "INV-0001": (Decimal("819.2"), Decimal("819.2")),
        "INV-0002": (Decimal("885.4"), 0),
    }
    assert found.understood.skipped == {"draft": 1}
    assert [len(row.cells) for row in found.rows] == [2, 1]


@real
def test_the_full_zoho_export_names_customer_and_currency() -> None:
    found = filled(
        "zoho_books_invoice_export_full.header.csv",
        {"Invoice Date": "2026-01-15", "Invoice ID": "1", "Invoice Number": "A", "Balance": "70",
         "Invoice Status": "Overdue", "Customer Name": "Ada", "Customer ID": "77",
         "Due Date": "2026-02-15", "Currency Code": "INR", "Item Total": "100", "Total": "118"},
    )  # fmt: skip

    (invoice,) = found.documents
    assert (invoice.customer, invoice.name, invoice.currency) == ("77", "Ada", "INR")
    assert (invoice.total, invoice.open, invoice.due) == (118, 70, date(2026, 2, 15))


@real
def test_a_zoho_payment_over_its_invoice_leaves_the_rest_on_account() -> None:
    found = read_path(HEADERS / "zoho_books_customer_payments_export.csv")

    assert found.understood.holds == PAYMENTS
    first, second = found.documents
    assert (first.type, first.total, first.invoice) == (PAYMENT, Decimal("885.4"), "INV-0002")
    assert (second.total, second.invoice, second.allocated) == (1000, "INV-0001", Decimal("819.2"))
    assert second.total is not None
    assert second.allocated is not None
    assert second.total - second.allocated == Decimal("180.80")
    assert second.settled_on == date(2025, 6, 12)


@real
def test_the_zoho_list_reads_amounts_in_lakh() -> None:
    found = read_path(HEADERS / "zoho_ui_list_export_indian_amounts.csv")

    assert {d.number: (d.total, d.open) for d in found.documents} == {
        "INV-0001": (128500, 128500),
        "INV-0002": (64000, 0),
    }
    assert found.by_number["INV-0001"].issued == date(2026, 8, 10)


# --- Sage, NetSuite ---------------------------------------------------------------------------


@real
def test_sage_50_transactions_are_told_by_their_two_letters() -> None:
    base = {"Account Reference": "ADA1", "Date": "15/01/2026", "Net Amount": "100.00"}
    found = filled(
        "sage50_audit_trail_import.header.csv",
        {**base, "Type": "SI", "Reference": "1", "Tax Amount": "20.00"},
        {**base, "Type": "SI", "Reference": "1", "Net Amount": "10.00", "Tax Amount": "2.00"},
        {**base, "Type": "SC", "Reference": "2", "Tax Amount": "20.00"},
        {**base, "Type": "SA", "Reference": "BACS", "Tax Amount": "0.00"},
        {**base, "Type": "PI", "Reference": "3", "Tax Amount": "20.00"},
        {**base, "Type": "BP", "Reference": "4", "Tax Amount": "0.00"},
    )

    assert {d.number: (d.type, d.total) for d in found.documents} == {
        "1": (INVOICE, 132), "2": (CREDIT_NOTE, 120), "": (PAYMENT, 100),
    }  # fmt: skip
    assert found.errors == [(6, "payables")]
    assert found.understood.skipped == {"other_ledger": 1}
    assert found.by_number["1"].due is None


@real
def test_sage_intacct_states_the_total_on_the_first_line() -> None:
    found = filled(
        "sage_intacct_ar_invoice_import.header.csv",
        {"INVOICE_NO": "1", "CUSTOMER_ID": "C1", "CREATED_DATE": "01/15/2026", "TOTAL_DUE": "30",
         "TERM_NAME": "N30", "LINE_NO": "1", "AMOUNT": "10"},
        {"LINE_NO": "2", "AMOUNT": "20"},
    )  # fmt: skip

    (invoice,) = found.documents
    assert (invoice.customer, invoice.total, invoice.due) == ("C1", 30, None)
    assert invoice.issued == date(2026, 1, 15)


@real
def test_netsuite_names_the_customer_above_and_an_empty_balance_is_unknown() -> None:
    found = read_path(HEADERS / "netsuite_ar_aging_detail.csv")

    (invoice,) = found.documents
    assert (invoice.customer, invoice.name) == ("DORM-1 ACME PTE LTD", "ACME PTE LTD")
    assert (invoice.number, invoice.open) == ("BSD-786/1", 1250)
    assert found.errors == [(10, "missing")]
    assert "unknown, not zero" in found.said
    assert found.understood.as_of == date(2026, 8, 17)
    assert found.understood.skipped == {"title": 4, "blank": 2, "group": 1}


def test_netsuite_totals_of_a_customer_and_of_all_are_passed_over() -> None:
    found = read(
        "Customer,Transaction Type,Date,Document Number,Due Date,Age,Open Balance\n"
        "Ada\n"
        ",Invoice,2026-01-15,1,2026-02-15,5,10.00\n"
        "Total - Ada,,,,,,10.00\n"
        "Bob\n"
        ",Invoice,2026-01-15,2,2026-02-15,5,20.00\n"
        ",Payment,2026-01-16,3,,,-5.00\n"
        "Total - Bob,,,,,,15.00\n"
        "Total,,,,,,25.00\n"
    )

    assert found.errors == []
    assert {d.number: (d.customer, d.type, d.open) for d in found.documents} == {
        "1": ("Ada", INVOICE, 10), "2": ("Bob", INVOICE, 20), "3": ("Bob", PAYMENT, 5),
    }  # fmt: skip
    assert found.understood.skipped == {"group": 2, "total": 3}
    assert found.understood.as_of == date(2026, 2, 20)  # due day and age agree on it


# --- SAP --------------------------------------------------------------------------------------


@real
def test_a_sap_subtotal_that_repeats_account_and_amount_is_passed_over() -> None:
    found = read_path(HEADERS / "sap_fbl5n_style_subtotals.csv")

    (note,) = found.documents
    assert (note.type, note.open) == (CREDIT_NOTE, Decimal("30213.31"))
    assert found.understood.skipped == {"subtotal": 1}
    assert found.understood.as_of == date(2025, 9, 29)


@real
def test_the_control_total_of_sap_is_what_its_rows_add_up_to() -> None:
    as_of = date(2026, 6, 9)
    found = read_path(HEADERS / "sap_ar_details_control_total.xlsx", on=as_of)

    assert found.errors == []
    owed = [(d, d.open or Decimal()) for d in found.documents if d.type == INVOICE]
    credits = sum((d.open or Decimal() for d in found.documents if d.type == PAYMENT), Decimal())
    assert sum(amount for _, amount in owed) - credits == 7_960_000
    assert credits == 500_000
    overdue = [((as_of - d.due).days, amount) for d, amount in owed if d.due and d.due < as_of]
    assert (len(overdue), sum(amount for _, amount in overdue)) == (7, 5_960_000)
    assert sum(a for late, a in overdue if late <= 30) == 2_260_000
    assert sum(a for late, a in overdue if 30 < late <= 60) == 2_200_000
    assert sum(a for late, a in overdue if late > 90) == 1_500_000
    assert {d.currency for d in found.documents} == {"XAF"}
    assert found.understood.skipped == {"total": 1}


def sap_headers(language: int) -> list[str]:
    """The headings of one of the three languages of a real translation table."""
    text = (HEADERS / "sap_fbl5n_columns_en_nl_fr.csv").read_text(encoding="utf-8-sig")
    return [line.split(",")[language] for line in text.splitlines()[1:]]


@real
@pytest.mark.parametrize("language", [0, 1, 2], ids=["English", "Dutch", "French"])
@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "backwards"])
def test_sap_line_items_in_three_languages_and_any_order(language: int, order: int) -> None:
    cells = ["100", "Z1", "9001", "13.02.2026", "RV", "1.234,50", "5", "140000"]
    found = read(lines(sap_headers(language)[::order], cells[::order], delimiter=";"))

    assert found.understood.layout == "sap_fbl5n"
    (invoice,) = found.documents
    assert (invoice.customer, invoice.number) == ("100", "9001")
    assert (invoice.open, invoice.due) == (Decimal("1234.50"), date(2026, 2, 13))
    assert found.understood.as_of == date(2026, 2, 18)


def test_sap_document_types_and_signs() -> None:
    found = read(
        "Konto;Belegnummer;Belegart;Belegdatum;Nettofälligkeit;Betrag in Hauswährung;Hauswährung\n"
        "100;1;RV;13.01.2026;13.02.2026;100,00;EUR\n"
        "100;2;DR;13.01.2026;13.02.2026;50,00;EUR\n"
        "100;3;DG;14.01.2026;14.01.2026;20,00-;EUR\n"
        "100;4;RV;14.01.2026;14.01.2026;-10,00;EUR\n"
        "100;5;DZ;15.01.2026;15.01.2026;-30,00;EUR\n"
        "100;6;ZP;15.01.2026;15.01.2026;-5,00;EUR\n"
        "100;7;AB;15.01.2026;15.01.2026;-5,00;EUR\n"
        "100;8;AB;15.01.2026;15.01.2026;15,00;EUR\n"
        "100;;;;;95,00;EUR\n"
        "700;9;KR;15.01.2026;15.01.2026;-15,00;EUR\n"
        ";;;;;95,00;EUR\n"
    )

    assert {d.number: (d.type, d.open) for d in found.documents} == {
        "1": (INVOICE, 100), "2": (INVOICE, 50), "3": (CREDIT_NOTE, 20), "4": (CREDIT_NOTE, 10),
        "5": (PAYMENT, 30), "6": (PAYMENT, 5), "7": (PAYMENT, 5), "8": (INVOICE, 15),
    }  # fmt: skip
    assert found.errors == [(11, "payables")]
    assert found.understood.skipped == {"subtotal": 1, "total": 1}


def test_sap_xlsx_ends_in_a_total_row_for_each_currency() -> None:
    found = read_sheets(
        sheet(
            [
                ["Account", "Document Number", "Document Type", "Posting Date", "Net due date",
                 "Amount in doc. curr.", "Document currency", "Amount in local currency"],
                ["100", "1", "RV", date(2026, 1, 13), date(2026, 2, 13), 10.5, "EUR", 10.5],
                ["100", "2", "RV", date(2026, 1, 13), date(2026, 2, 13), 20, "USD", 18.2],
                ["", "", "", "", "", 10.5, "EUR", 10.5],
                ["", "", "", "", "", 20, "USD", 18.2],
            ]
        )
    )  # fmt: skip

    assert found.errors == []
    assert {d.number: (d.open, d.currency) for d in found.documents} == {
        "1": (Decimal("10.5"), "EUR"), "2": (20, "USD"),
    }  # fmt: skip
    assert found.understood.skipped == {"total": 2}


def test_sap_items_with_a_clearing_date_were_paid_that_day() -> None:
    found = read(
        "Account,Document Number,Document Type,Net due date,Amount in local currency,"
        "Local Currency,Clearing date\n"
        "100,1,RV,2026-02-13,10.00,EUR,2026-02-20\n"
        "100,2,RV,2026-02-14,20.00,EUR,\n"
    )

    assert {d.number: (d.settled_on, d.total) for d in found.documents} == {
        "1": (date(2026, 2, 20), 10), "2": (None, 20),
    }  # fmt: skip
    assert found.understood.holds == DOCUMENTS


# --- India, Germany, Exact --------------------------------------------------------------------


@real
def test_tally_is_a_statement_of_the_end_of_its_period() -> None:
    found = read_path(HEADERS / "tally_bills_receivable.csv")

    (invoice,) = found.documents
    assert (invoice.number, invoice.name, invoice.open) == ("S/101", "Mehta Hardware", 128500)
    assert (invoice.issued, invoice.due) == (date(2026, 8, 12), date(2026, 9, 11))
    assert found.understood.as_of == date(2026, 9, 27)
    assert found.understood.questions[0].answers[0][0] == "currency: INR"


def test_tally_credits_are_no_invoices() -> None:
    found = read(
        "Date,Ref. No.,Party's Name,Pending Amount,Due on\n"
        "12-Aug-2026,S/1,Ada,100.00 Dr,11-Sep-2026\n"
        '13-Aug-2026,R/1,Ada,"1,40,000.00 Cr",\n'
    )

    assert {d.number: (d.type, d.open) for d in found.documents} == {
        "S/1": (INVOICE, 100), "R/1": (CREDIT_NOTE, 140000),
    }  # fmt: skip


@real
def test_busy_bills_are_sales() -> None:
    found = read_path(HEADERS / "busy_bills.csv")

    (invoice,) = found.documents
    assert (invoice.number, invoice.total, invoice.open) == ("B-12", 64000, 40000)
    assert (invoice.phone, invoice.issued) == ("+91 98100 00001", date(2026, 8, 5))


def test_vyapar_says_what_is_paid() -> None:
    found = read(
        "Party Name,Invoice No,Invoice Date,Total Amount,Balance Due,Payment Status\n"
        "Ada,1,15/01/2026,100,40,Partial\nBob,2,16/01/2026,50,0,Paid\n"
    )

    assert found.understood.layout == "vyapar_sales"
    assert {d.number: d.open for d in found.documents} == {"1": 40, "2": 0}


@real
def test_the_german_list_with_part_payments_gives_what_is_left() -> None:
    found = read_path(HEADERS / "de_offene_rechnungen_teilzahlung.csv")

    assert {d.number: d.open for d in found.documents} == {"RE-1001": 1000, "RE-1002": 0}
    assert found.by_number["RE-1001"].total == 1190
    assert found.understood.holds == STATEMENT


@real
def test_the_german_list_of_open_items_names_all_it_needs() -> None:
    head = header("de_offene_posten_debitoren.header.csv")
    cells = ["RE-1", "Meyer GmbH", "13.01.2026", "12.02.2026", "1.190,00", "190,00", "1.000,00",
             "EUR", "Ja", "18"]  # fmt: skip
    found = read(lines(head, cells, delimiter=";"))

    (invoice,) = found.documents
    assert (invoice.name, invoice.open, invoice.currency) == ("Meyer GmbH", 1000, "EUR")
    assert found.understood.as_of == date(2026, 3, 2)


@real
def test_sevdesk_bills_are_refused() -> None:
    found = read_path(HEADERS / "sevdesk_belege.csv")

    assert found.errors == [(0, "payables")]
    assert "Lieferant" in found.said
    assert "Rechnungen" in found.said


def test_exact_receivables_are_paid_or_open() -> None:
    found = read(
        "AccountCode,AccountName,InvoiceNumber,InvoiceDate,DueDate,TransactionAmountDC,AmountDC,"
        "IsFullyPaid,PaymentConditionDescription,Description\n"
        "100,Ada,1,2026-01-15,2026-02-14,100.00,60.00,false,30 days,x\n"
        "100,Ada,2,2026-01-15,2026-02-14,100.00,100.00,true,30 days,x\n"
    )

    assert found.understood.layout == "exact_receivables"
    assert {d.number: (d.total, d.open) for d in found.documents} == {"1": (100, 60), "2": (100, 0)}


# --- DATEV ------------------------------------------------------------------------------------

EXTF = (
    '"EXTF";700;21;"Buchungsstapel";9;20260306;;"XY";"A";"";1001;456;20260101;4;20260201;20260228'
)
POSTINGS = (
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;"
    "Gegenkonto (ohne BU-Schlüssel);Belegdatum;Belegfeld 1;Buchungstext;Fälligkeit;Generalumkehr"
)


def datev(*rows: str, metadata: str = EXTF + ';"x";"";1;;0;"EUR"') -> Read:
    text = "\r\n".join((metadata, POSTINGS, *rows)) + "\r\n"
    return read(text.encode("cp1252"), "EXTF_Buchungsstapel.csv")


def test_datev_postings_to_accounts_of_customers_are_invoices_notes_and_payments() -> None:
    found = datev(
        '100,00;"S";"";10000;8400;1302;"RE-1";"Ware";14032026;',
        '19,00;"S";"";10000;8300;1302;"RE-1";"Buch";14032026;',
        '20,00;"H";"";10000;8400;1402;"GS-1";"Nachlass";;',
        '80,00;"S";"";1200;10000;202;"RE-1";"Überweisung";;',
        '7,00;"H";"";70001;4940;1502;"ER-1";"Papier";;',
        '5,00;"S";"";4940;1200;1602;"B-1";"Porto";;',
        '30,00;"S";"USD";10001;8400;1702;"RE-2";"Ware";;',
    )

    assert found.errors == []
    assert found.understood.encoding == "Windows-1252"
    assert {(d.number, d.type): (d.customer, d.total, d.currency) for d in found.documents} == {
        ("RE-1", INVOICE): ("10000", 119, "EUR"),
        ("GS-1", CREDIT_NOTE): ("10000", 20, "EUR"),
        ("", PAYMENT): ("10000", 80, "EUR"),
        ("RE-2", INVOICE): ("10001", 30, "USD"),
    }
    invoice, payment = found.by_number["RE-1"], found.by_number[""]
    assert (invoice.issued, invoice.due) == (date(2026, 2, 13), date(2026, 3, 14))
    assert (payment.invoice, payment.settled_on) == ("RE-1", date(2026, 2, 2))
    assert payment.reference == "Überweisung"
    assert found.understood.skipped == {"payable": 1, "other_ledger": 1}


def test_a_datev_posting_that_undoes_an_invoice_is_a_credit_for_it() -> None:
    found = datev('100,00;"S";"";10000;8400;1302;"RE-1";"Ware";;1')

    (note,) = found.documents
    assert (note.type, note.invoice, note.total) == (CREDIT_NOTE, "RE-1", 100)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('100,00;"X";"";10000;8400;1302;"RE-1";"";;', "unknown_word"),
        ('100,00;"S";"";10000;8400;3202;"RE-1";"";;', "bad_date"),
        ('100,00;"S";"";10000;8400;;"RE-1";"";;', "bad_date"),
        ('100,00;"S";"";10000;8400;1302;"";"";;', "missing"),
        ('0,00;"S";"";10000;8400;1302;"RE-1";"";;', "not_positive"),
        ('1x;"S";"";10000;8400;1302;"RE-1";"";;', "bad_amount"),
        ('1,234;"S";"";10000;8400;1302;"RE-1";"";;', "bad_amount"),
        ('1,00;"S";"ABC";10000;8400;1302;"RE-1";"";;', "bad_currency"),
        ('1,00;"S";"";10000;8400;1302;"RE-1";"";99;', "bad_date"),
        ('1,00;"S";"";10000;1200;1302;"RE-1";"zurück";;', "takes_back"),
    ],
)
def test_a_bad_datev_posting_says_what_to_mend(row: str, code: str) -> None:
    assert datev(row).errors == [(3, code)]


def test_days_of_a_datev_period_over_the_new_year_are_of_two_years() -> None:
    metadata = EXTF.replace("20260201;20260228", "20261201;20270131") + ';"x";"";1;;0;"EUR"'
    found = datev(
        '1,00;"S";"";10000;8400;3112;"A";"";;',
        '1,00;"S";"";10000;8400;201;"B";"";;',
        metadata=metadata,
    )

    assert found.by_number["A"].issued == date(2026, 12, 31)
    assert found.by_number["B"].issued == date(2027, 1, 2)


def test_datev_master_data_are_customers_without_the_suppliers() -> None:
    metadata = EXTF.replace('21;"Buchungsstapel"', '16;"Debitoren/Kreditoren"')
    head = (
        "Konto;Name (Adressatentyp Unternehmen);Name (Adressatentyp natürl. Person);"
        "Vorname (Adressatentyp natürl. Person);Straße;Postleitzahl;Ort;Land;Telefon;E-Mail;Sprache"
    )
    text = "\r\n".join(
        (
            metadata,
            head,
            "10000;;Muster;Ada;Am Weg 1;50999;Köln;DE;0221/1234567;ada@example.com;1",
            "10001;Meyer GmbH;;;;;;;;;5",
            "70001;Papier AG;;;;;;;;;",
        )
    )
    found = read(text.encode("cp1252"), "EXTF_Stammdaten.csv")

    assert [row.body for row in found.rows] == [
        {
            "type": "customer", "customer": "10000", "name": "Ada Muster", "country": "DE",
            "phone": "0221/1234567", "email": "ada@example.com", "language": "de",
            "address": {"lines": ["Am Weg 1"], "postcode": "50999", "city": "Köln"},
        },
        {"type": "customer", "customer": "10001", "name": "Meyer GmbH", "language": "en"},
    ]  # fmt: skip
    assert found.understood.skipped == {"payable": 1}


def test_datev_files_of_other_kinds_are_refused_by_their_name() -> None:
    metadata = EXTF.replace('21;"Buchungsstapel"', '20;"Kontenbeschriftungen"')
    found = read(f"{metadata}\r\nKonto;Kontenbeschriftung;Sprach-ID\r\n400;x;de-DE\r\n")

    assert found.errors == [(0, "no_receivables")]
    assert "Kontenbeschriftungen" in found.said


# --- bills, whoever wrote them ----------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["Vendor", "Supplier Name", "Lieferant", "Fournisseur", "Proveedor", "Fornitore",
                "Leverancier"]
)  # fmt: skip
def test_lists_of_bills_are_refused_whatever_their_layout(heading: str) -> None:
    found = read(f"Number,{heading},Date,Amount,Currency\n1,Adobe,2026-01-13,5.00,EUR\n")

    assert found.errors == [(0, "payables")]
    assert repr(heading) in found.said


def test_a_supplier_beside_a_customer_is_the_one_who_writes() -> None:
    found = read("Number,Supplier,Customer,Date,Amount,Currency\n1,Us,Ada,2026-01-13,5.00,EUR\n")

    assert found.by_number["1"].name == "Ada"
