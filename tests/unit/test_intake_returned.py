"""The list of bad rows comes back mended: read as the file was that the rows are of, and taken as
those rows alone."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from dunning.domain.account import Account
from dunning.domain.intake.cells import text_of
from dunning.domain.intake.returned import as_text, names_for
from python_calamine import CalamineWorkbook

from tests.unit.importing import TODAY, Cell
from tests.unit.test_intake_layouts import HEADERS

LEDGERS = HEADERS.parent / "ar-ledgers"
HEAD = "Invoice No,Customer,Invoice Date,Due Date,Amount,Currency\n"
STATEMENT = "Invoice No,Customer,Invoice Date,Due Date,Amount,Open Amount,Currency\n"
SAMPLES = (
    "busy_bills.csv", "de_offene_rechnungen_teilzahlung.csv", "netsuite_ar_aging_detail.csv",
    "quickbooks_ar_aging_detail.csv", "quickbooks_open_invoices_style.csv",
    "sap_ar_details_control_total.xlsx", "sap_fbl5n_style_subtotals.csv",
    "tally_bills_receivable.csv", "xero_sales_invoices_export.csv", "xero_style_reduced.csv",
    "zoho_books_customer_payments_export.csv", "zoho_books_invoice_export.csv",
    "zoho_ui_list_export_indian_amounts.csv", "xero_SalesInvoiceTemplate_filled.csv",
)  # fmt: skip
"""Every layout of which there are rows."""
DAYS = "2026-01-01,2026-01-31"


def cell(**settings: object) -> Cell:
    found = Cell()
    known = {"creditor": "acme", "name": "Acme", "country": "DE", "time_zone": "Europe/Berlin"}
    found.upload("creditor.json", json.dumps({**known, "currency": "EUR", **settings}), "config")
    return found


def mended(of: Cell, name: str, bad: str, good: str) -> str:
    text = of.output(name, "errors.csv").decode("utf-8-sig")
    assert text.count(bad) >= 1
    head, _, rows = text.partition("\n")
    found = []
    for row in rows.splitlines():
        cells = row.split(f",{bad},")
        found.append(f",{good},".join(cells))
    return "\n".join([head, *found])


def open_of(of: Cell) -> dict[str, int]:
    accounts = [one for one in of.state().values() if isinstance(one, Account)]
    return {item.ref.invoice: item.open for one in accounts for item in one.open}


def statement(*rows: tuple[str, str]) -> str:
    return STATEMENT + "".join(f"{n},Foo,{DAYS},100.00,{left},EUR\n" for n, left in rows)


def layout_of(text: str) -> str:
    return str(cell().upload("probe.csv", text)["understood"]["layout"])


@pytest.mark.parametrize("missing", ["settled", "keep"])
@pytest.mark.parametrize("kept", ["both", "reason"])
def test_mended_rows_of_a_statement_are_no_statement(missing: str, kept: str) -> None:
    of, text = cell(), statement(("I1", "40.00"), ("I2", "100.00"))
    mapping = f"layout: {layout_of(text)}\nmissing: {missing}\nas_of: 2026-02-10\n"
    of.upload("mappings/m.yaml", mapping, "config")
    of.upload("a.csv", text)
    of.upload("b.csv", statement(("I1", "40.00"), ("I2", "abc")))
    again = mended(of, "b.csv", "abc", "90.00")
    if kept == "reason":
        again = "\n".join(line.rpartition(",")[0] for line in again.splitlines())

    report = of.upload("b.errors.csv", again)

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert report["understood"]["as_of"] == "2026-02-10"
    assert report["understood"]["layout"] == layout_of(text)
    assert not [one for one in report["warnings"] if "missing" in one or "statement" in one]
    assert "absent" not in report["understood"]
    assert open_of(of) == {"I1": 4000, "I2": 9000}


def test_mended_rows_keep_the_day_of_their_statement_and_the_next_one_is_taken() -> None:
    of = cell()
    for name, day, left in (("a.csv", "31 December 2025", "100.00"), ("b.csv", "", "70.00")):
        title = f"As of {day or '31 January 2026'}\n"
        rows = "".join(
            f"{n},Foo,2025-11-01,2025-12-01,100.00,{o},EUR\n"
            for n, o in (("I1", "60.00"), ("I2", "abc" if day else left))
        )
        of.upload(name, title + STATEMENT + rows)
        if day:
            report = of.upload("a.errors.csv", mended(of, name, "abc", left))
            assert report["understood"]["as_of"] == "2025-12-31"
            assert open_of(of) == {"I1": 6000, "I2": 10000}

    assert of.result("b.csv")["rejected"] == 0
    assert open_of(of) == {"I1": 6000, "I2": 7000}


def test_an_answer_that_is_kept_for_a_layout_holds_for_its_mended_rows() -> None:
    of = cell()
    text = HEAD + "I1,Foo,01/02/2026,03/04/2026,100.00,EUR\nI2,Foo,02/03/2026,05/06/2026,abc,EUR\n"
    layout = of.upload("a.csv", text)["understood"]["layout"]
    of.upload("mappings/m.yaml", f"layout: {layout}\ndates: month_first\n", "config")
    of.upload("a.csv", text)

    report = of.upload("a.errors.csv", mended(of, "a.csv", "abc", "50.00"))

    assert (report["questions"], report["accepted"]) == ([], 1)
    assert report["understood"]["layout"] == layout
    assert report["understood"]["mapping"] == "m.yaml"
    assert {item.due for item in of.account("Foo").open} == {date(2026, 3, 4), date(2026, 5, 6)}


@pytest.mark.parametrize(
    ("bad", "rows", "good"),
    [
        (
            "abc",
            "I1,Foo,25/02/2026,26/02/2026,9.50,EUR\nI2,Foo,02/03/2026,05/06/2026,abc,EUR",
            "50.00",
        ),
        (
            "3x/06/2026",
            'I1,Foo,01.02.2026,01.03.2026,"9,50",EUR\nI2,Foo,01.02.2026,3x/06/2026,1.234,EUR',
            "01.03.2026",
        ),
    ],
)
def test_what_other_rows_told_is_not_asked_of_the_mended_ones(
    bad: str, rows: str, good: str
) -> None:
    of, whole = cell(), cell()
    of.upload("a.csv", HEAD + rows + "\n")
    report = of.upload("a.errors.csv", mended(of, "a.csv", bad, good))
    whole.upload("a.csv", HEAD + rows.replace(bad, good) + "\n")

    assert (report["questions"], report["rejected"]) == ([], 0)
    assert of.account("Foo").open == whole.account("Foo").open


def test_rows_that_are_still_bad_come_back_as_they_went() -> None:
    of = cell()
    of.upload("a.csv", HEAD + f"I1,Foo,{DAYS},abc,EUR\nI2,Foo,{DAYS},9.00,EUR\n")
    of.upload("b.csv", of.output("a.csv", "errors.csv"))

    assert of.output("a.csv", "errors.csv") == of.output("b.csv", "errors.csv")


def test_a_files_own_columns_of_our_names_stay_its_own() -> None:
    assert names_for(["No", "Reason", "read_as"], read_as=True) == (
        "import_reason",
        "import_read_as",
    )
    assert names_for(["No"], read_as=False) == ("reason",)
    assert as_text(layout="x", dates="", as_of=None, decimal=",") == "layout=x; decimal=,"


def test_postings_of_datev_go_there_and_back() -> None:
    path = LEDGERS / "datev" / "EXTF_Buchungsstapel.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    body, number = path.read_bytes(), b"RE201802-135"
    assert body.count(number) == 1
    of, whole = cell(terms={"days": 14}), cell(terms={"days": 14})
    of.upload("a.csv", body.replace(number, b""))
    (header, *rows) = of.bad_rows("a.csv")
    assert of.result("a.csv")["rejected"] == len(rows) == 1
    at = header.index("Belegfeld 1")
    rows[0][at] = number.decode()
    again = "\n".join(",".join(f'"{c}"' for c in row) for row in (header, *rows))
    report = of.upload("a.errors.csv", again)
    whole.upload("a.csv", body)

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert report["understood"]["layout"] == "datev_buchungsstapel"
    assert open_of(of) == open_of(whole) != {}


def packed(**files: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return found.getvalue()


def test_a_statement_in_an_archive_settles_what_it_lacks() -> None:
    of, text = cell(), statement(("I1", "40.00"), ("I2", "100.00"))
    of.upload("a.csv", text)
    mapping = f"layout: {layout_of(text)}\nmissing: settled\n"
    of.upload("mappings/m.yaml", mapping, "config")

    report = of.upload("z.zip", packed(a=statement(("I1", "40.00"))))

    assert any("1 invoices were open here" in one for one in report["warnings"])
    assert open_of(of) == {"I1": 4000}


def test_statements_of_several_days_in_an_archive_settle_nothing_and_the_report_says_why() -> None:
    of, text = cell(), statement(("I1", "40.00"), ("I2", "100.00"))
    of.upload("a.csv", text)
    mapping = f"layout: {layout_of(text)}\nmissing: settled\n"
    of.upload("mappings/m.yaml", mapping, "config")
    older = "As of 10 February 2026\n" + statement(("I3", "40.00")).replace("Foo", "Bar")

    report = of.upload("z.zip", packed(a=statement(("I1", "40.00")), b=older))

    (said,) = [one for one in report["warnings"] if "left open" in one]
    assert "its statements are of several days" in said
    assert {"I1", "I2"} <= open_of(of).keys()
    assert date(2026, 2, 10) < TODAY


def rows_of(name: str) -> list[list[str]]:
    """The rows of a sample, whatever its format."""
    path = HEADERS / name
    path = path if path.is_file() else LEDGERS / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        return [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    text = path.read_text("utf-8-sig")
    delimiter = max(",;\t", key=text.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def as_text_of(rows: list[list[str]]) -> str:
    found = io.StringIO()
    csv.writer(found).writerows(rows)
    return found.getvalue()


def known(of: Cell) -> dict[str, tuple[object, ...]]:
    """What is open and on account, by customer."""
    accounts = [one for one in of.state().values() if isinstance(one, Account)]
    return {
        one.head.customer: (
            sorted((str(i.ref), i.due, i.open, i.currency) for i in one.open),
            one.head.credit,
        )
        for one in accounts
    }


@pytest.mark.parametrize("archived", [False, True], ids=["file", "archive"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_row_mended_through_the_list_says_what_it_would_have_said_at_first(
    name: str, archived: bool
) -> None:
    """Of every layout: each row with a bad day, mended, is the row as it was good."""
    rows, ending = rows_of(name), "zip" if archived else "csv"
    # A dollar sign says which dollar by the creditor's own alone.
    settings = {"terms": {"days": 14}, "currency": "USD" if name.startswith("quick") else "EUR"}
    whole = cell(**settings)
    report = whole.upload("a.csv", as_text_of(rows))
    taken, bad_before = report["understood"]["columns"], report["rejected"]
    heading = next(taken[one] for one in ("issued", "due", "settled_on") if one in taken)
    head = next(n for n, row in enumerate(rows) if heading in [one.strip() for one in row])
    at = [one.strip() for one in rows[head]].index(heading)
    mended = 0
    for n in range(head + 1, min(len(rows), head + 12)):
        if len(rows[n]) <= at or not rows[n][at].strip():
            continue
        spoilt = [[*r[:at], "never", *r[at + 1 :]] if k == n else r for k, r in enumerate(rows)]
        of, text = cell(**settings), as_text_of(spoilt)
        report = of.upload(f"a.{ending}", packed(a=text) if archived else text)
        if report["rejected"] == bad_before:
            continue  # a draft, a subtotal: nothing is taken of it, good or bad
        again = [
            [rows[n][at] if one == "never" else one for one in row]
            for row in of.bad_rows(f"a.{ending}")
        ]
        report = of.upload("a.errors.csv", as_text_of(again))
        assert (report["rejected"], report["questions"]) == (bad_before, [])
        assert known(of) == known(whole) != {}
        mended += 1
    assert mended
