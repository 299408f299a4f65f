"""Delimited text: any encoding and dialect, what is no table, and rows that cannot be read."""

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from dunning.adapters.formats.delimited import LONGEST_CELL, table
from dunning.adapters.formats.source import BytesSource, PathSource
from dunning.adapters.formats.text import as_text
from dunning.domain.intake.cells import Cell
from dunning.domain.intake.table import Table
from dunning.domain.ledger import LedgerError
from dunning.service.ports import FileRows, Source
from hypothesis import given
from hypothesis import strategies as st

SHARED = Path(__file__).parents[3] / "shared/data"

Cells = list[Cell]


def read(body: bytes, encoding: str | None = None) -> Table:
    found = table(BytesSource(body), encoding)
    assert isinstance(found, Table), found
    return found


def rows(body: bytes, encoding: str | None = None) -> list[tuple[int, Cells | None]]:
    return [(n, None if cells is None else [*cells]) for n, cells in read(body, encoding).rows()]


def refused(source: Source | bytes, encoding: str | None = None) -> LedgerError:
    found = table(BytesSource(source) if isinstance(source, bytes) else source, encoding)
    assert isinstance(found, FileRows), found
    (row,) = found.rows
    assert row.number == 0
    assert row.error is not None
    return row.error


TEXT = "Name;Betrag\r\nMüller & Søn – Łódź;1,50 €\r\n"
CELLS = [(1, ["Name", "Betrag"]), (2, ["Müller & Søn – Łódź", "1,50 €"])]


@pytest.mark.parametrize(
    ("codec", "mark", "words"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
        ("utf-32-le", b"\xff\xfe\0\0", "UTF-32"),
        ("utf-32-be", b"\0\0\xfe\xff", "UTF-32"),
    ],
)
def test_every_unicode_encoding_is_found(codec: str, mark: bytes, words: str) -> None:
    body = mark + TEXT.encode(codec)

    assert read(body).encoding == words
    assert rows(body) == CELLS


def test_what_is_no_unicode_is_windows_1252() -> None:
    body = "Name;Betrag\nMüller – “Söhne”;1,50 €\n".encode("cp1252")

    assert read(body).encoding == "Windows-1252"
    assert rows(body)[1] == (2, ["Müller – “Söhne”", "1,50 €"])


def test_bytes_that_windows_1252_does_not_have_are_refused_and_the_encoding_asked_for() -> None:
    body = "Name;Betrag\nMüller;1,50\n".encode("cp850")

    error = refused(body)

    assert error.code == "unknown_encoding"
    assert "line 2" in str(error)
    assert "encoding: cp850" in str(error)
    assert rows(body, "cp850")[1] == (2, ["Müller", "1,50"])


