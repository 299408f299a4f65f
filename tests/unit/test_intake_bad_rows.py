"""Bad rows of several files, and files refused as a whole: what `errors.csv` says of them, and what
becomes of it when it is uploaded again."""

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import samples
from tests.unit.importing import Cell
from tests.unit.tables import HEADERS, read_sheets, sheet
from tests.unit.test_intake_returned import open_of

SHEET = "Invoice No,Customer,Invoice Date,Due Date,Amount,Currency\n"
GERMAN = "Rechnungsnummer;Kunde;Rechnungsdatum;Fällig am;Bruttobetrag\n"
MEMBERS = {
    "b/jan.csv": SHEET + "I1,Foo,2026-01-01,2026-01-31,100.00,EUR\n"
    "I2,Foo,2026-01-01,never,1.00,EUR\n",
    "b/feb.csv": SHEET + "I3,Foo,2026-02-01,2026-02-28,oops,EUR\n",
    "a/de.csv": GERMAN + "G10;Bar;31.01.2026;28.02.2026;1.234,56 €\n"
    "G20;Bar;31.01.2026;nie;2,50 €\n",
    "c/bank.xml": samples.camt(),
}  # fmt: skip


def packed(files: dict[str, str | bytes]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return found.getvalue()


def cell_in_euro() -> Cell:
    found = Cell()
    found.upload("creditor.json", json.dumps({"creditor": "acme", "currency": "EUR"}), "config")
    return found


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def below(rows: list[list[str]]) -> dict[tuple[str, ...], list[str]]:
    """The first two cells of each row, by the headings above it."""
    found: dict[tuple[str, ...], list[str]] = {}
    header: tuple[str, ...] = ()
    for row in rows:
        if row[0] == "import_file":
            header = tuple(row)
        else:
            found.setdefault(header, []).append(" ".join(row[:2]))
    return found


def test_bad_rows_of_an_archive_stand_by_file_below_headings_of_their_own() -> None:
    cell = cell_in_euro()
    report = cell.upload("z.zip", packed(dict(MEMBERS)))

    assert (report["accepted"], report["rejected"]) == (2, 4)
    sheet, german = (text.replace(";", ",").strip().split(",") for text in (SHEET, GERMAN))
    found = {header[1:-1]: rows for header, rows in below(cell.bad_rows("z.zip")).items()}
    assert found[*german, "reason"] == ["a/de.csv G20"]
    assert found[*sheet, "reason"] == ["b/feb.csv I3", "b/jan.csv I2"]
    (bank,) = found.keys() - {(*german, "reason"), (*sheet, "reason")}
    assert found[bank][0].startswith("c/bank.xml ")
    where = {
        one["in"]: (one["row"], one.get("column"), one.get("value")) for one in report["errors"]
    }
    assert where["b/feb.csv"] == (2, "Amount", "oops")
    assert where["a/de.csv"] == (3, "Fällig am", "nie")


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("order", ["as it came", "sorted"])
def test_mended_rows_of_an_archive_are_taken_as_if_they_had_been_good(
    delimiter: str, order: str
) -> None:
    mends = {"never": "2026-01-31", "oops": "3.00", "nie": "28.02.2026"}
    cell, whole = cell_in_euro(), cell_in_euro()
    cell.upload("z.zip", packed(dict(MEMBERS)))
    rows = [[mends.get(c, c) for c in row] for row in cell.bad_rows("z.zip")]
    rows = [row for row in rows if row[0] != "c/bank.xml"]
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]  # as a spreadsheet saves it
    if order == "sorted":
        rows = rows[:1] + rows[:0:-1] if len({r[0] for r in rows}) == 2 else rows
    report = cell.upload("z.errors.csv", as_csv(rows, delimiter))

    good = {
        name: body.replace("never", "2026-01-31")
        .replace("oops", "3.00")
        .replace("nie", "28.02.2026")
        for name, body in MEMBERS.items()
        if isinstance(body, str)
    }
    whole.upload("z.zip", packed(dict(good)))
    assert (report["accepted"], report["rejected"], report["questions"]) == (3, 0, [])
    assert open_of(cell) == open_of(whole) != {}


