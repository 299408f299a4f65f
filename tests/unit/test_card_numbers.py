"""Card numbers in what people write: only the last four digits are kept."""

import pytest
from dunning.domain.bodies import DisputeBody
from dunning.domain.card_numbers import without_card_numbers
from dunning.domain.reading import read
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("take 4242 4242 4242 4242 please", "take ****4242 please"),
        ("4242424242424242", "****4242"),
        ("5555-5555-5555-4444, 08/29", "****4444, 08/29"),
        ("AmEx 3782 822463 10005.", "AmEx ****0005."),
        ("two: 4111111111111111 and 6011000990139424", "two: ****1111 and ****9424"),
        ("4242\u00a04242\u202f4242 4242", "****4242"),
        # Beside another number, as in the text of a transfer.
        ("RE-2026-0017 4242 4242 4242 4242", "RE-2026-0017 ****4242"),
        ("4242 4242 4242 4242 2026-0017", "****4242 2026-0017"),
        ("2026 3782 822463 10005 1234", "2026 ****0005 1234"),
    ],
)
def test_46_a_card_number_in_a_text_is_hidden(text: str, kept: str) -> None:
    assert without_card_numbers(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "invoice 4242424242424241",  # the check digit does not fit
        "DE89370400440532013000",  # an IBAN
        "12345678901234567890123",  # longer than any card number
        "call +49 30 901820",
        "order 9999 9999 9999 9995",  # nobody's numbers begin so
        "",
        "2026-0017 2026-0018 2026-0019 2026-0020",  # invoices in a row
    ],
)
def test_what_is_no_card_number_stays(text: str) -> None:
    assert without_card_numbers(text) == text


@given(st.text())
def test_hiding_twice_is_hiding_once(text: str) -> None:
    once = without_card_numbers(text)
    assert without_card_numbers(once) == once


def test_46_what_a_customer_writes_in_a_dispute_is_kept_without_it() -> None:
    (body,) = read(
        {
            "on": "2026-03-01",
            "type": "dispute",
            "id": "d1",
            "invoice": "SI1",
            "reason": "I paid with 4242 4242 4242 4242",
        }
    ).bodies
    assert isinstance(body, DisputeBody)
    assert body.reason == "I paid with ****4242"
