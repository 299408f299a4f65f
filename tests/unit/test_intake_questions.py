"""Questions of a file, answered as a creditor would: by the mapping file that its report offers."""

from typing import Any

import pytest
from dunning.domain.intake.currencies import may_stand
from dunning.domain.intake.mapping import (
    MappingFile,
    answer_for,
    answers_of,
    read_mapping,
    skeleton,
)
from dunning.domain.intake.understood import Question
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.importing import Cell
from tests.unit.tables import read

OPEN = "Invoice No;Customer;Invoice Date;Due Date;Amount\n"
OPEN_QUESTIONS = OPEN + "I1;Foo;01/02/2026;03/04/2026;1.234\nI2;Foo;01/02/2026;03/04/2026;5.678\n"
NAMED = OPEN.replace("\n", ";Currency\n")


def cell_of(currency: str = "") -> Cell:
    """A creditor's cell, with the currency of files that name none."""
    cell = Cell()
    if currency:
        cell.upload("creditor.json", f'{{"currency": "{currency}"}}', "config")
    return cell


def bills(*amounts: str) -> str:
    """A file of invoices I1, I2 … with these amounts and no column of currencies."""
    rows = enumerate(amounts, 1)
    return OPEN + "".join(f"I{n};Foo;2026-01-01;2026-01-31;{a}\n" for n, a in rows)


def in_column(*amounts: tuple[str, str]) -> str:
    """A file of invoices with (amount, currency)."""
    rows = enumerate(amounts, 1)
    return NAMED + "".join(f"I{n};Foo;2026-01-01;2026-01-31;{a};{c}\n" for n, (a, c) in rows)


def answer(cell: Cell, report: dict[str, Any]) -> dict[str, Any]:
    """Upload the mapping file that a report offers; its own report."""
    (file,) = {
        str(one["mapping_file"]): one["mapping_file"] for one in report["questions"]
    }.values()
    return cell.upload(file["upload_as"].removeprefix("config/acme/"), file["text"], "config")


def money(cell: Cell) -> dict[str, tuple[str, int]]:
    """Currency and cents of every open invoice."""
    return {one.ref.invoice: (one.currency, one.open) for one in cell.account("Foo").open}


def codes(report: dict[str, Any]) -> list[str]:
    return [question["code"] for question in report["questions"]]


# --- all at once, and none twice ----------------------------------------------------------------


def test_a_file_asks_all_at_once_and_its_offered_answers_are_all_it_needs() -> None:
    cell = cell_of()
    asked = cell.upload("a.csv", OPEN_QUESTIONS)

    assert codes(asked) == ["decimal", "dates", "currency"]
    taken = answer(cell, asked)
    report = cell.upload("a.csv", OPEN_QUESTIONS)

    assert (taken["rejected"], report["accepted"], report["questions"]) == (0, 2, [])
    assert money(cell) == {"I1": ("EUR", 123400), "I2": ("EUR", 567800)}


def test_the_offered_file_says_again_what_was_answered_before_and_keeps_its_name() -> None:
    cell = cell_of()
    layout = cell.upload("a.csv", OPEN_QUESTIONS)["understood"]["layout"]
    cell.upload("mappings/mine.yaml", f"layout: {layout}\ndates: month_first\n", "config")
    asked = cell.upload("a.csv", OPEN_QUESTIONS)

    assert codes(asked) == ["decimal", "currency"]
    file = asked["questions"][0]["mapping_file"]
    assert file["upload_as"] == "config/acme/mappings/mine.yaml"
    assert read_mapping(file["text"]).dates == "month_first"
    assert answer(cell, asked)["warnings"] == []
    assert cell.upload("a.csv", OPEN_QUESTIONS)["accepted"] == 2
    assert {str(one.due) for one in cell.account("Foo").open} == {"2026-03-04"}


def test_the_creditors_currency_is_not_asked_for_among_other_questions() -> None:
    assert codes(cell_of("EUR").upload("a.csv", OPEN_QUESTIONS)) == ["decimal", "dates"]


