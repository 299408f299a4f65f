"""The headers that name what a notice advances: short, split, digested, always the same.

The counting from outside reads these words and nothing else of the product.
"""

from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from dunning.domain.customer import Address
from dunning.domain.due import Send
from dunning.domain.identity import ItemRef
from dunning.domain.lines import Line
from dunning.domain.notice import ITEMS_HEADER, LONGEST_HEADER, MOST_HEADERS, items, items_headers
from hypothesis import given
from hypothesis import strategies as st


def notice(*numbers: str) -> Send:
    lines = tuple(
        Line(ItemRef(number, 1), date(2026, 10, 1), 100, 100, 20, 2, True) for number in numbers
    )
    listed = Line(ItemRef("listed only", 1), date(2026, 10, 1), 100, 100, 5, 0, False)
    return Send(
        currency="EUR",
        policy="standard",
        version=1,
        channel="email",
        tone="friendly",
        level=2,
        address=Address("email", "a@b.example", "h"),
        serial=1,
        attempt=1,
        lines=(*lines, listed),
        run=date(2026, 11, 1),
        ruleset="r",
        reason="STEP_DUE",
    )


def test_only_what_is_advanced_is_named() -> None:
    assert items_headers(notice("SI10", "SI11")) == ((ITEMS_HEADER, "SI10/1/2/0, SI11/1/2/0"),)


def test_a_repeat_of_the_last_step_is_another_thing_than_the_step() -> None:
    send = notice("SI10")
    again = replace(send, lines=tuple(replace(line, repeat=2) for line in send.lines))
    assert items_headers(again) == ((ITEMS_HEADER, "SI10/1/2/2"),)


def test_a_number_with_anything_in_it_is_encoded_and_comes_back() -> None:
    ((_, value),) = items_headers(notice("R/2026, ü%"))
    assert value == "R%2F2026%2C%20%C3%BC%25/1/2/0"
    assert unquote(value.split("/")[0]) == "R/2026, ü%"


def test_what_does_not_fit_one_header_goes_on_in_numbered_ones() -> None:
    send = notice(*(f"NW-{n:06}" for n in range(300)))
    headers = items_headers(send)
    assert [name for name, _ in headers[:2]] == [ITEMS_HEADER, f"{ITEMS_HEADER}-2"]
    assert [one for _, value in headers for one in value.split(", ")] == list(items(send))


def test_beyond_eight_headers_each_item_is_a_digest() -> None:
    send = notice(*("X" * 90 + f"{n:06}" for n in range(200)))
    named = [one for _, value in items_headers(send) for one in value.split(", ")]
    assert len(set(named)) == 200
    assert all(one.startswith("~") and len(one) == 17 for one in named)


def test_beyond_that_one_entry_stands_for_all() -> None:
    first, second = (notice(*(f"{n}" * 30 for n in range(k, k + 1_000))) for k in (0, 1))
    ((_, value),) = items_headers(first)
    assert value.startswith("*1000~")
    assert items_headers(first) == items_headers(first)
    assert items_headers(first) != items_headers(second)


ANY_ID = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=100)


@given(st.lists(ANY_ID, min_size=1, max_size=80, unique=True))
def test_whatever_the_numbers_the_headers_are_what_the_provider_takes(numbers: list[str]) -> None:
    headers = items_headers(notice(*numbers))
    assert 1 <= len(headers) <= MOST_HEADERS
    for name, value in headers:
        assert len(name) + len(value) <= LONGEST_HEADER
        assert value.isascii()
        assert value.isprintable()
