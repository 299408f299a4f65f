"""Workbooks as tables: what cells become, and what a crafted one cannot do."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from dunning.adapters.formats import workbook_rows
from dunning.adapters.formats.delimited import table
from dunning.adapters.formats.source import BytesSource, PathSource
from dunning.adapters.formats.workbook import tables
from dunning.domain.intake import amounts, dates
from dunning.domain.intake.cells import Cell, text_of
from dunning.domain.intake.table import Table
from dunning.domain.ledger import LedgerError
from dunning.service.ports import FileRows, Source
from hypothesis import given, settings
from hypothesis import strategies as st

SHARED = Path(__file__).parents[3] / "shared/data"
Write = Callable[[xlsxwriter.Workbook], None]


def written(write: Write, **options: object) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, options) as book:
        write(book)
    return body.getvalue()


def sheets(source: Source | bytes) -> list[Table]:
    found = tables(BytesSource(source) if isinstance(source, bytes) else source)
    assert isinstance(found, list), [str(row.error) for row in found.rows]
    return found


def rows(body: bytes) -> list[tuple[int, list[Cell]]]:
    (sheet,) = sheets(body)
    return [(number, [*cells]) for number, cells in sheet.rows() if cells is not None]


def refused(body: bytes) -> LedgerError:
    found = tables(BytesSource(body))
    assert isinstance(found, FileRows)
    (row,) = found.rows
    assert row.error is not None
    return row.error


def test_cells_keep_their_types_and_their_digits() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["text", "0552732928", 49331333, 1234.1, 0.1 + 0.2, -5.5])
        sheet.write_datetime(1, 0, datetime(2013, 6, 28), day)  # noqa: DTZ001 (a cell has no zone)
        sheet.write_datetime(1, 1, datetime(2013, 6, 28, 10, 30), instant)  # noqa: DTZ001
        sheet.write_number(1, 2, 41453)
        sheet.write_boolean(1, 3, True)
        sheet.write_string(1, 4, "=1+1")

    first, second = rows(written(write))

    assert first == (1, ["text", "0552732928", 49331333, 1234.1, 0.3, -5.5])
    assert [type(cell) for cell in first[1]] == [str, str, int, float, float, float]
    instant = datetime(2013, 6, 28, 10, 30)  # noqa: DTZ001
    assert second == (2, [date(2013, 6, 28), instant, 41453, True, "=1+1", ""])


def test_formulas_are_their_kept_values_and_errors_their_text() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula(1, 1, "=SUM(A1:A9)", None, 1190.5)
        sheet.write_formula(1, 2, '="x"&"y"', None, "xy")
        sheet.write_formula(1, 3, "=Z0", None, "#REF!")
        sheet.write_formula(2, 1, '=IF(A1<2,"a>b","")', None, "#DIV/0!")
        sheet.write(2, 3, "end")

    assert rows(written(write)) == [
        (1, []),
        (2, [1190.5, "xy", "#REF!"]),
        (3, ["#DIV/0!", "", "end"]),
    ]


def test_rows_are_numbered_as_the_workbook_shows_them() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(3, 0, "Title")
        sheet.write_row(6, 0, ["a", "b"])

    got = rows(written(write))

    assert [(number, cells) for number, cells in got if cells] == [
        (4, ["Title", ""]),
        (7, ["a", "b"]),
    ]
    assert [number for number, _ in got] == list(range(1, 8))


def test_each_sheet_is_a_table_and_the_hidden_are_said_to_be() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        for name in ("Open items", "Notes", "Lists", "Empty"):
            book.add_worksheet(name).write(0, 0, name)
        book.worksheets()[1].hide()
        book.worksheets()[2].very_hidden()
        book.add_chartsheet("Chart")

    found = sheets(written(write))

    assert [(one.sheet, one.hidden, one.format) for one in found] == [
        ("Open items", False, "xlsx"),
        ("Notes", True, "xlsx"),
        ("Lists", True, "xlsx"),
        ("Empty", False, "xlsx"),
    ]
    assert "hidden" in " ".join(found[1].notes)
    by_turns = zip(found[0].rows(), found[3].rows(), strict=True)
    assert [(a[1], b[1]) for a, b in by_turns] == [(["Open items"], ["Empty"])]
    assert list(found[0].rows()) == list(found[0].rows())


def test_merged_cells_have_their_value_once_and_are_noted() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().merge_range(0, 0, 0, 2, "Open items 2026")

    (sheet,) = sheets(written(write))

    assert list(sheet.rows()) == [(1, ["Open items 2026"])]
    assert "merged" in " ".join(sheet.notes)


def test_the_days_of_a_1904_workbook_are_right() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime(2013, 6, 28), day)  # noqa: DTZ001

    assert rows(written(write, date_1904=True)) == [(1, [date(2013, 6, 28)])]


def test_the_old_format_is_read_too() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Debitoren")
    sheet.write(0, 0, "Müller")
    sheet.write(1, 0, date(2013, 6, 28), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(1, 1, 1234.1)
    body = io.BytesIO()
    book.save(body)

    (found,) = sheets(body.getvalue())

    assert (found.format, found.sheet) == ("xls", "Debitoren")
    assert list(found.rows()) == [(1, ["Müller", ""]), (2, [date(2013, 6, 28), 1234.1])]


def test_an_open_document_is_read_too() -> None:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    typed = "<table:table-cell office:value-type="
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        '<table:table table:name="Posten"><table:table-row>'
        f'{typed}"string"><text:p>RE-1</text:p></table:table-cell>'
        f'{typed}"float" office:value="68.8"><text:p>68,80</text:p></table:table-cell>'
        f'{typed}"date" office:date-value="2013-06-28"><text:p>28.6.</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}"/>')

    (found,) = sheets(body.getvalue())

    assert (found.format, found.sheet) == ("ods", "Posten")
    ((number, cells),) = found.rows()
    assert number == 1
    assert cells is not None
    assert [*cells[:2]] == ["RE-1", 68.8]
    assert dates.style_of([cells[2]]).read(cells[2]) == date(2013, 6, 28)  # type: ignore[union-attr]


def zipped(**entries: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return body.getvalue()


def small() -> bytes:
    return written(lambda book: book.add_worksheet().write(0, 0, "x") and None)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"", "not_a_workbook", "not a workbook"),
        (b"a,b\n1,2\n", "not_a_workbook", "not a workbook"),
        (b"PK\x03\x04" + bytes(50), "broken_workbook", "damaged"),
        (zipped(**{"word/document.xml": b"<a/>"}), "not_a_workbook", "a Word document"),
        (zipped(**{"a.txt": b"a"}), "not_a_workbook", "an archive"),
        (zipped(**{"xl/workbook.xml": b"<a/>"}), "broken_workbook", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken_workbook", "damaged"),
        (small()[:-200], "broken_workbook", "damaged"),
    ],
    ids=["empty", "text", "torn", "Word", "archive", "hollow", "old and torn", "cut"],
)
def test_what_is_no_workbook_is_named_as_what_it_is(body: bytes, code: str, said: str) -> None:
    error = refused(body)

    assert error.code == code
    assert said in str(error)


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused() -> None:
    bomb = zipped(**{"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(40 << 20)})

    assert len(bomb) < 100_000
    assert refused(bomb).code == "too_large"


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    bomb = bytearray(zipped(**{"xl/workbook.xml": b"<a/>", "xl/x.xml": bytes(40 << 20)}))
    real, told = struct.pack("<I", 40 << 20), struct.pack("<I", 1000)
    assert real in bomb

    assert refused(bytes(bomb.replace(real, told))).code == "broken_workbook"


def test_an_archive_of_very_many_files_is_refused() -> None:
    crowd = {f"xl/{number}.xml": b"" for number in range(2_001)}

    assert refused(zipped(**{"xl/workbook.xml": b""}, **crowd)).code == "too_large"


def test_cells_that_are_far_apart_both_ways_take_no_memory_of_ours() -> None:
    # Read in this process they would ask for two gigabytes.
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 5_001))
    last = '<row r="5001"><c r="XFD5001"><v>1</v></c></row>'
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = f"<worksheet {names}><sheetData>{rows}{last}</sheetData></worksheet>"

    error = refused(zipped(**entries | {"xl/worksheets/sheet1.xml": sheet.encode()}))

    assert error.code == "too_large"
    assert "far apart" in str(error)


def test_rows_at_the_ends_of_a_sheet_are_read_with_all_that_is_between_them() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 1, ["n°", "day <&>", "amount"])
        sheet.write_row(30_000, 1, ["  1 ", "", 0.5])
        sheet.write_datetime(30_000, 2, datetime(2013, 6, 28), day)  # noqa: DTZ001
        sheet.write_rich_string(1_048_575, 1, book.add_format({"bold": True}), "la", "st")
        sheet.write_formula(1_048_575, 2, '=IF(A1<2,"<",">")', None, "<")
        sheet.write_formula(1_048_575, 3, "=1/0", None, "#DIV/0!")
        sheet.write_boolean(1_048_575, 4, True)
        sheet.merge_range(1_048_575, 6, 1_048_575, 7, "x")

    (sheet,) = sheets(written(write))
    got = {number: cells for number, cells in sheet.rows() if cells}

    assert got == {
        1: ["n°", "day <&>", "amount", "", "", ""],
        30_001: ["  1 ", date(2013, 6, 28), 0.5, "", "", ""],
        1_048_576: ["last", "<", "#DIV/0!", True, "", "x"],
    }
    assert all(n == number for n, (number, _) in enumerate(sheet.rows(), 1))
    assert "1 groups of merged cells" in " ".join(sheet.notes)


SPARSE = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 4), st.sampled_from(["a", " b ", 5, 1.25, True])),
    min_size=1,
    max_size=12,
    unique_by=lambda cell: cell[:2],
)


@settings(max_examples=60, deadline=None)
@given(SPARSE, st.sampled_from([{}, {"strings_to_numbers": True}, {"constant_memory": True}]))
def test_a_sheet_without_its_blank_rows_says_what_it_says_with_them(
    cells: list[tuple[int, int, Cell]], options: dict[str, bool]
) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row, column, cell in sorted(cells, key=lambda one: one[:2]):
            sheet.write(row, column, cell)

    body = written(write, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook_rows.workbook_gaps, "has_gaps", lambda _: False)
        whole = list(workbook_rows.lines(body))
        patch.setattr(workbook_rows.workbook_gaps, "has_gaps", lambda _: True)
        closed = list(workbook_rows.lines(body))

    assert closed == whole


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="50000"><c><v>1</v></c></row>', True),
        ('<x:row x:y="" r="1"><x:v>1</x:v></x:row><x:row r="50000"><x:v>1</x:v></x:row>', True),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="50000"><c s="1"/></row>', False),
        ('<row r="1"/><row r="50000" s="1"><c t="inlineStr"><is><t/></is></c></row>', True),
        ("<row><c><v>1</v></c></row>" * 20_000, False),
        ('<row r="9000"><c><v>1</v></c></row>', False),
        ("", False),
    ],
)
def test_gaps_are_rows_without_a_value_before_one_with(rows: str, gaps: bool) -> None:
    assert workbook_rows.workbook_gaps.has_gaps(io.BytesIO(rows.encode())) is gaps


def test_the_process_that_reads_a_workbook_has_no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import json, os\n"
        'print(json.dumps({"sheet": "s", "hidden": False, "merged": 0}))\n'
        "print(json.dumps(sorted(os.environ)))\n"
    )
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(workbook_rows, "__file__", str(spy))

    ((_, cells),) = sheets(small())[0].rows()

    assert cells is not None
    assert "PYTHONPATH" in cells
    assert "AWS_SECRET_ACCESS_KEY" not in cells


TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=8),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9).map(lambda n: n / 100),
    st.booleans(),
    st.dates(date(1970, 1, 1), date(2199, 12, 31)),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(TYPED, min_size=3, max_size=3), min_size=1, max_size=10))
def test_a_written_workbook_is_read_back(cells: list[list[Cell]]) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(cells):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write(number, column, cell)

    assert [row for _, row in rows(written(write))] == cells


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(small())).namelist())),
    st.integers(0, 5_000),
    st.binary(max_size=20),
)
def test_a_workbook_with_bytes_changed_inside_raises_nothing(
    name: str, at: int, junk: bytes
) -> None:
    entries = {}
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        for one in archive.namelist():
            content = archive.read(one)
            spoiled = content[:at] + junk + content[at + len(junk) :]
            entries[one] = spoiled if one == name else content

    for line in workbook_rows.lines(zipped(**entries)):
        assert isinstance(line, dict | list | int)


IBM = SHARED / "ar-ledgers/ibm_open_2013-06-30.mixed_dates_serials.xlsx"
GERMAN = SHARED / "ar-ledgers/ibm_open_2013-06-30.de_utf8-bom_semicolon.csv"


@pytest.mark.skipif(not IBM.is_file(), reason="the samples (../shared/data) are not here")
def test_the_mixed_workbook_says_what_the_german_text_says() -> None:
    notes = [one.sheet for one in sheets(PathSource(IBM))]
    german = table(PathSource(GERMAN))
    assert isinstance(german, Table)

    said = figures(sheets(PathSource(IBM))[0])

    assert notes == ["Open items", "Notes"]
    assert said == figures(german)
    assert len(said) == 84
    assert sum(one[2] for one in said) == pytest.approx(5119.85, abs=0.001)


def figures(found: Table) -> list[tuple[str, tuple[date, date], float]]:
    """Number without leading zeros, the two days, and the amount of each row."""
    cells = [row for _, row in found.rows() if row][1:]
    days = dates.style_of(row[column] for row in cells for column in (2, 3))
    numbers = amounts.style_of(row[4] for row in cells)
    assert isinstance(days, dates.DateStyle)
    assert isinstance(numbers, amounts.NumberStyle)
    got = []
    for row in cells:
        issued, due, amount = days.read(row[2]), days.read(row[3]), numbers.read(row[4])
        assert issued is not None
        assert due is not None
        assert amount is not None
        got.append((text_of(row[0]).lstrip("0"), (issued, due), float(amount.value)))
    return got


CONTROL = SHARED / "headers/sap_ar_details_control_total.xlsx"


@pytest.mark.skipif(not CONTROL.is_file(), reason="the samples (../shared/data) are not here")
def test_the_details_add_up_to_their_control_total() -> None:
    (sheet,) = sheets(PathSource(CONTROL))
    lines = [row for _, row in sheet.rows() if row][1:]
    values = [row[4] for row in lines if row[0]]

    assert sum(value for value in values if isinstance(value, int)) == 7_960_000
