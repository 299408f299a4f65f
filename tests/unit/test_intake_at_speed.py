"""What is read many rows at a time is what is read row by row: the cells, and what they mean."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from dunning.adapters.formats import text
from dunning.adapters.formats.delimited import table
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake import amounts, reader
from dunning.domain.intake.plain_amounts import plain_amounts
from dunning.domain.intake.table import Block, InParts, Table, parts_of
from dunning.domain.intake.values import MOST_DIGITS, Moneys
from hypothesis import given, settings
from hypothesis import strategies as st

TODAY = date(2026, 11, 22)
HEADER = "customer,number,currency,kind,issued,due,amount"
PLAIN = [
    [f"C-{n // 3}", f"INV-{n:04}", "EUR", "invoice", "2026-01-31", "2026-02-28", f"{n + 1}.50"]
    for n in range(40)
]


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK", size)
        yield


LINE = st.text("ab ,,,;'\t\v\u2028\x85é\"", max_size=12) | st.sampled_from(
    ["a,b,c", "1,2,3", '"x\ny",2,3', '"x,y",2,3', "1,2", "", '5" pipe,2,3', "d,e,f"]
)


@settings(max_examples=400)
@given(
    st.lists(LINE, min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(1, 60),
)
def test_rows_are_those_of_the_csv_module_wherever_the_pieces_end(
    lines: list[str], end: str, ended: bool, size: int
) -> None:
    title = "x" * 600 + ",b,c"  # a file with few characters and many of control is no text
    written = title + end + end.join(lines) + (end if ended else "")
    with pieces_of(size):
        found = table(BytesSource(written.encode()))
        assert isinstance(found, Table)
        got = [(number, [*cells]) for number, cells in found.rows() if cells is not None]
    source = io.StringIO(written, newline="")
    try:
        expected = list(csv.reader(source, delimiter=found.delimiter, strict=True))
    except csv.Error:
        return  # the rows before the bad one, and what is left of it, have tests of their own

    assert got == list(enumerate(expected, 1))


def test_a_plain_file_comes_in_blocks_and_goes_on_so_behind_a_quoted_row() -> None:
    lines = [",".join(row) for row in PLAIN] * 100
    lines[1500] = lines[1500].replace("INV-0020", '"INV,\n20"')
    found = table(BytesSource("\n".join([HEADER, *lines]).encode()))
    assert isinstance(found, Table)

    rows = found.rows()
    assert isinstance(rows, InParts)
    parts = list(parts_of(rows))

    in_blocks = sum(len(part.numbers) for part in parts if isinstance(part, Block))
    assert 2_000 < in_blocks < 4_000
    assert isinstance(parts[-1], Block)
    assert [n for n, _ in found.rows()] == list(range(1, 4002))


CELLS = {
    0: ["", " ", "C-1", "'=1", "TRUE", "#REF!", "1E+10", "c" * 101, "Ä", " C-2 ", "C  3", "=1"],
    1: ["", "INV-1", "007", "'-1", "FALSE", "total", "Σ", "i" * 101, "1,5E+10", '="01"',
        "INV-0003"],
    2: ["", "USD", "eur", "XXX", "$", "€", "JPY", " EUR "],
    3: ["", "fee", "Invoice", "credit note", "x" * 301],
    4: ["", "2026-1-5", "2026-02-30", "31.01.2026", "0000-00-00", "45000", "-", "2026-01-31T10:00"],
    5: ["", "2026-03-01", "x", "1899-01-01", "9999-12-31", "2026-02-28 "],
    6: ["", "0", "-1", "1.005", "1,50", "1 234.50", "(5.00)", "5.00 EUR", "5.00 USD", "x", "-",
        "9" * 16, "1.", ".5", "1e3", "٣", "0.00", "1.50 CR", "00012.50", "'-5"],
}  # fmt: skip
CHANGE = st.sampled_from(range(7)).flatmap(
    lambda column: st.tuples(
        st.integers(0, len(PLAIN) - 1), st.just(column), st.sampled_from(CELLS[column])
    )
)
ROW = st.sampled_from(
    ["", ",,,,,,", "Total,,,,,,99.00", HEADER, "a,b", "Credit notes", "a,b,c,d,e,f,g,h"]
)


def said(body: bytes) -> tuple[list[object], dict[str, int]]:
    """All that is said of each row, and what was passed over."""
    found = FilesByName().rows("invoices.csv", BytesSource(body), TODAY)
    rows: list[object] = []
    for row in found.rows:
        error = row.error and (row.error.code, row.error.field, str(row.error))
        rows.append(row._replace(error=None)._asdict() | {"error": error})
    assert found.understood is not None
    return rows, dict(found.understood.skipped)


@settings(max_examples=300)
@given(
    st.lists(CHANGE, max_size=4),
    st.lists(st.tuples(st.integers(0, len(PLAIN)), ROW), max_size=2),
    st.sampled_from([HEADER, "Kunde,Rechnung Nr.,Währung,Art,Rechnungsdatum,Fällig am,Betrag"]),
)
def test_documents_and_errors_are_those_of_the_way_row_by_row(
    changes: list[tuple[int, int, str]], strays: list[tuple[int, str]], header: str
) -> None:
    cells = [[*row] for row in PLAIN]
    for row, column, cell in changes:
        cells[row][column] = cell
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(cells)
    lines = out.getvalue().splitlines()
    for place, line in strays:
        lines.insert(place, line)
    body = "\n".join([header, *lines]).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_is_simple", lambda _: False)
        slowly = said(body)

    assert said(body) == slowly


AMOUNT = st.text("0123459.,' ", min_size=1, max_size=9) | st.sampled_from(
    ["0,123", "1,123", "0.500", "1.500", "1E+5", "1E+0", "-1.5", "5 EUR", "5%", "٣", "1.--", "0.--"]
)


@given(st.lists(AMOUNT, max_size=8))
def test_amounts_of_one_shape_show_what_each_of_them_shows(cells: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amounts, "MOST_SHAPES", 0)
        each = amounts.style_of(cells)
    found = amounts.style_of(cells)

    if isinstance(each, amounts.NumberStyle):
        assert isinstance(found, amounts.NumberStyle)
        assert (found.decimal, found.words) == (each.decimal, each.words)
    else:
        assert found == each


DIGITS = st.text("0123456789", min_size=1, max_size=4)
WRITTEN = st.text("0123456789.,-+ eE_\n٣", max_size=7) | st.builds(
    "{}{}{}".format, DIGITS, st.sampled_from(".,"), st.text("0123456789", max_size=4)
)
ALIKE = st.builds(
    lambda wholes, sign, part: [f"{whole}{sign}{part}" for whole in wholes],
    st.lists(DIGITS, min_size=1, max_size=5),
    st.sampled_from([".", ",", ""]),
    st.sampled_from(["", "5", "00", "50", "125"]),
)


@settings(max_examples=1_000)
@given(
    st.lists(WRITTEN, min_size=1, max_size=5) | ALIKE,
    st.sampled_from([".", ",", ""]),
    st.sampled_from(["EUR", "JPY", "KWD", ""]),
)
def test_amounts_of_a_column_at_once_are_those_of_its_cells(
    column: list[str], sign: str, currency: str
) -> None:
    style = amounts.style_of(["1"], sign or None)
    assert isinstance(style, amounts.NumberStyle)
    money = Moneys(style.read, sign)[currency]

    at_once = plain_amounts(column, sign, MOST_DIGITS, money.digits)

    if at_once is not None:
        assert [str(one) for one in at_once] == [str(money.positive[cell]) for cell in column]


def test_a_column_of_amounts_written_alike_is_read_at_once() -> None:
    assert plain_amounts(["1,50", "00020,25"], ",", 15, 2) == [Decimal("1.5"), Decimal("20.25")]
    assert plain_amounts(["15", "9" * 15], ".", 15, 2) == [Decimal(15), Decimal("9" * 15)]
    assert plain_amounts(["1.50", "9" * 16 + ".00"], ".", 15, 2) is None
    assert plain_amounts(["1.50", "0.00"], ".", 15, 2) is None
