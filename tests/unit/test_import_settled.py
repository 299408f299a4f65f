"""A statement that names all that is open settles the rest, and nothing at all if any of its rows
was not taken: that row may be the very invoice."""

import io
import zipfile

import pytest
from dunning.service import intake_cut

from tests.offline import invoice
from tests.unit.importing import Cell, lines
from tests.unit.test_intake_returned import open_of

HEAD = "Invoice No,Customer,Invoice Date,Due Date,Amount,Open Amount,Currency\n"
DAYS = "2026-01-01,2026-01-31"
GOOD = f"I1,Foo,{DAYS},100.00,40.00,EUR\n"
KNOWN = ("I1", "I2", "I3")


def cell_of(*known: str, settled: bool = True) -> Cell:
    """A cell in which these are open of Foo, 100.00 each, and statements settle what they lack."""
    cell = Cell()
    bodies = [invoice(n, "2026-01-31", customer="Foo") for n in known]
    others = [
        invoice("B1", "2026-01-31", customer="Bar"),
        invoice("0A", "2026-01-31", customer="Z"),
    ]
    cell.upload("book.jsonl", lines(*bodies, *others))
    layout = cell.upload("probe.csv", HEAD)["understood"]["layout"]
    word = "settled" if settled else "keep"
    cell.upload("mappings/m.yaml", f"layout: {layout}\nmissing: {word}\n", "config")
    return cell


def left(cell: Cell) -> set[str]:
    return set(open_of(cell)) & set(KNOWN)


@pytest.mark.parametrize("rows_of_part", [1, 5_000])
def test_what_a_clean_statement_lacks_is_settled(
    rows_of_part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", rows_of_part)
    cell = cell_of(*KNOWN)
    report = cell.upload("s.csv", HEAD + GOOD + f"I3,Foo,{DAYS},100.00,100.00,EUR\n")

    assert (report["rejected"], left(cell)) == (0, {"I1", "I3"})


BAD = {
    "a day": "I2,Foo,2026-01-01,never,100.00,100.00,EUR\n",
    "an amount": f"I2,Foo,{DAYS},100.00,oops,EUR\n",
    "no number": f",Qux,{DAYS},100.00,100.00,EUR\n",
    "too many cells": f"I2,Foo,{DAYS},100.00,100.00,EUR,EUR\n",
    "a quote": f'I2,"Foo,{DAYS},100.00,100.00,EUR\n',
    "a zero byte": f"I2,F\0oo,{DAYS},100.00,100.00,EUR\n",
    "a conflict": f"I2,Foo,{DAYS},100.00,100.00,EUR\nI2,Foo,{DAYS},90.00,90.00,EUR\n",
    "of another customer": f"B1,Foo,{DAYS},100.00,100.00,EUR\n",
    "of another currency": f"I2,Foo,{DAYS},100.00,100.00,USD\n",
    "of another creditor": "",
}


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("rows_of_part", [1, 5_000])
@pytest.mark.parametrize(
    "bad", [one for one in BAD.values() if one], ids=[n for n in BAD if BAD[n]]
)
def test_a_statement_with_a_row_that_was_not_taken_settles_nothing_and_says_why(
    bad: str, rows_of_part: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", rows_of_part)
    cell = cell_of(*KNOWN)
    rows = bad + GOOD if place == "first" else GOOD + bad
    report = cell.upload("s.csv", HEAD + rows)

    assert report["rejected"] >= 1
    assert left(cell) == set(KNOWN)
    (said,) = [one for one in report["warnings"] if "left open" in one]
    assert "not every row of the file could be read" in said


@pytest.mark.parametrize(
    "other",
    [
        HEAD.replace(",Currency", "") + "I2,Foo,01/02/2026,03/04/2026,100.00,100.00\n",
        "\x89PNG",
        "",
        f"{HEAD.replace('Invoice No', 'What')}1,2,3,4,5,6,7\n",
    ],
    ids=["asks", "a picture", "empty", "no number"],
)
def test_a_statement_beside_a_file_that_was_not_taken_settles_nothing(other: str) -> None:
    cell, packed = cell_of(*KNOWN), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", HEAD + GOOD)
        archive.writestr("b.csv", other)
    report = cell.upload("z.zip", packed.getvalue())

    assert (report["accepted"], report["rejected"]) == (1, 1)
    assert left(cell) == set(KNOWN)


def test_mended_and_uploaded_whole_the_statement_settles() -> None:
    cell = cell_of(*KNOWN)
    cell.upload("s.csv", HEAD + GOOD + BAD["an amount"])
    cell.upload("s.csv", HEAD + GOOD + BAD["an amount"].replace("oops", "100.00"))

    assert left(cell) == {"I1", "I2"}


def test_a_statement_that_asks_settles_nothing() -> None:
    cell = cell_of(*KNOWN)
    report = cell.upload("s.csv", HEAD + "I1,Foo,01/02/2026,03/04/2026,100.00,40.00,EUR\n")

    assert (report["accepted"], left(cell)) == (0, set(KNOWN))