@pytest.mark.parametrize("encoding", ["rot13", "hex", "idna", "nonsense", "", "\0", "ü"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    assert refused(b"a;b\n", encoding).code == "unknown_encoding"


def test_a_byte_order_mark_is_believed_before_a_mapping() -> None:
    assert rows(b"\xef\xbb\xbf" + TEXT.encode(), "cp1252") == CELLS


def test_a_few_bytes_of_another_encoding_spoil_their_row_alone() -> None:
    body = "Name;Betrag\nMüller;1\nSøn – Łódź;2\nM".encode() + b"\xfcller;3\nx;4\n"

    found = read(body)
    got = list(found.rows())

    assert found.encoding == "UTF-8"
    assert [number for number, cells in got if cells is None] == [4]
    assert got[4] == (5, ["x", "4"])
    assert "another encoding" in found.why(4)


def test_a_zero_byte_spoils_its_row_alone() -> None:
    lines = [b"a,b"] + [b"%d,x" % n for n in range(100)]
    lines[50] = b"1,\0"

    got = rows(b"\n".join(lines))

    assert [number for number, cells in got if cells is None] == [51]
    assert len(got) == 101


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def _zipped() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("a.csv", "a,b")
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"", "empty_file", "empty"),
        (b" \r\n\t\n", "empty_file", "empty"),
        (b"\xef\xbb\xbf", "empty_file", "empty"),
        (b"\xff\xfe", "empty_file", "empty"),
        (PICTURE, "not_text", "a PNG picture"),
        (b"%PDF-1.7\n", "not_text", "a PDF document"),
        (_zipped(), "not_text", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "not_text", "Office document"),
        (b"\x1f\x8b\x08\0", "not_text", "gzip"),
        (bytes(range(256)) * 9, "not_text", "not text"),
        (bytes(1000), "not_text", "not text"),
        (b"a\0b", "not_text", "not text"),
        (b"<?xml version='1.0'?><a/>", "not_a_table", "XML or HTML"),
        (b"\n<!DOCTYPE html><html>", "not_a_table", "XML or HTML"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_table_is_named_as_what_it_is(body: bytes, code: str, said: str) -> None:
    error = refused(body)

    assert error.code == code
    assert said in str(error)


class Repeated:
    """A file of a piece many times over, which nobody holds in memory."""

    def __init__(self, piece: bytes, times: int) -> None:
        self.piece, self.times, self.size = piece, times, len(piece) * times

    def open(self) -> io.BufferedReader:
        class Stream(io.RawIOBase):
            def __init__(self, file: Repeated) -> None:
                self.file, self.left = file, file.times

            def readable(self) -> bool:
                return True

            def seekable(self) -> bool:
                return True

            def seek(self, at: int, whence: int = 0) -> int:
                assert at == 0
                self.left = self.file.times
                return 0

            def readinto(self, into: memoryview) -> int:  # type: ignore[override]
                if not self.left:
                    return 0
                self.left -= 1
                into[: len(self.file.piece)] = self.file.piece
                return len(self.file.piece)

        return io.BufferedReader(Stream(self), len(self.piece))


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("piece", [b"x" * 4096, b"a,b," * 1024, b'"a b c ' * 512])
def test_ten_megabytes_on_one_line_are_refused_at_once_and_in_little_memory(piece: bytes) -> None:
    source = Repeated(piece, 10_000_000 // len(piece))
    begun = time.process_time()

    assert refused(source).code == "too_long"
    assert time.process_time() - begun < 2
    assert peak(lambda: refused(source)) < 12_000_000


def test_a_long_line_behind_good_ones_is_named() -> None:
    error = refused(b"a,b\n1,2\n" + b"x" * 1_000_100 + b"\n3,4\n")

    assert error.code == "too_long"
    assert "line 3" in str(error)


def test_rows_are_read_in_memory_that_does_not_grow_with_them() -> None:
    source = Repeated(b"4711,Acme Ltd,2026-05-13,1234.50\n" * 100, 300)
    found = table(source)
    assert isinstance(found, Table)

    assert peak(lambda: sum(1 for _ in found.rows())) < 3_000_000


def test_each_call_reads_from_the_first_row_again() -> None:
    found = read(b"a,b\n1,2\n")
    first = found.rows()
    next(first)

    assert [(n, [*(cells or ())]) for n, cells in found.rows()] == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
    ]
    assert [(n, [*(cells or ())]) for n, cells in first] == [(2, ["1", "2"])]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,50\tx;y\n1,50\tx;y\n", "\t"),
        ("a|b|c\n1,5|2;5|3\n", "|"),
        ("Acme, Inc.\nAging, detail\nAs of May 5, 2026\n\na;b;c\n1,5;2;3\n1,5;2;3\n", ";"),
        ('a;b\n"x, y, z\n1, 2, 3\n4, 5, 6";2\n', ";"),
        ('Name,Note\n"Smith; Jones; Co",x\n"A; B; C",y\n', ","),
        ("one\ntwo\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_parts_rows_alike(text: str, delimiter: str) -> None:
    assert read(text.encode()).delimiter == delimiter


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_first_line_of_a_spreadsheet_says_the_delimiter_and_is_no_row(line: str) -> None:
    body = f"{line}\r\na,b,c;d\r\n1,2,3;4\r\n".encode()

    assert rows(body) == [(1, ["a,b,c", "d"]), (2, ["1,2,3", "4"])]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    body = b'Title\n\na,b\n1,"two\nlines"\n\n3,4\n'

    assert rows(body) == [
        (1, ["Title"]),
        (2, []),
        (3, ["a", "b"]),
        (4, ["1", "two\nlines"]),
        (5, []),
        (6, ["3", "4"]),
    ]


def test_quotes_may_hold_delimiters_quotes_and_any_line_end() -> None:
    body = b'a,b\r\n"x,y","say ""hi"""\r\n"1\r\n2","3\r4"\r\n'

    assert rows(body)[1:] == [(2, ["x,y", 'say "hi"']), (3, ["1\r\n2", "3\r4"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(end: str) -> None:
    assert rows(f"a,b{end}1,2{end}3,4".encode()) == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
        (3, ["3", "4"]),
    ]


def test_quotes_that_stand_astray_are_kept_as_they_are() -> None:
    assert rows(b'a,b\n5" pipe,6"\n"5" pipe",7\nx,y\n') == [
        (1, ["a", "b"]),
        (2, ['5" pipe', '6"']),
        (3, ['5 pipe"', "7"]),
        (4, ["x", "y"]),
    ]


def test_rows_of_any_width_are_passed_on() -> None:
    assert [cells for _, cells in rows(b"a,b,c\n1\n1,2,3,4\n")][1:] == [["1"], ["1", "2", "3", "4"]]


@pytest.mark.parametrize("behind", ["2,b\n3,c\n", '"2","b"\n3,c\n', '2,"b\nb"\n3,c\n', ""])
def test_an_unclosed_quote_spoils_the_row_it_opens_in_and_no_other(behind: str) -> None:
    whole = rows(f"n,x\n{behind}".encode())[1:]
    found = read(f'n,x\n1,"a\n{behind}'.encode())

    first, second, *others = found.rows()

    assert first == (1, ["n", "x"])
    assert second == (2, None)
    assert [cells for _, cells in others] == [cells for _, cells in whole]
    assert "quote" in found.why(2)
    assert "row 2" in found.why(2)
    assert found.line(2) == '1,"a'


def test_an_unclosed_quote_before_many_rows_costs_no_more_than_reading_them() -> None:
    body = b'n,x\n1,"a\n' + b"2,b\n" * 100_000
    found = read(body)
    begun = time.process_time()

    got = list(found.rows())

    assert len(got) == 100_002
    assert [number for number, cells in got if cells is None] == [2]
    assert time.process_time() - begun < 5


def test_many_unclosed_quotes_are_each_their_rows_error() -> None:
    body = b"n,x\n" + b'1,"a\n2,b\n' * 2_000

    got = rows(body)

    assert [number for number, cells in got if cells is None] == list(range(2, 4002, 2))


def test_a_row_that_never_ends_is_found_before_it_fills_the_memory() -> None:
    source = Repeated(b'","\n' * 1024, 2_000)
    found = table(source)
    assert isinstance(found, Table)

    assert peak(lambda: next(iter(found.rows()))) < 60_000_000


def test_a_cell_beyond_all_measure_is_its_rows_error() -> None:
    found = read(b"a,b\n" + b"x" * (LONGEST_CELL + 1) + b",1\n1,2\n")

    assert [number for number, cells in found.rows() if cells is None] == [2]
    assert "characters" in found.why(2)
    assert len(found.line(2)) <= 10_000


def test_a_row_that_can_be_read_has_no_reason() -> None:
    found = read(b"a,b\n")

    assert found.line(1) == ""


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufeff")
    | st.sampled_from('",;\t|\n\r='),
    max_size=8,
)
WIDTHS = st.integers(2, 5)


@given(
    WIDTHS.flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), max_size=6)),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_a_written_table_is_read_back(
    cells: list[list[str]], delimiter: str, end: str, codec: str
) -> None:
    width = len(cells[0]) if cells else 3
    header = [f"column{n}" for n in range(width)]
    text = io.StringIO(newline="")
    # The writer does not quote a CR by itself where rows end in LF.
    write = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    write.writerows([header, *cells])

    found = read(text.getvalue().encode(codec))

    # A quoted cell may hold a better table than the one around it; then a person says sep=.
    if found.delimiter != delimiter:
        said = f"sep={delimiter}{end}" + text.getvalue()
        found = read(said.encode(codec))
    assert [[*row] for _, row in found.rows() if row is not None] == [header, *cells]


WORDS = st.lists(st.text("abc 1", min_size=1, max_size=6), min_size=3, max_size=3)


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8), st.booleans())
def test_no_row_is_lost_behind_an_unclosed_quote(
    before: list[list[str]], after: list[list[str]], quoted: bool
) -> None:
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    text = io.StringIO(newline="")
    write = csv.writer(text, quoting=quoting)
    write.writerows([["n", "x", "y"], *before])
    text.write('1,"opens here,2\r\n')
    write.writerows(after)

    got = rows(text.getvalue().encode())

    at = len(before) + 2
    assert [number for number, _ in got] == list(range(1, len(before) + len(after) + 3))
    assert got[at - 1] == (at, None)
    assert [cells for n, cells in got if n != at] == [["n", "x", "y"], *before, *after]