def test_a_payment_of_a_bank_statement_in_an_archive_is_mended_in_its_row() -> None:
    cell = cell_in_euro()
    cell.upload("z.zip", packed(dict(MEMBERS)))
    header, row = (r for r in cell.bad_rows("z.zip") if "payer" in r or r[0] == "c/bank.xml")
    row[header.index("customer")] = "Foo"
    report = cell.upload("z.errors.csv", as_csv([header, row]))

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert report["types"] == {"payment": 1}


def test_what_is_still_bad_comes_back_as_it_went() -> None:
    cell = cell_in_euro()
    cell.upload("z.zip", packed({n: b for n, b in MEMBERS.items() if n.endswith(".csv")}))
    cell.upload("y.csv", cell.output("z.zip", "errors.csv"))

    assert cell.output("y.csv", "errors.csv") == cell.output("z.zip", "errors.csv")


def test_a_mended_statement_of_an_archive_settles_nothing() -> None:
    head = "Invoice No,Customer,Invoice Date,Due Date,Amount,Open Amount,Currency\n"
    rows = "".join(
        f"{n},Foo,2026-01-01,2026-01-31,100.00,{left},EUR\n"
        for n, left in (("I1", "40"), ("I2", "x"))
    )
    cell = cell_in_euro()
    layout = cell.upload("probe.csv", head + rows.replace(",x,", ",1,"))["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {layout}\nmissing: settled\n", "config")
    cell.upload("z.zip", packed({"s.csv": head + rows}))
    mended = [[{"x": "70"}.get(c, c) for c in row] for row in cell.bad_rows("z.zip")]
    report = cell.upload("z.errors.csv", as_csv(mended))

    assert report["rejected"] == 0
    assert open_of(cell) == {"I1": 4_000, "I2": 7_000}


ASKS = SHEET + "I1,Foo,01/02/2026,03/04/2026,100.00,EUR\n"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.csv", ASKS, "question"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
        ("a.xml", samples.camt().replace("camt.053", "camt.054"), "unknown_document"),
        ("a.csv", SHEET.replace("Invoice No", "Foo") + "1,2,3,4,5,6\n", "missing_columns"),
    ],
)
def test_a_file_that_was_refused_whole_has_its_reason_and_no_row_to_mend(
    name: str, body: str | bytes, code: str
) -> None:
    cell = cell_in_euro()
    report = cell.upload(name, body)
    header, row = cell.bad_rows(name)

    assert list(report["reasons"]) == [code]
    assert (header, row[0]) == (["import_file", "reason"], name)
    assert row[1].startswith(f"{code}: ")
    again = cell.upload("errors.csv", cell.output(name, "errors.csv"))
    assert list(again["reasons"]) == ["upload_the_file"]
    assert "upload the file itself" in again["errors"][0]["message"]
    assert again["errors"][0]["in"] == name


def test_a_member_that_asks_is_told_beside_the_rows_of_others() -> None:
    cell = cell_in_euro()
    cell.upload("z.zip", packed({"asks.csv": ASKS, "b.csv": MEMBERS["b/feb.csv"]}))
    rows = cell.bad_rows("z.zip")
    assert below(rows)["import_file", "reason"][0].startswith("asks.csv question: ")

    mended = [[{"oops": "3.00"}.get(c, c) for c in row] for row in rows]
    report = cell.upload("errors.csv", as_csv(mended))
    assert (report["accepted"], report["reasons"]) == (1, {"upload_the_file": 1})


def test_documents_of_two_members_that_contradict_each_other_come_back_by_file() -> None:
    one = SHEET + "I1,Foo,2026-01-01,2026-01-31,100.00,EUR\n"
    other = one.replace("100.00", "90.00").replace(",", ";")
    cell = cell_in_euro()
    report = cell.upload("z.zip", packed({"a.csv": one, "b.csv": other}))

    assert report["reasons"] == {"number_conflict": 1}
    assert list(below(cell.bad_rows("z.zip")).values()) == [["a.csv I1", "b.csv I1"]]


