"""Numbers in the text of a bank payment that may be invoices', by example and by law."""

import string
from datetime import date
from decimal import Decimal

import pytest
from dunning.domain.intake.document import PAYMENT, Document
from dunning.domain.intake.payer import MOST, NUMBER_WORDS, candidates, creditor_reference, told
from hypothesis import assume, given, settings
from hypothesis import strategies as st


def numbers(text: str, *stated: str) -> list[str]:
    return [one.number for one in candidates(text, stated)]


def sure(text: str) -> dict[str, bool]:
    return {one.number: one.sure for one in candidates(text)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Invoice R-1", "R-1"),
        ("Rechnung Nr. 12 vom 01.03.2026", "12"),
        ("Rg.-Nr.:12", "12"),
        ("ReNr12", "12"),
        ("Rechnungen 7, 8 und 9", "9"),
        ("facture n° 12", "12"),
        ("Factura núm. 12", "12"),
        ("fattura n.12", "12"),
        ("factuurnummer 12", "12"),
        ("SVWZ+RE 2026-0017 DATUM 01.03.2026", "2026-0017"),
        ("RE 2026-0017", "RE2026-0017"),
        ("RE 2026-0017", "RE 2026-0017"),
        ("INV-2026-0017", "2026-0017"),
        ("inv-2026-0017 thanks", "INV-2026-0017"),
        ("2026/0017", "2026/0017"),
        ("17/2026", "17/2026"),
        ("Rechnung 3/2026", "3/2026"),
        ("2026/0017", "20260017"),
        ("2026.0017", "20260017"),
        ("rent 100577", "100577"),
        ("EUR 119,00 for (R-1)", "R-1"),
    ],
)
def test_a_number_is_found_as_people_write_it(text: str, number: str) -> None:
    assert number in numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "thank you", "no 12", "12 months", "season 2026", "03/2026", "on 12.03.2026",
        "2026-03-12",
        "customer no 4711", "KD-NR.4711", "Kundennummer: 4711", "n° client 4711", "Vertrag 4711",
        "EUR 1.190,00", "1190,00 EUR", "IBAN DE02120300000000202051",
    ],
)  # fmt: skip
def test_days_amounts_and_numbers_of_other_things_are_no_candidates(text: str) -> None:
    assert numbers(text) == []


def test_a_bare_number_is_not_sure_unless_a_word_says_what_it_is() -> None:
    assert sure("housing 100577") == {"100577": False}
    assert sure("A1") == {"A1": False}
    assert sure("invoice 100577")["100577"]
    assert sure("AB-100577")["AB-100577"]
    assert not sure("AB-1")["AB-1"]
    assert sure("invoice AB-1")["AB-1"]
    # Behind the text of an invoice, another word begins another matter.
    assert sure("invoice 100577 season 100578") == {"100577": True, "100578": False}


@pytest.mark.parametrize(
    "text",
    ["RF18539007547034", "rf18 5390 0754 7034", "RF18 539007547034 thanks", "x RF185390 07547034"],
)
def test_a_creditor_reference_gives_what_it_is_made_of(text: str) -> None:
    assert dict(sure(text)).get("539007547034") is True


@pytest.mark.parametrize(
    ("text", "made_of"),
    [
        # The usual example of the standard's guides.
        ("RF18 5390 0754 7034", "539007547034"),
        ("RF18 5390 0754 7035", ""),
        ("RF81 5390 0754 7034", ""),
        ("RF18", ""),
        ("RFXX539007547034", ""),
        ("539007547034", ""),
        ("RF18-5390", ""),
    ],
)
def test_check_digits_tell_a_creditor_reference(text: str, made_of: str) -> None:
    assert creditor_reference(text) == made_of


def test_leading_zeros_of_a_creditor_reference_fill_it_up() -> None:
    text = _with_check_digits("0000000RE17")
    assert {"0000000RE17", "RE17"} <= set(numbers("", text))


def test_stated_numbers_come_first_and_those_of_the_text_in_its_order() -> None:
    found = numbers("invoices R-2001 and R-1001", "R-3001")
    wanted = ["R-3001", "R-2001", "R-1001"]
    assert [one for one in found if one in wanted] == wanted


def test_however_many_numbers_a_text_has_so_many_are_asked_for_at_most() -> None:
    found = numbers(" ".join(f"R-{n}" for n in range(1_000, 1_100)))
    assert len(found) == MOST
    assert found[0] == "R-1000"


WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=12), max_size=12).filter(
    # A word for another kind of number would say that it is one.
    lambda words: not {w.lower() for w in words} & {"kd", "lid", "tel", "bic"}
)
INVOICES = st.from_regex(r"\A[A-Z]{0,4}[-/.]?[0-9]{4,6}([-/.][0-9]{1,6})?\Z").filter(
    lambda text: text[0].isalnum()
)


def _is_year_or_day(number: str) -> bool:
    parts = number.replace("/", "-").replace(".", "-").split("-")
    return all(part.isdigit() for part in parts) and len(number) <= 10 and len(parts) < 4


@settings(deadline=None)
@given(WORDS, INVOICES, WORDS)
def test_a_number_put_anywhere_into_a_remittance_is_among_the_candidates(
    before: list[str], number: str, after: list[str]
) -> None:
    text = " ".join([*before, "invoice", number, *after])
    assert number in numbers(text)
    if not _is_year_or_day(number):
        assert number in numbers(" ".join([*before, number, *after]))


@settings(deadline=None)
@given(WORDS, INVOICES, WORDS, st.data())
def test_so_it_is_where_the_bank_broke_the_line_within_it(
    before: list[str], number: str, after: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(number) - 1))
    assume(number[:at].strip("-/.").lower() not in NUMBER_WORDS)  # "No 12" is the number 12
    broken = f"{number[:at]} {number[at:]}"
    assert number in numbers(" ".join([*before, "invoice", broken, *after]))


@settings(deadline=None)
@given(st.text(max_size=500), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_gives_few_candidates_each_of_them_once(text: str, stated: list[str]) -> None:
    found = numbers(text, *stated)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(one.strip() for one in found)


@given(st.from_regex(r"\A[0-9A-Z]{1,21}\Z"))
def test_every_text_with_its_check_digits_is_a_reference_made_of_it(made_of: str) -> None:
    assert creditor_reference(_with_check_digits(made_of)) == made_of


def _with_check_digits(made_of: str) -> str:
    """By ISO 7064: 98 less the remainder of what is checked, with zeros for the digits."""
    digits = "".join(
        str(string.digits.find(c)) if c.isdigit() else str(ord(c) - 55) for c in made_of
    )
    return f"RF{98 - int(digits + '271500') % 97:02}{made_of}"


def test_a_payment_is_told_without_its_payers_name_or_account() -> None:
    payment = Document(
        PAYMENT,
        "p1",
        name="Ada Lovelace",
        currency="EUR",
        total=Decimal("119"),
        settled_on=date(2026, 3, 6),
        account="DE02 1203 0000 0000 2020 51",
    )
    assert told(payment) == "119.00 EUR of 2026-03-06 from A… L…, account …2051"
    assert "without a name" in told(payment._replace(name="", account=""))
