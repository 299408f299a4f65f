"""Rows gathered by account while a file is cut: order, documents, and rows that name nobody."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from dunning.adapters.gather import SqliteGather, sqlite_gather
from dunning.service.intake_ports import Kept, Together
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def gather() -> Iterator[SqliteGather]:
    with sqlite_gather() as made:
        yield made


def row(
    account: str, line: str, *, key: str = "", name: str = "", ref: str = "", size: int = 1
) -> Kept:
    return Kept(account, key, name, ref, line.encode(), size)


def taken(gather: SqliteGather, most: int = 100) -> list[tuple[str, str]]:
    return [(one.account, b" ".join(one.lines).decode()) for one in gather.take(most)]


def nobody(ref: str) -> str:
    return ""


def test_accounts_come_in_the_order_of_their_first_rows_and_keep_the_files_order(
    gather: SqliteGather,
) -> None:
    for account, line in (("b", "1"), ("a", "2"), ("b", "3"), ("c", "4"), ("a", "5")):
        gather.put(row(account, line))
    assert len(gather) == 5
    assert taken(gather) == [("b", "1"), ("b", "3"), ("a", "2"), ("a", "5"), ("c", "4")]


def test_the_rows_of_one_document_come_together_where_its_first_row_stands(
    gather: SqliteGather,
) -> None:
    gather.put(row("a", "1", key="x"))
    gather.put(row("a", "2", key="y"))
    gather.put(row("a", "3"))
    gather.put(row("a", "4", key="x"))
    assert taken(gather) == [("a", "1 4"), ("a", "2"), ("a", "3")]


def test_what_lines_stand_for_is_counted_in_rows_of_the_file(gather: SqliteGather) -> None:
    for size in (3, 1, 4):
        gather.put(row("a", "1", key="x", size=size))
    assert [one.size for one in gather.take(10)] == [8]


def test_a_document_whose_rows_name_two_accounts_is_one_document_all_the_same(
    gather: SqliteGather,
) -> None:
    gather.put(row("a", "1", key="x"))
    gather.put(row("b", "2", key="x"))
    gather.put(row("b", "3", key="z"))
    assert taken(gather) == [("a", "1 2"), ("b", "3")]


def test_a_document_of_too_many_rows_is_never_held_whole(gather: SqliteGather) -> None:
    for number in range(4):
        gather.put(row("a", str(number), key="x"))
    assert list(gather.take(3)) == [
        Together("a", "x", [str(n).encode()], 4, 1, False) for n in range(4)
    ]


def test_a_row_that_names_nobody_goes_to_whoever_its_chain_of_names_leads_to(
    gather: SqliteGather,
) -> None:
    gather.put(row("", "resolve", name="P:r", ref="P:d"))  # before what it speaks of
    gather.put(row("a", "invoice", name="N:1"))
    gather.put(row("b", "other", name="N:2"))
    gather.put(row("", "dispute", name="P:d", ref="N:1"))
    gather.put(row("", "write off", name="P:w", ref="N:2"))
    gather.put(row("", "reversal", name="P:v", ref="P:w"))
    gather.resolve(nobody, 10)
    assert taken(gather) == [
        ("a", "resolve"),
        ("a", "invoice"),
        ("a", "dispute"),
        ("b", "other"),
        ("b", "write off"),
        ("b", "reversal"),
    ]


def test_what_the_file_does_not_name_is_asked_about_once(gather: SqliteGather) -> None:
    asked = []

    def owner(ref: str) -> str:
        asked.append(ref)
        return {"N:old": "z"}.get(ref, "")

    gather.put(row("", "1", name="P:d", ref="N:old"))
    gather.put(row("", "2", ref="N:old"))
    gather.put(row("", "3", ref="P:d"))
    gather.put(row("", "4", ref="N:nowhere"))
    gather.resolve(owner, 10)
    assert asked.count("N:old") == asked.count("N:nowhere") == 1
    assert taken(gather) == [("z", "1"), ("z", "2"), ("z", "3"), ("", "4")]


def test_no_more_names_are_asked_about_than_is_said(gather: SqliteGather) -> None:
    for number in range(5):
        gather.put(row("", str(number), ref=f"N:{number}"))
    gather.resolve(lambda ref: "z", 2)
    assert [account for account, _ in taken(gather)] == ["z", "z", "", "", ""]


def test_rows_that_refer_to_each_other_in_a_circle_belong_to_nobody(gather: SqliteGather) -> None:
    gather.put(row("", "1", name="P:a", ref="P:b"))
    gather.put(row("", "2", name="P:b", ref="P:a"))
    gather.resolve(nobody, 10)
    assert taken(gather) == [("", "1"), ("", "2")]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"])), max_size=30),
    st.integers(1, 4),
)
def test_every_row_comes_out_once_and_no_account_is_torn(
    rows: list[tuple[str, str]], most: int
) -> None:
    with sqlite_gather() as gather:
        for number, (account, key) in enumerate(rows):
            # One document names one account here.
            gather.put(row(account, str(number), key=key and f"{account}{key}"))
        found = [(one.account, int(line)) for one in gather.take(most) for line in one.lines]
    assert sorted(number for _, number in found) == list(range(len(rows)))
    assert all(rows[number][0] == account for account, number in found)
    order = [account for account, _ in found]
    changes = sum(a != b for a, b in pairwise(order))
    assert changes == max(len(set(order)) - 1, 0)
