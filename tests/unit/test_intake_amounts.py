"""Amounts as tables write them: every style by example, what is asked, and that none is misread."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from dunning.domain.intake.amounts import (
    ENOUGH,
    MOST_KEPT,
    Amount,
    NoAmounts,
    NumberStyle,
    style_of,
)
from dunning.domain.intake.cells import Ambiguous, Cell, decimal_of, text_of
from hypothesis import given
from hypothesis import strategies as st

NBSP, NARROW, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"
POINT, COMMA = "0.5", "0,5"


def found(*cells: Cell, decimal: str | None = None) -> NumberStyle:
    style = style_of(cells, decimal)
    assert isinstance(style, NumberStyle), style
    return style


def asked(*cells: Cell) -> Ambiguous:
    style = style_of(cells)
    assert isinstance(style, Ambiguous), style
    return style


def amount(cell: Cell, decimal: str | None = None) -> Amount:
    read = found(cell, decimal=decimal).read(cell)
    assert read is not None
    return read


@pytest.mark.parametrize(
    "cell",
    [
        "1234.56",
        "1,234.56",
        "1'234.56",
        "1’234.56",
        "1234,56",
        "1.234,56",
        "1'234,56",
        "1 234,56",
        f"1{NBSP}234,56",
        f"1{NARROW}234,56",
        f"1{THIN}234.56",
        "+1234.56",
        " 1234.56 ",
        "001234.56",
        1234.56,
    ],
)
def test_an_amount_is_read_however_it_is_written(cell: Cell) -> None:
    assert amount(cell) == Amount(Decimal("1234.56"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,28,500.00", "128500.00"),
        ("1,23,45,678.9", "12345678.9"),
        ("1,28,500", "128500"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234 567", "1234567"),
        ("0.123", "0.123"),
        ("0,500", "0.500"),
        ("1234.567", "1234.567"),
        (".50", "0.50"),
        (",5", "0.5"),
        ("5,-", "5"),
        ("1.234,--", "1234"),
        ("12.–", "12"),
        ("0.00", "0"),
        ("12345678901234567890.12", "12345678901234567890.12"),
    ],
)
def test_groups_and_decimals_are_told_apart(text: str, value: str) -> None:
    assert amount(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "-5.50",
        "5.50-",
        "(5.50)",
        "−5.50",
        "–5.50",
        "- 5.50",
        "5.50 -",
        "($5.50)",
        "$(5.50)",
        "-$5.50",
    ],
)
def test_a_negative_amount_is_negative_however_it_is_marked(text: str) -> None:
    assert amount(text).value == Decimal("-5.50")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("98,88 €", "EUR"),
        ("€98.88", "EUR"),
        ("EUR 98,88", "EUR"),
        ("98.88eur", "EUR"),
        ("98,88 Euro", "EUR"),
        ("CHF 98.88", "CHF"),
        ("Fr. 98.88", "CHF"),
        ("R$ 98,88", "BRL"),
        ("98,88 zł", "PLN"),
        ("98,88 Kč", "CZK"),
        ("£98.88", "GBP"),
        ("₹98.88", "INR"),
        ("US$98.88", "USD"),
        ("CA$98.88", "CAD"),
        ("98.88 USD", "USD"),
        ("$98.88 CAD", "CAD"),
        ("SEK 98,88 kr", "SEK"),
        ("98,88 ₺", "TRY"),
    ],
)
def test_a_code_or_a_sign_of_one_currency_names_it(text: str, currency: str) -> None:
    assert amount(text) == Amount(Decimal("98.88"), currency)


@pytest.mark.parametrize("sign", ["$", "kr", "¥", "Rs"])
@pytest.mark.parametrize("write", ["{0} 98.88", "98.88 {0}", "{0}98.88"])
def test_a_sign_of_several_currencies_names_none(sign: str, write: str) -> None:
    assert amount(write.format(sign)) == Amount(Decimal("98.88"), sign=sign)


def test_a_point_behind_a_word_is_the_words() -> None:
    assert amount("kr.98,88") == Amount(Decimal("98.88"), sign="kr")
    assert amount("Rs.500") == Amount(Decimal(500), sign="Rs")
    assert amount("$.50") == Amount(Decimal("0.50"), sign="$")


@pytest.mark.parametrize("side", ["dr", "cr"])
@pytest.mark.parametrize("mark", ["Dr Cr", "DR. CR", "S H", "Soll Haben"])
def test_a_side_of_the_account_is_told_and_changes_no_sign(mark: str, side: str) -> None:
    mark = mark.split()[side == "cr"]
    assert amount(f"1,28,500.00 {mark}") == Amount(Decimal(128500), "", side)
    assert amount(f"98,88{mark}") == Amount(Decimal("98.88"), "", side)
    assert amount(f"98,88 EUR {mark}") == Amount(Decimal("98.88"), "EUR", side)


@pytest.mark.parametrize("cell", ["", "  ", "-", "--", "—", "–"])
def test_a_cell_without_an_amount_is_none(cell: Cell) -> None:
    assert found("1.50").read(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "19 %",
        "19%",
        "1E+05",
        "1,5e3",
        "NaN",
        "Infinity",
        "1_000",
        "0x10",
        "1.234,56.78",
        "1,2,3",
        "12,34,56",
        "1 2 3",
        "1'2",
        "1234'567.00",
        "0,234,567",
        "--5.00",
        "(5.00",
        "5.00)",
        ")5.00(",
        "-(5.00)",
        "5.00 6.00",
        "5.00 pieces",
        "€5.00 USD",
        "EUR 5.00 USD",
        "12/05/2026",
        "٥٫٥",
        "５.５",
        "9" * 5000,
        True,
        float("inf"),
        float("nan"),
    ],
    ids=lambda cell: str(cell)[:20],
)
def test_what_is_no_amount_is_refused_with_a_sentence(cell: Cell) -> None:
    assert isinstance(style_of([cell]), NoAmounts)
    with pytest.raises(ValueError, match=r".{10,}") as refused:
        found("1.50").read(cell)
    assert len(str(refused.value)) < 200


def test_a_percentage_and_lost_digits_are_named_as_what_they_are() -> None:
    style = found("1.50")

    with pytest.raises(ValueError, match="percentage"):
        style.read("19 %")
    with pytest.raises(ValueError, match="lost digits"):
        style.read("1E+05")


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["1.234", "12.50"], "1.234"),
        (["1.234", "12,50"], "1234"),
        (["1.234", "1.234.567"], "1234"),
        (["1.234", "0.500"], "1.234"),
        (["1.234", "1'234.5"], "1.234"),
        (["1,234", "12,50"], "1.234"),
        (["1,234", "12.50"], "1234"),
        (["1,234", "1,28,500"], "1234"),
        (["1,234", "0,500"], "1.234"),
    ],
)
def test_one_amount_that_tells_tells_it_for_the_column(cells: list[Cell], value: str) -> None:
    read = found(*cells).read(cells[0])

    assert read is not None
    assert read.value == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12,000 €", "-100.000"])
def test_thousands_or_decimals_is_asked_where_nothing_tells(text: str) -> None:
    question = asked(text, "5", 17, text)

    assert question.key == "decimal"
    assert text in question.text
    assert [reading.answer for reading in question.readings] == [".", ","]
    values = {style_of([text], answer).read(text).value for answer in ".,"}  # type: ignore[union-attr]
    assert {f"{text} is {value:f}" for value in values} == {r.words for r in question.readings}


def test_a_persons_word_decides() -> None:
    assert amount("1,234", ",").value == Decimal("1.234")
    assert amount("1,234", ".").value == Decimal(1234)


def test_a_column_that_shows_both_signs_as_often_is_asked_about() -> None:
    question = asked("1.50", "1,50")

    assert "1.50" in question.text
    assert "1,50" in question.text
    assert [reading.answer for reading in question.readings] == [".", ","]


def test_one_amount_against_four_is_that_rows_error_and_not_the_columns() -> None:
    style = found("1.50", "2.50", "3.50", "4.50", "1,50")

    assert style.decimal == "."
    with pytest.raises(ValueError, match=r"'1,50' is not an amount as the others"):
        style.read("1,50")


def test_whole_amounts_alone_leave_it_to_each_later_one() -> None:
    style = found("12", "1500")

    assert style.read("1.5") == Amount(Decimal("1.5"))
    assert style.read("1,5") == Amount(Decimal("1.5"))
    with pytest.raises(ValueError, match="thousands"):
        style.read("1.500")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1234.1, "1234.1"),
        (0.1 + 0.2, "0.3"),
        (5119.849999999999, "5119.85"),
        (1.1 * 1.1, "1.21"),
        (68.8, "68.8"),
        (5.0, "5"),
        (-0.07, "-0.07"),
        (1e15, "1000000000000000"),
        (12345678901234.56, "12345678901234.56"),
        (1.2345678, "1.2345678"),
        (0.005, "0.005"),
        (7960000, "7960000"),
    ],
)
def test_numbers_of_a_workbook_keep_the_digits_that_were_typed(cell: float, text: str) -> None:
    assert str(amount(cell).value) == text
    assert text_of(cell) == text


def test_the_style_is_told_by_example() -> None:
    assert found("1.234,56").words == "1.234,56"
    assert found("1’234.56").words == "1'234.56"
    assert found("1234,5", "17").words == "1234,56"
    assert found("1,28,500.00 Dr").words == "1,23,456.00"


def test_truth_values_are_no_amounts_even_behind_a_one() -> None:
    style = found(1, "1", 1.0)
    assert style.read(1) == style.read("1") == Amount(Decimal(1))

    with pytest.raises(ValueError, match="True"):
        style.read(True)


def test_a_column_without_amounts_says_what_it_holds() -> None:
    assert style_of(["", "offen"]) == NoAmounts("offen")
    assert style_of([" "]) == NoAmounts("")


def test_no_more_of_a_column_is_read_than_tells_its_style() -> None:
    taken = 0

    def cells() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "1.50"

    assert isinstance(style_of(cells()), NumberStyle)
    assert taken == ENOUGH


def test_what_is_kept_in_memory_is_bounded() -> None:
    style = found("1,234.50")
    memo = style.read.__self__  # type: ignore[attr-defined]

    for number in range(MOST_KEPT + 2_000):
        assert style.read(f"{number:,}.25 €") == Amount(Decimal(f"{number}.25"), "EUR")
    assert len(memo) <= MOST_KEPT


GROUPS = {
    ".": ["", ",", "'", "’", " ", NBSP, NARROW],
    ",": ["", ".", "'", "’", " ", NBSP, NARROW],
}
AROUND: dict[str, tuple[str, str]] = {
    "{}": ("", ""),
    "{} €": ("EUR", ""),
    "€{}": ("EUR", ""),
    "CHF {}": ("CHF", ""),
    "{} kr": ("", ""),
    "{} Dr": ("", "dr"),
    "{} H": ("", "cr"),
}
NEGATIVE = ["-{}", "{}-", "({})", "−{}"]
STYLES = [(decimal, group) for decimal, groups in GROUPS.items() for group in groups]


def written(value: Decimal, decimal: str, group: str, places: int) -> str:
    """A value by the style, from Python's own formatting."""
    text = f"{abs(value):,.{places}f}"
    return text.translate(str.maketrans({",": group, ".": decimal}))


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12),
    st.sampled_from(STYLES),
    st.sampled_from([0, 1, 2, 2, 2, 3, 4]),
    st.sampled_from(sorted(AROUND)),
    st.sampled_from(NEGATIVE),
)
def test_amounts_written_in_one_style_are_read_back_or_asked_about(
    minor: list[int], style: tuple[str, str], places: int, around: str, negative: str
) -> None:
    decimal, group = style
    values = [Decimal(one).scaleb(-places) for one in minor]
    texts = []
    for value in values:
        text = around.format(written(value, decimal, group, places))
        texts.append(negative.format(text) if value < 0 else text)

    said = style_of(texts)
    if isinstance(said, Ambiguous):
        assert places in (0, 3)
        said = style_of(texts, decimal)
    assert isinstance(said, NumberStyle)

    read = [said.read(text) for text in texts]
    assert [one and one.value for one in read] == values
    assert {(one.currency, one.side) for one in read if one} == {AROUND[around]}