def test_a_row_below_its_customer_comes_back_with_the_customer() -> None:
    path = HEADERS / "netsuite_ar_aging_detail.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    text = path.read_text("utf-8-sig")
    cell = cell_in_euro()
    cell.upload("a.csv", text)
    header, row = cell.bad_rows("a.csv")
    assert row[header.index("Customer")] == "DORM-1 ACME PTE LTD"

    row[header.index("Open Balance")] = "99.00"
    report = cell.upload("a.errors.csv", as_csv([header, row]))
    assert report["rejected"] == 0
    assert customers_of(cell) == {"DORM-1 ACME PTE LTD"}


def test_a_row_that_the_ledger_refuses_comes_back_with_its_customer_too() -> None:
    text = (
        "Customer,Invoice No,Invoice Date,Due Date,Amount,Open Amount,Currency\n"
        "Foo Ltd\n,I1,2026-01-01,2026-01-31,100.00,40.00,EUR\n"
        ",I2,2026-01-01,2026-01-31,9.00,9.00,EUR\n"
        "Bar Ltd\n,I1,2026-01-01,2026-01-31,70.00,70.00,EUR\n"
    )
    cell = cell_in_euro()
    cell.upload("a.csv", text.replace("Bar Ltd\n,I1", "Bar Ltd\n,I9"))
    report = cell.upload("b.csv", text.replace("Foo Ltd\n,I1", "Foo Ltd\n,I8"))
    header, row = cell.bad_rows("b.csv")

    assert report["reasons"] == {"number_taken": 1}
    assert row[header.index("Customer")] == "Bar Ltd"


def customers_of(cell: Cell) -> set[str]:
    found: list[Any] = [one for one in cell.state().values() if one]
    return {one.head.customer for one in found}


def test_objects_of_a_billing_system_are_mended_in_their_lines() -> None:
    one = {
        "object": "invoice", "number": "S-1", "currency": "eur", "total": 1_000, "status": "open",
        "customer": "cus_1", "created": 1_767_225_600, "due_date": 1_769_904_000,
    }  # fmt: skip
    cell = cell_in_euro()
    report = cell.upload("a.json", json.dumps([one, {**one, "number": "S-2", "total": "x"}]))
    assert (report["accepted"], report["rejected"]) == (1, 1)

    mended = cell.output("a.json", "errors.csv").decode("utf-8-sig")
    assert mended.count('""total"": ""x""') == 1
    report = cell.upload("errors.csv", mended.replace('""total"": ""x""', '""total"": 250'))
    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert open_of(cell) == {"S-1": 1_000, "S-2": 250}


def test_a_list_that_was_saved_as_a_workbook_is_read_too() -> None:
    cell = cell_in_euro()
    cell.upload("z.zip", packed({n: b for n, b in MEMBERS.items() if n.startswith("b/")}))
    mends: dict[str, object] = {"never": date(2026, 1, 31), "oops": 3.0, "1.00": 1}
    found = read_sheets(sheet([[mends.get(c, c) for c in row] for row in cell.bad_rows("z.zip")]))

    assert (found.errors, found.asked) == ([], [])
    assert {(d.number, d.total, d.due) for d in found.documents} == {
        ("I2", Decimal(1), date(2026, 1, 31)),
        ("I3", Decimal(3), date(2026, 2, 28)),
    }


CELLS = st.sampled_from(
    [
        "import_file",
        "reason",
        "read_as",
        "a.csv",
        "b.csv",
        "",
        "number",
        "customer",
        "amount",
        "line",
    ]
) | st.text("aI1,;\n\"'=é\0", max_size=5)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=12))
def test_whatever_stands_in_such_a_list_is_rows_and_errors(rows: list[list[str]]) -> None:
    text = as_csv([["import_file", "number", "customer", "reason"], *rows])
    found = FilesByName().rows("errors.csv", BytesSource(text.encode()), date(2026, 3, 1))
    for row in found.rows:
        assert (row.error is None) is (row.document is not None or row.body is not None)
        assert row.cells == () or all(len(cells) >= 1 for cells in row.cells)