def test_a_mapping_file_that_replaces_one_of_another_name_says_so() -> None:
    cell = cell_of()
    cell.upload("mappings/one.yaml", "layout: columns-1a2b3c4d\ndecimal: ','\n", "config")
    again = cell.upload("mappings/one.yaml", "layout: columns-1a2b3c4d\ndecimal: '.'\n", "config")
    other = cell.upload("mappings/two.yaml", "layout: columns-1a2b3c4d\ncurrency: EUR\n", "config")
    apart = cell.upload(
        "mappings/three.yaml", "layout: columns-ffffffff\ndates: day_first\n", "config"
    )

    (warning,) = [one for one in other["warnings"] if "replaces" in one]
    assert "mappings/two.yaml replaces mappings/one.yaml" in warning
    assert not any("replaces" in one for one in [*again["warnings"], *apart["warnings"]])


HEADINGS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(
    lambda text: text == " ".join(text.split())
)


@given(number=HEADINGS, total=HEADINGS, ignored=HEADINGS, sheet=HEADINGS)
def test_every_answer_stands_in_the_next_file_but_for_those_that_are_asked_anew(
    number: str, total: str, ignored: str, sheet: str
) -> None:
    before = MappingFile(
        layout="columns-1a2b3c4d",
        columns={"number": number, "total": f"{number} 2"},
        ignore=(ignored,),
        dates="day_first",
        currency="EUR",
        sheet=sheet,
        header_row=7,
    )
    questions = [
        Question("columns", "Which?", ((answer_for("total", f"{total} 3"), "one"),)),
        Question("columns", "And?", ((answer_for("due", f"{total} 4"), "two"),)),
        Question("currency", "Which?", (("currency: SEK", "crowns"), ("currency: NOK", "others"))),
    ]

    found = read_mapping(skeleton("columns-1a2b3c4d", questions, answers_of(before)))

    named = {"number": number, "total": f"{total} 3", "due": f"{total} 4"}
    if number in (f"{total} 3", f"{total} 4"):
        del named["number"]
    assert found == MappingFile(
        layout="columns-1a2b3c4d",
        columns=named,
        ignore=(ignored,),
        dates="day_first",
        currency="SEK",
        sheet=sheet,
        header_row=7,
    )


# --- signs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "code", "fits"),
    [
        ("$", "USD", True), ("$", "CAD", True), ("$", "TTD", True), ("$", "BBD", True),
        ("$", "EUR", False), ("$", "GBP", False), ("¥", "JPY", True), ("¥", "CNY", True),
        ("¥", "EUR", False), ("kr", "SEK", True), ("kr", "DKK", True), ("kr", "EUR", False),
        ("Rs.", "INR", True), ("Rs.", "LKR", True), ("Rs.", "EUR", False),
    ],
)  # fmt: skip
def test_a_sign_stands_for_its_currencies_alone(sign: str, code: str, fits: bool) -> None:
    assert may_stand(sign, code) is fits


@pytest.mark.parametrize(
    ("amount", "first"),
    [("$4,250.00", "USD"), ("¥500", "JPY"), ("kr 100", "SEK"), ("Rs. 500", "INR")],
)
def test_the_creditors_currency_is_not_what_a_column_of_another_sign_is_in(
    amount: str, first: str
) -> None:
    cell = cell_of("EUR")
    asked = cell.upload("a.csv", bills(amount))

    assert (asked["accepted"], codes(asked)) == (0, ["currency"])
    lines = [one["line"] for one in asked["questions"][0]["answers"]]
    assert lines[0] == f"currency: {first}"
    assert "currency: EUR" not in lines
    answer(cell, asked)
    assert cell.upload("a.csv", bills(amount))["accepted"] == 1
    assert money(cell)["I1"][0] == first


def test_the_creditors_currency_is_what_its_own_sign_stands_for() -> None:
    cell = cell_of("CAD")

    assert cell.upload("a.csv", bills("$4,250.00"))["accepted"] == 1
    assert money(cell) == {"I1": ("CAD", 425000)}


def test_one_amount_of_another_sign_is_refused_and_the_others_are_taken() -> None:
    cell = cell_of("EUR")
    report = cell.upload("a.csv", bills("$5.00", "€7.00", "9.00"))

    assert [(one["row"], one["code"]) for one in report["errors"]] == [(2, "other_currency")]
    assert money(cell) == {"I2": ("EUR", 700), "I3": ("EUR", 900)}