NASTY = st.binary(max_size=200) | st.text('ab,;\t|"\r\n\0=é\ufeff', max_size=120).map(str.encode)


@given(NASTY, st.sampled_from([None, None, "cp1252", "utf-8", "utf-16", "shift_jis"]))
def test_any_bytes_are_rows_in_order_or_one_error(body: bytes, encoding: str | None) -> None:
    found = table(BytesSource(body), encoding)
    if isinstance(found, FileRows):
        (row,) = found.rows
        assert row.error is not None
        return
    got = list(found.rows())
    assert [number for number, _ in got] == list(range(1, len(got) + 1))
    assert all(found.why(number) for number, cells in got if cells is None)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.integers(1, 50))
def test_the_lines_of_a_text_are_those_that_were_written(text: str, codec: str, size: int) -> None:
    found = as_text(BytesSource(f"a;b\n{text}".encode(codec, "ignore")))
    if isinstance(found, FileRows):
        return
    kept = f"a;b\n{text}".encode(codec, "ignore").decode(codec)

    assert "".join(found.blocks(size)) == kept
    assert list(found.lines()) == list(io.StringIO(kept, newline=""))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples (../shared/data) are not here")
@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "count"),
    [
        ("ar-ledgers/ibm_open_2013-06-30.de_utf8-bom_semicolon.csv", "UTF-8", ";", 85),
        ("ar-ledgers/ibm_open_2013-06-30.duplicates.csv", "UTF-8", ",", 100),
        ("ar-ledgers/xero_SalesInvoiceTemplate_filled.csv", "UTF-8", ",", 101),
        ("ar-ledgers/datev/EXTF_Buchungsstapel.csv", "Windows-1252", ";", 4),
        ("ar-ledgers/datev/EXTF_Stammdaten.csv", "Windows-1252", ";", 6),
        ("headers/tally_bills_receivable.csv", "UTF-8", ",", 6),
        ("headers/netsuite_ar_aging_detail.csv", "UTF-8", ",", 10),
        ("headers/de_offene_rechnungen_teilzahlung.csv", "UTF-8", ";", 3),
        ("ibm-ar/WA_Fn-UseC_-Accounts-Receivable.csv", "UTF-8", ",", 2467),
    ],
)
def test_tables_that_people_really_send_are_read(
    name: str, encoding: str, delimiter: str, count: int
) -> None:
    found = table(PathSource(SHARED / name))
    assert isinstance(found, Table)

    got = list(found.rows())

    assert (found.encoding, found.delimiter) == (encoding, delimiter)
    assert len(got) == count
    assert all(cells is not None for _, cells in got)
