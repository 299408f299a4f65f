"""The brand of creditor.json: what is taken, what is refused and why, and colours one can read."""

from typing import Any

import pytest
from dunning.domain.brand import LEAST_CONTRAST, NIGHT, PAPER, WHITE, Brand, contrast, readable
from dunning.domain.fields import ReadingError
from dunning.domain.reading_parties import read_creditor
from hypothesis import given
from hypothesis import strategies as st

WHOLE = {
    "logo": "https://northwind.example/logo.png",
    "logo_width": 180,
    "colour": "#0B5FFF",
    "signature": "Anna Byrne\nAccounts receivable",
    "imprint": "Northwind Traders Ltd, Galway",
    "privacy": "https://northwind.example/privacy",
    "contact": "Anna Byrne",
    "phone": "+353 1 555-1234",
    "qr": False,
}


def brand(**given: Any) -> Brand:
    return read_creditor({"creditor": "northwind", "brand": given}).brand


def test_a_brand_is_read_whole() -> None:
    assert brand(**WHOLE) == Brand(
        logo="https://northwind.example/logo.png",
        logo_width=180,
        colour="#0b5fff",
        signature=("Anna Byrne", "Accounts receivable"),
        imprint="Northwind Traders Ltd, Galway",
        privacy="https://northwind.example/privacy",
        contact="Anna Byrne",
        phone="+35315551234",
        qr=False,
    )


def test_a_creditor_without_a_brand_looks_as_usual() -> None:
    assert read_creditor({"creditor": "northwind"}).brand == Brand() == brand()


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({"logo": "http://northwind.example/logo.png"}, "bad_url", "https://"),
        ({"logo": 'https://x.example/"onerror=1'}, "bad_url", "https://"),
        ({"logo": "javascript:alert(1)"}, "bad_url", "https://"),
        ({"privacy": "https://user:secret@x.example/"}, "bad_url", "https://"),
        ({"colour": "red"}, "bad_colour", "#0f5c47"),
        ({"colour": "#ffcc00"}, "low_contrast", "text needs 4.5"),
        ({"phone": "01 555 1234"}, "bad_phone", "+35315551234"),
        ({"signature": ["a"] * 7}, "too_long", "6 lines"),
        ({"logo_width": 2_000}, "bad_number", "520"),
        ({"color": "#000000"}, "unknown_key", "'colour'"),
    ],
)
def test_what_a_mail_or_a_call_could_not_use_is_refused_with_a_way_out(
    given: dict[str, Any], code: str, says: str
) -> None:
    with pytest.raises(ReadingError) as caught:
        brand(**given)
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_colour_that_is_offered_instead_would_be_taken() -> None:
    with pytest.raises(ReadingError) as caught:
        brand(colour="#ffcc00")
    offered = next(
        word for word in str(caught.value).split() if word[0] == "#" and "cc00" not in word
    )
    assert brand(colour=offered).colour == offered


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_every_colour_that_is_taken_can_be_read_by_day_and_night(colour: str) -> None:
    if not readable(colour):
        with pytest.raises(ReadingError, match="contrast"):
            brand(colour=colour)
        return
    taken = brand(colour=colour)
    for ground in (WHITE, PAPER):
        assert contrast(taken.colour, ground) >= LEAST_CONTRAST
    for ground in (NIGHT, "#1a201d", "#111513"):
        assert contrast(taken.colour_at_night, ground) >= LEAST_CONTRAST


@pytest.mark.parametrize("name", ["", "northwind", "Northwind_1-EU", "n" * 64])
def test_a_creditor_s_tenant_in_ses_is_its_name(name: str) -> None:
    assert read_creditor({"creditor": "northwind", "ses_tenant": name}).ses_tenant == name


@pytest.mark.parametrize("name", ["north wind", "büro", "arn:aws:ses:eu-west-1:1:tenant/x", "a.b"])
def test_what_is_no_name_of_a_tenant_is_refused(name: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_creditor({"creditor": "northwind", "ses_tenant": name})
    assert (caught.value.code, caught.value.field) == ("bad_tenant", "ses_tenant")