def test_mixed_signs_are_each_rows_own() -> None:
    cell = cell_of("USD")
    cell.upload("a.csv", bills("$5.00", "€7.00", "9.00"))

    assert money(cell) == {"I1": ("USD", 500), "I2": ("EUR", 700), "I3": ("USD", 900)}


def test_mixed_signs_of_which_nothing_says_one_are_asked() -> None:
    cell = cell_of()
    asked = cell.upload("a.csv", bills("$5.00", "€7.00", "9.00"))

    assert (asked["accepted"], codes(asked)) == (0, ["currency"])
    answer(cell, asked)
    cell.upload("a.csv", bills("$5.00", "€7.00", "9.00"))
    assert money(cell) == {"I1": ("USD", 500), "I2": ("EUR", 700), "I3": ("USD", 900)}


def test_a_row_whose_sign_is_not_its_currencys_is_refused() -> None:
    cell = cell_of("EUR")
    body = in_column(("$1.00", "EUR"), ("2.00", "EUR"), ("$3.00", "CAD"))
    report = cell.upload("a.csv", body)

    assert [(one["row"], one["code"]) for one in report["errors"]] == [(2, "other_currency")]
    assert money(cell) == {"I2": ("EUR", 200), "I3": ("CAD", 300)}


def test_a_price_in_another_sign_is_refused_too() -> None:
    found = read(
        "Invoice Number,Customer Name,Invoice Date,Due Date,Item,Quantity,Unit Price,Currency\n"
        "I1,Foo,2026-01-01,2026-01-31,x,2,$10.00,EUR\nI2,Foo,2026-01-01,2026-01-31,x,2,10.00,EUR\n"
    )

    assert found.errors == [(2, "other_currency")]
    assert [one.number for one in found.documents] == ["I2"]


def test_a_sign_among_currencies_is_asked_for_in_the_report() -> None:
    cell = cell_of("EUR")
    body = in_column(("1.00", "Euro"), ("2.00", "eur"), ("3.00", ""), ("4.00", "$"))
    asked = cell.upload("a.csv", body)

    assert (asked["accepted"], codes(asked)) == (0, ["currency"])
    answer(cell, asked)
    report = cell.upload("a.csv", body)

    # The answer is what the sign means, and not what an empty cell is.
    assert [(one["row"], one["code"]) for one in report["errors"]] == [(4, "missing")]
    assert money(cell) == {"I1": ("EUR", 100), "I2": ("EUR", 200), "I4": ("USD", 400)}


# --- decimals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "amount", "answers"),
    [
        ("EUR", "1.234", {
            'decimal: ","': "1.234 is 1234.00 EUR",
            'decimal: "."': "1.234 is 1.234, and EUR has 2 decimals",
        }),
        ("EUR", "1,234", {
            'decimal: "."': "1,234 is 1234.00 EUR",
            'decimal: ","': "1,234 is 1.234, and EUR has 2 decimals",
        }),
        ("KWD", "1.234", {
            'decimal: "."': "1.234 is 1.234 KWD",
            'decimal: ","': "1.234 is 1234.000 KWD",
        }),
        ("JPY", "1.234", {
            'decimal: ","': "1.234 is 1234 JPY",
            'decimal: "."': "1.234 is 1.234, and JPY has 0 decimals",
        }),
        ("", "1.234", {
            'decimal: ","': "1.234 is 1234",
            'decimal: "."': "1.234 is 1.234",
        }),
    ],
)  # fmt: skip
def test_the_likelier_decimal_sign_is_one_that_the_currency_has_decimals_for(
    currency: str, amount: str, answers: dict[str, str]
) -> None:
    report = cell_of(currency).upload("a.csv", bills(amount))
    question = report["questions"][0]

    found = [(one["line"], one["means"]) for one in question["answers"]]
    assert found == list(answers.items())


def test_the_currency_of_a_column_orders_the_answers_too() -> None:
    report = cell_of("KWD").upload("a.csv", in_column(("1.234", "EUR")))

    assert report["questions"][0]["answers"][0]["means"] == "1.234 is 1234.00 EUR"
