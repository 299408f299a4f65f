"""A column `Disputed` says it of both: what it marks waits, and what it no longer marks is reminded
of again; what a person disputes or resolves is no file's to change."""

from collections.abc import Callable

import pytest

from tests.unit.importing import Cell, lines

Made = Callable[[str, str], str]

HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,"
DAYS = "2026-01-05,2026-02-04"


def listed(word: str, day: str) -> str:
    """An open-item list as of a day."""
    return (
        f"As of {day}\n{HEAD}Open balance,Disputed,Currency\nR1,c1,{DAYS},90.00,90.00,{word},EUR\n"
    )


def billed(word: str, day: str) -> str:
    """A file of invoices; the day is of its upload, which is always the same here."""
    return f"{HEAD}Disputed,Currency\nR1,c1,{DAYS},90.00,{word},EUR\n"


def disputes(cell: Cell) -> list[str]:
    return [one.id for one in cell.account().disputes]


BOTH = pytest.mark.parametrize("made", [listed, billed])


@BOTH
@pytest.mark.parametrize("word", ["No", ""])
def test_what_a_later_file_does_not_mark_is_not_disputed_any_more(made: Made, word: str) -> None:
    cell = Cell()
    cell.upload("a.csv", made("Yes", "2026-02-10"))
    assert disputes(cell) == ["disputed:R1/1"]
    report = cell.upload("b.csv", made(word, "2026-02-20"))

    assert disputes(cell) == []
    (note,) = [one for one in report["notes"] if one["code"] == "not_disputed_any_more"]
    assert "R1" in str(note)
    assert report["accepted"] == 1


@BOTH
def test_marked_again_it_is_disputed_again_and_each_file_once(made: Made) -> None:
    cell = Cell()
    for day, word in (("2026-02-10", "Yes"), ("2026-02-12", "No"), ("2026-02-14", "Yes")):
        cell.upload("a.csv", made(word, day))
    assert disputes(cell) == ["disputed:R1/1:2"]
    report = cell.upload("a.csv", made("Yes", "2026-02-14"))
    assert (report["accepted"], disputes(cell)) == (0, ["disputed:R1/1:2"])
    cell.upload("a.csv", made("No", "2026-02-16"))
    assert disputes(cell) == []
    cell.upload("a.csv", made("Yes", "2026-02-18"))
    assert disputes(cell) == ["disputed:R1/1:3"]


@BOTH
def test_what_a_person_resolved_stays_so_whatever_the_file_still_says(made: Made) -> None:
    cell = Cell()
    cell.upload("a.csv", made("Yes", "2026-02-10"))
    resolve = {"on": "2026-02-11", "type": "resolve", "id": "x", "dispute": "disputed:R1/1"}
    cell.upload("b.jsonl", lines({**resolve, "outcome": "accepted"}))
    cell.upload("a.csv", made("Yes", "2026-02-20"))

    assert disputes(cell) == []


@BOTH
def test_what_a_customer_disputes_is_no_files_to_end(made: Made) -> None:
    cell = Cell()
    cell.upload("a.csv", made("No", "2026-02-10"))
    own = {"on": "2026-02-11", "type": "dispute", "id": "d1", "invoice": "R1", "reason": "price"}
    cell.upload("b.jsonl", lines(own))
    cell.upload("a.csv", made("No", "2026-02-20"))

    assert disputes(cell) == ["d1"]


def test_a_file_without_such_a_column_ends_no_dispute() -> None:
    cell = Cell()
    cell.upload("a.csv", billed("Yes", ""))
    cell.upload("b.csv", f"{HEAD}Currency\nR1,c1,{DAYS},95.00,EUR\n")

    assert disputes(cell) == ["disputed:R1/1"]


def test_an_older_list_ends_no_dispute() -> None:
    cell = Cell()
    cell.upload("a.csv", listed("Yes", "2026-02-20"))
    cell.upload("b.csv", listed("No", "2026-02-10"))

    assert disputes(cell) == ["disputed:R1/1"]


def test_of_two_items_the_one_that_is_still_marked_stays_disputed() -> None:
    cell = Cell()
    head = "number,customer,currency,issued,due,amount,disputed\n"
    one, two = "R1,c1,EUR,2026-01-05,2026-02-04,40.00,", "R1,c1,EUR,2026-01-05,2026-03-04,50.00,"
    cell.upload("a.csv", f"{head}{one}yes\n{two}yes\n")
    assert len(disputes(cell)) == 2
    cell.upload("a.csv", f"{head}{one}no\n{two}yes\n")

    assert disputes(cell) == ["disputed:R1/2"]
