"""Rows packed as lines while a file waits in parts: what comes out is what went in."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import Document
from dunning.domain.intake.row import Row
from dunning.domain.reading import Defaults, read
from dunning.service.intake_lines import pack, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.text(max_size=8)
CELLS = st.lists(st.lists(TEXTS, max_size=3).map(tuple), max_size=3).map(tuple)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**7), CELLS, st.integers(0, 9), TEXTS, st.builds(Document))
def test_a_document_comes_back_as_it_was(
    number: int, cells: tuple[tuple[str, ...], ...], repeats: int, file: str, document: Document
) -> None:
    row = Row(number, cells, repeats=repeats, file=file, document=document)
    # By their words: a number that is none (NaN) is never equal to itself.
    assert repr(unpack(pack(row))) == repr(row)


def test_an_amount_keeps_its_digits() -> None:
    document = Document("invoice", "A", total=Decimal("12.50"), due=date(2026, 2, 28))
    found = unpack(pack(Row(1, (), document=document))).document
    assert found is not None
    assert str(found.total) == "12.50"
    assert found.due == date(2026, 2, 28)


def test_a_lone_surrogate_in_a_cell_is_no_reason_to_stop() -> None:
    row = Row(1, (("\ud800",),), document=Document("invoice", "A\udfff"))
    assert unpack(pack(row)) == row


def test_an_error_keeps_code_field_and_sentence() -> None:
    row = unpack(pack(Row(3, (("x",),), error=ReadingError("bad_day", "due", "no day"))))
    assert row.error is not None
    assert (row.error.code, row.error.field, str(row.error)) == ("bad_day", "due", "no day")


@given(AMOUNTS.filter(lambda amount: 0 < amount < 10**9))
def test_a_body_means_the_same_after_a_wait(amount: Decimal) -> None:
    body: dict[str, object] = {
        "on": "2026-01-01",
        "type": "payment",
        "id": 7,
        "customer": "c",
        "currency": "EUR",
        "amount": amount,
        "allocations": [{"invoice": "A", "item": 1, "amount": amount}],
    }
    defaults = Defaults("acme")

    def meaning(raw: object) -> object:
        assert isinstance(raw, dict)
        try:
            return read(raw, defaults)
        except ReadingError as error:
            return error.code

    assert meaning(unpack(pack(Row(1, (), body=body))).body) == meaning(body)


@pytest.mark.parametrize("text", ["1E+3", "1E+999999999", "-0", "NaN", "Infinity"])
def test_a_number_of_another_kind_is_no_reason_to_stop(text: str) -> None:
    row = unpack(pack(Row(1, (), body={"amount": Decimal(text)})))
    assert row.body is not None
    assert isinstance(row.body["amount"], str)
