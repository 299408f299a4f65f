"""One person, one hash: however an address was typed, and under no other key.

Whether an address may be used is not decided here.
"""

import pytest
from dunning.adapters import phone_numbers
from dunning.adapters.address_hash import (
    _CODES_OF_TWO,
    KeyedHash,
    email_normal_form,
    phone_normal_form,
)
from dunning.adapters.secrets import SecretKey
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

HASH = KeyedHash(lambda: b"k" * 64)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Office@Harbour.Example", "office@harbour.example"),
        ("  office@harbour.example\n", "office@harbour.example"),
        ("The Office <office@harbour.example>", "office@harbour.example"),
        ("office@HAFEN-KÖLN.example", "office@xn--hafen-kln-67a.example"),
        ("office@xn--hafen-kln-67a.example", "office@xn--hafen-kln-67a.example"),
        ("bu\u0308ro@harbour.example", "b\u00fcro@harbour.example"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_an_email_address_has_one_normal_form(typed: str, normal: str) -> None:
    assert email_normal_form(typed) == normal


@pytest.mark.parametrize(
    "typed",
    ["+49 30 1234567", "0049 30 1234567", "+49-30-123 45 67", "+49(30)1234567", "+４９ 30 1234567"],
)
def test_a_number_has_one_normal_form(typed: str) -> None:
    assert phone_normal_form(typed) == "+49301234567"


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("+49 (0)30 1234567", None),
        ("+49 030 1234567", None),
        ("030 / 123 45 67", "DE"),
        ("0049 30 1234567", "FR"),
        ("+49 30 1234567", "US"),
    ],
)
def test_a_zero_that_is_dialled_at_home_alone_is_no_part_of_a_number(
    typed: str, country: str | None
) -> None:
    assert phone_normal_form(typed, country) == "+49301234567"
    assert HASH("voice", typed, country) == HASH("voice", "+49301234567")


def test_most_numbers_load_no_numbering_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> str:
        raise AssertionError("loaded")

    monkeypatch.setattr(phone_numbers, "e164", refused)
    assert phone_normal_form("+49 30 1234567", "DE") == "+49301234567"
    assert phone_normal_form("+1 (201) 555-0100") == "+12015550100"
    assert phone_normal_form("+353 1 234 5678") == "+35312345678"
    with pytest.raises(AssertionError, match="loaded"):
        phone_normal_form("+39 06 1234567")


def test_every_calling_code_has_its_own_length() -> None:
    codes = {str(code) for code in COUNTRY_CODE_TO_REGION_CODE}
    assert {code for code in codes if len(code) == 2} == set(_CODES_OF_TWO)
    assert {code for code in codes if len(code) == 1} == {"1", "7"}


@pytest.mark.parametrize(
    ("typed", "country", "normal"),
    [
        ("06 1234567", "IT", "+39061234567"),  # Italy dials its zero from everywhere
        ("212-555-0100", "US", "+12125550100"),
        ("12", "US", "+12"),
        ("1234567", None, "+1234567"),
        ("", None, "+"),
    ],
)
def test_a_number_without_its_calling_code_is_one_of_its_country(
    typed: str, country: str | None, normal: str
) -> None:
    assert phone_normal_form(typed, country) == normal


def test_the_hash_is_16_hexadecimal_digits_and_depends_on_key_and_channel() -> None:
    hashed = HASH("email", "Office@harbour.example")
    assert len(hashed) == 16
    assert int(hashed, 16) >= 0
    assert hashed == HASH("email", "office@harbour.example")
    assert hashed != HASH("voice", "office@harbour.example")
    assert hashed != KeyedHash(lambda: b"x" * 64)("email", "office@harbour.example")


def test_a_number_has_one_hash_called_or_texted() -> None:
    assert HASH("voice", "+49 30 1234567") == HASH("sms", "0049301234567")


class Vault:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.asked += 1
        return {"SecretString": f"key of {SecretId}"}


def test_the_key_is_fetched_once_and_never_shown() -> None:
    vault = Vault()
    key = SecretKey(vault, "arn")  # type: ignore[arg-type]
    assert vault.asked == 0
    assert key() == key() == b"key of arn"
    assert vault.asked == 1
    assert "key of" not in repr(key)