@given(st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 2)), min_size=1, max_size=8))
def test_numbers_rounded_to_cents_keep_their_cents(numbers: list[float]) -> None:
    style = found(*numbers)

    for number in numbers:
        assert style.read(number) == Amount(Decimal(f"{number:.2f}"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_only_the_noise_of_binary_fractions_is_dropped(number: float) -> None:
    kept = decimal_of(number)

    assert kept is not None
    assert abs(float(kept) - number) <= 1e-14 * abs(number)


PIECES = ["1", "0", "12", "123", ".", ",", "'", " ", "-", "(", ")", "€", "EUR", "Dr", "S", "$", "%"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=8)


@given(st.lists(TEXTS, min_size=1, max_size=12), st.sampled_from([".", ",", None]))
def test_what_a_cell_means_does_not_hang_on_what_was_read_before(
    texts: list[str], decimal: str | None
) -> None:
    sure = {".": "0.5", ",": "0,5", None: "5"}[decimal]

    def fresh() -> Callable[[Cell], Amount | None]:
        return found(sure, decimal=decimal).read

    one = fresh()
    together = [outcome(one, text) for text in [*texts, *texts]]
    assert together == [outcome(fresh(), text) for text in [*texts, *texts]]


@given(st.lists(TEXTS | st.floats() | st.integers() | st.booleans(), max_size=8))
def test_any_cells_are_amounts_or_sentences(cells: list[Cell]) -> None:
    style = style_of(cells)
    read = style.read if isinstance(style, NumberStyle) else found("1.50").read
    for cell in cells:
        said = outcome(read, cell)
        assert said is None or isinstance(said, str) or said.value.is_finite()


def outcome(read: Callable[[Cell], Amount | None], cell: Cell) -> Amount | str | None:
    try:
        return read(cell)
    except ValueError as error:
        assert str(error)  # noqa: PT017 (either outcome is allowed)
        return str(error)
