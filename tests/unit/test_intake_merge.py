"""Rows of one document put together: repeats, conflicts, lines, due items, parts of payments."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import (
    CREDIT_NOTE,
    INVOICE,
    ITEM,
    LINE,
    PAYMENT,
    SPLIT,
    Allocation,
    Document,
    Instalment,
)
from dunning.domain.intake.merge import gathered, key_of, merged
from dunning.domain.intake.row import Row
from hypothesis import given
from hypothesis import strategies as st

WHOLE = Document(
    INVOICE, "A1", customer="c1", currency="EUR", issued=date(2026, 1, 1), due=date(2026, 2, 1),
    total=Decimal(50),
)  # fmt: skip


def row(number: int, document: Document, file: str = "") -> Row:
    return Row(number, ((document.number, str(number)),), document=document, file=file)


def together(*documents: Document) -> Row:
    return merged([row(number, one) for number, one in enumerate(documents, 2)])


def test_rows_of_one_number_and_type_belong_together() -> None:
    assert key_of(row(2, WHOLE)) == key_of(row(9, WHOLE._replace(total=Decimal(7))))
    assert key_of(row(2, WHOLE)) != key_of(row(2, WHOLE._replace(type=CREDIT_NOTE)))
    assert key_of(row(2, WHOLE)) != key_of(row(2, WHOLE._replace(number="A2")))


def test_one_number_of_two_sellers_is_of_two_documents() -> None:
    one, other = WHOLE._replace(seller="S1"), WHOLE._replace(seller="S2")

    assert key_of(row(2, one)) != key_of(row(3, other))


def test_bodies_errors_and_payments_without_an_id_stand_alone() -> None:
    assert key_of(Row(2, (), body={"type": "invoice", "number": "A1"})) is None
    assert key_of(Row(2, (), error=ReadingError("bad_row", "", "bad"))) is None
    assert key_of(row(2, Document(PAYMENT, "", total=Decimal(5)))) is None


def test_a_row_that_repeats_another_is_counted_and_changes_nothing() -> None:
    found = together(WHOLE, WHOLE, WHOLE)

    assert (found.number, found.document, found.repeats) == (2, WHOLE, 2)
    assert len(found.cells) == 3


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"total": Decimal(25)}, "the amount (50 and 25)"),
        ({"customer": "c2"}, "the customer"),
        ({"currency": "USD"}, "the currency"),
        ({"due": date(2026, 3, 1)}, "the due day (2026-02-01 and 2026-03-01)"),
        ({"open": Decimal(25)}, "the open amount (none and 25)"),
        ({"disputed": True}, "whether it is disputed"),
        ({"issued": None}, "the day of issue"),
    ],
)
def test_rows_that_contradict_each_other_are_one_error_that_names_both(
    other: dict[str, object], word: str
) -> None:
    found = together(WHOLE, WHOLE, WHOLE._replace(**other))  # type: ignore[arg-type]

    assert found.document is None
    assert found.error is not None
    assert found.error.code == "number_conflict"
    assert "rows 2 and 4" in str(found.error)
    assert word in str(found.error)
    assert "neither is taken" in str(found.error)
    assert len(found.cells) == 3


def test_a_conflict_names_no_customer() -> None:
    found = together(WHOLE, WHOLE._replace(customer="Ada Lovelace"))

    assert "Ada" not in str(found.error)


def test_rows_of_two_files_of_an_archive_name_their_files() -> None:
    found = merged([row(2, WHOLE, "a.csv"), row(2, WHOLE._replace(total=Decimal(7)), "b.csv")])

    assert "row 2 of a.csv and row 2 of b.csv" in str(found.error)


def test_another_address_or_reference_is_no_contradiction() -> None:
    found = together(WHOLE._replace(email="a@example.com"), WHOLE._replace(email="b@example.com"))

    assert found.document is not None
    assert found.document.email == "a@example.com"


def line(amount: str | None, **more: object) -> Document:
    given = None if amount is None else Decimal(amount)
    one = WHOLE._replace(total=None, line=given, part=LINE)
    return one._replace(**more)  # type: ignore[arg-type]


def test_lines_are_added_and_two_equal_lines_are_two() -> None:
    found = together(line("10.10"), line("0.20"), line("0.20"))

    assert found.document is not None
    assert (found.document.total, found.repeats) == (Decimal("10.50"), 0)


def test_a_line_alone_is_its_document_s_total() -> None:
    found = together(line("10.10"))

    assert found.document is not None
    assert found.document.total == Decimal("10.10")


def test_a_stated_total_is_believed_and_not_the_lines() -> None:
    found = together(line("10", total=Decimal(99)), line("20", total=Decimal(99)))

    assert found.document is not None
    assert found.document.total == 99


def test_a_total_that_lines_state_differently_is_a_conflict() -> None:
    found = together(line("10", total=Decimal(99)), line("20", total=Decimal(98)))

    assert found.error is not None
    assert "the amount (99 and 98)" in str(found.error)


def test_lines_fill_what_the_first_leaves_out_and_must_not_differ() -> None:
    filled = together(line("10", due=None), line("20"))
    other = together(line("10"), line("20", customer="c2"))

    assert filled.document is not None
    assert filled.document.due == date(2026, 2, 1)
    assert other.error is not None


def test_lines_that_owe_the_customer_are_a_credit_note() -> None:
    for found in (together(line("10"), line("-30")), together(line("-20"))):
        assert found.document is not None
        assert (found.document.type, found.document.total) == (CREDIT_NOTE, 20)


def item(due: date | None, amount: str, *, disputed: bool = False, **more: object) -> Document:
    made = WHOLE._replace(due=due, total=Decimal(amount), disputed=disputed, part=ITEM)
    return made._replace(**more)  # type: ignore[arg-type]


FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def test_due_items_are_collected_by_day_with_their_sum() -> None:
    found = together(item(MARCH, "70", disputed=True), item(FEBRUARY, "30"))

    assert found.document is not None
    assert found.document.items == (
        Instalment(FEBRUARY, Decimal(30), False),
        Instalment(MARCH, Decimal(70), True),
    )
    assert (found.document.total, found.document.due) == (100, FEBRUARY)


def test_a_due_item_that_is_repeated_is_counted() -> None:
    found = together(item(MARCH, "70"), item(FEBRUARY, "30"), item(MARCH, "70.00"))

    assert found.document is not None
    assert (len(found.document.items), found.repeats) == (2, 1)


def test_a_repeat_of_the_only_due_item_leaves_a_plain_invoice() -> None:
    found = together(item(MARCH, "70", disputed=True), item(MARCH, "70", disputed=True))

    assert found.document is not None
    assert (found.document.items, found.document.total, found.document.disputed) == ((), 70, True)


@pytest.mark.parametrize(
    "other",
    [
        item(MARCH, "70", disputed=True),
        item(FEBRUARY, "30", customer="c2"),
        item(FEBRUARY, "30", currency="USD"),
        item(FEBRUARY, "30", kind="fee"),
        item(FEBRUARY, "30", creditor="other"),
    ],
)
def test_due_items_that_contradict_each_other_are_a_conflict(other: Document) -> None:
    found = together(item(MARCH, "70"), other)

    assert found.error is not None
    assert found.error.code == "number_conflict"


def test_two_due_items_of_a_day_with_different_amounts_are_two() -> None:
    found = together(item(MARCH, "70"), item(MARCH, "30"))

    assert found.document is not None
    assert len(found.document.items) == 2


def test_more_due_items_than_an_invoice_may_have_are_refused() -> None:
    found = together(*(item(MARCH, str(amount)) for amount in range(1, 1_002)))

    assert found.error is not None
    assert found.error.code == "too_many"


def part(invoice: str, amount: str | None, total: str = "1000") -> Document:
    return Document(
        PAYMENT, "P1", customer="c1", currency="EUR", total=Decimal(total), invoice=invoice,
        allocated=None if amount is None else Decimal(amount), settled_on=FEBRUARY, part=SPLIT,
    )  # fmt: skip


def test_parts_of_a_payment_are_its_allocations_and_the_rest_is_on_account() -> None:
    found = together(part("A1", "600"), part("A2", "219.20"), part("", "0"))

    assert found.document is not None
    assert found.document.allocations == (
        Allocation("A1", Decimal(600)),
        Allocation("A2", Decimal("219.20")),
    )
    assert (found.document.total, found.document.invoice) == (1000, "")


def test_one_part_of_a_payment_stays_what_it_is() -> None:
    found = together(part("A1", "819.20"), part("", "0"))

    assert found.document is not None
    assert (found.document.invoice, found.document.allocated) == ("A1", Decimal("819.20"))
    assert found.document.allocations == ()


def test_a_payment_for_no_invoice_is_on_account_as_a_whole() -> None:
    found = together(part("", "0"), part("", "0"))

    assert found.document is not None
    assert (found.document.invoice, found.document.allocated) == ("", 0)


def test_parts_that_are_more_than_their_payment_are_refused() -> None:
    found = together(part("A1", "600"), part("A2", "600"))

    assert found.error is not None
    assert found.error.code == "allocated_too_much"


def test_parts_of_payments_of_different_amounts_are_a_conflict() -> None:
    found = together(part("A1", "600"), part("A2", "100", total="900"))

    assert found.error is not None
    assert found.error.code == "number_conflict"


def test_more_rows_than_a_document_has_say_that_the_column_may_be_none() -> None:
    found = merged([row(2, WHOLE)] * 10_001)

    assert found.error is not None
    assert found.error.code == "too_many"
    assert "Is this column its number?" in str(found.error)


def test_gathered_rows_come_in_the_order_of_the_file_whatever_stands_between() -> None:
    other = WHOLE._replace(number="A2")
    error = Row(3, (), error=ReadingError("bad_row", "", "bad"))

    found = list(gathered([row(2, WHOLE), error, row(4, other), row(5, WHOLE)]))

    assert [one.number for one in found] == [3, 2, 4]
    assert [one.repeats for one in found] == [0, 1, 0]


@given(
    st.lists(
        st.builds(
            lambda name, cents, customer: WHOLE._replace(
                number=name, total=Decimal(cents) / 100, customer=customer
            ),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from([100, 200]),
            st.sampled_from(["c1", "c2"]),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_every_row_ends_in_one_record_whatever_their_order(
    documents: list[Document], order: object
) -> None:
    rows = [row(number, one) for number, one in enumerate(documents, 2)]
    shuffled = rows.copy()
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    found, again = list(gathered(rows)), list(gathered(shuffled))

    assert sum(len(one.cells) for one in found) == len(rows)
    taken = {one.document for one in found if one.document}
    assert taken == {one.document for one in again if one.document}
    for name in {one.number for one in documents}:
        distinct = {one for one in documents if one.number == name}
        assert (name in {one.number for one in taken}) == (len(distinct) == 1)


@given(st.lists(st.decimals(-999, 999, places=2), min_size=1, max_size=20))
def test_lines_add_up_exactly(amounts: list[Decimal]) -> None:
    found = together(*(line(str(amount)) for amount in amounts))

    assert found.document is not None
    assert found.document.total is not None
    total = found.document.total if found.document.type == INVOICE else -found.document.total
    assert total == sum(amounts)
