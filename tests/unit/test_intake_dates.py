"""Days as tables write them: every style by example, what is asked, and that nothing is misread."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from dunning.domain.intake.cells import Ambiguous, Cell
from dunning.domain.intake.dates import ENOUGH, MOST_KEPT, DateStyle, NoDates, style_of
from dunning.domain.intake.mapping import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from hypothesis import given
from hypothesis import strategies as st

JUNE_28 = date(2013, 6, 28)


def found(*cells: Cell, wanted: str | None = None) -> DateStyle:
    style = style_of(cells, wanted)
    assert isinstance(style, DateStyle), style
    return style


def asked(*cells: Cell) -> Ambiguous:
    style = style_of(cells)
    assert isinstance(style, Ambiguous), style
    return style


@pytest.mark.parametrize(
    "cell",
    [
        "2013-06-28",
        "2013/06/28",
        "2013.6.28",
        "20130628",
        "28.06.2013",
        "28.6.2013",
        "28. 6. 2013",
        "28/06/2013",
        "28-6-2013",
        "28 06 2013",
        "28.06.13",
        "28/6/13",
        "6/28/2013",
        "06-28-13",
        "28062013",
        "2013-06-28T10:30:00Z",
        "2013-06-28T23:30:00.123+02:00",
        "2013-06-28 10:30",
        "28.06.2013 10:30:15",
        "6/28/2013 11:59:59 PM",
        "28/06/2013, 10:30",
        "28 Jun 2013",
        "28-Jun-2013",
        "28-Jun-13",
        "28 June 2013",
        "June 28, 2013",
        "Jun 28, 2013",
        "JUN 28 2013",
        "28th of June 2013",
        "Fri, 28 Jun 2013",
        "2013-Jun-28",
        "28. Juni 2013",
        "Freitag, 28. Juni 2013",
        "28 juin 2013",
        "vendredi 28 juin 2013",
        "28 de junio de 2013",
        "28 giugno 2013",
        "28 giu 2013",
        "28 juni 2013",
        "28 Jun 2013 10:30",
        "  28.06.2013 ",
        "28.06.2013\N{NO-BREAK SPACE}00:00",
        "41453",
        "41453.5",
        "41453,99",
        41453,
        41453.75,
        20130628,
        JUNE_28,
        datetime(2013, 6, 28, 23, 59),  # noqa: DTZ001 (a cell has no zone)
    ],
    ids=str,
)
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert found(cell).read(cell) == JUNE_28


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12. März 2026", date(2026, 3, 12)),
        ("12. Mrz 2026", date(2026, 3, 12)),
        ("3. Jänner 2026", date(2026, 1, 3)),
        ("1er août 2026", date(2026, 8, 1)),
        ("15 févr. 2026", date(2026, 2, 15)),
        ("15 aout 2026", date(2026, 8, 15)),
        ("5 déc. 2026", date(2026, 12, 5)),
        ("2 de mayo de 2026", date(2026, 5, 2)),
        ("2 sept 2026", date(2026, 9, 2)),
        ("1 ago 2026", date(2026, 8, 1)),
        ("1 gennaio 2026", date(2026, 1, 1)),
        ("31 dic 2026", date(2026, 12, 31)),
        ("3 mei 2026", date(2026, 5, 3)),
        ("1 mrt 2026", date(2026, 3, 1)),
        ("1-Apr-2026", date(2026, 4, 1)),
        ("12-Aug-26", date(2026, 8, 12)),
        ("1 Okt 2026", date(2026, 10, 1)),
    ],
)
def test_months_are_known_by_their_names_in_six_languages(text: str, day: date) -> None:
    assert found(text).read(text) == day


@pytest.mark.parametrize(
    "cell", ["", "  ", "-", "--", "—", "00.00.0000", "0000-00-00", "00000000", "0", 0, 0.0]
)
def test_a_cell_without_a_day_is_none(cell: Cell) -> None:
    assert found("2013-06-28").read(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "31.02.2013",
        "2013-13-01",
        "0.0.2013",
        "28.06.1213",
        "2013-06-28x",
        "28.06.2013 25",
        "June 2013",
        "28 Jun",
        "28 Jun Jul 2013",
        "1,234.50",
        "12",
        "1234567890",
        "9999-12-31",
        "28/06-2013",
        "٢٨.٠٦.٢٠١٣",
        "2" * 5000,
        12,
        -41453,
        1e300,
        float("nan"),
        float("inf"),
        True,
        date(1899, 1, 1),
    ],
    ids=lambda cell: str(cell)[:20],
)
def test_what_is_no_day_is_refused_with_a_sentence(cell: Cell) -> None:
    assert isinstance(style_of([cell]), NoDates)
    with pytest.raises(ValueError, match=r"^'?.{3,}") as refused:
        found("2013-06-28").read(cell)
    assert len(str(refused.value)) < 200


def test_a_number_above_twelve_tells_the_order_of_the_whole_column() -> None:
    assert found("5/6/2013", "6/28/2013").read("5/6/2013") == date(2013, 5, 6)
    assert found("5/6/2013", "28/6/2013").read("5/6/2013") == date(2013, 6, 5)


def test_columns_given_together_tell_each_other() -> None:
    issued, due = ["5/6/2013"], ["6/28/2013"]

    assert found(*issued, *due).order == MONTH_FIRST


def test_the_order_is_asked_where_every_number_is_up_to_twelve() -> None:
    question = asked("05/06/2013", "11/12/2013")

    assert question.key == "dates"
    assert [(r.answer, r.words) for r in question.readings] == [
        (DAY_FIRST, "05/06/2013 is 5 June 2013"),
        (MONTH_FIRST, "05/06/2013 is 6 May 2013"),
    ]
    assert "05/06/2013" in question.text


@pytest.mark.parametrize(("wanted", "day"), [(DAY_FIRST, (6, 5)), (MONTH_FIRST, (5, 6))])
def test_a_persons_word_decides(wanted: str, day: tuple[int, int]) -> None:
    style = found("05/06/2013", wanted=wanted)

    assert style.read("05/06/2013") == date(2013, *day)


def test_a_persons_word_decides_against_the_column_too() -> None:
    style = found("28/06/2013", wanted=MONTH_FIRST)

    with pytest.raises(ValueError, match=r"no month 28: days here are month/day/year"):
        style.read("28/06/2013")


def test_days_with_dots_have_the_day_first_and_the_report_says_that_it_was_taken_so() -> None:
    style = found("05.06.2013")

    assert style.read("05.06.2013") == date(2013, 6, 5)
    assert "05.06.2013" in style.assumed
    assert found("05.06.2013", "28.06.2013").assumed == ""


def test_dots_with_the_month_first_are_believed_when_a_day_shows_it() -> None:
    assert found("05.06.2013", "06.28.2013").read("05.06.2013") == date(2013, 5, 6)


def test_the_same_number_twice_needs_no_order() -> None:
    assert found("06/06/2013").read("06/06/2013") == date(2013, 6, 6)


def test_one_row_against_four_is_that_rows_error_and_not_the_columns() -> None:
    style = found("28/06/2013", "29/06/2013", "30/06/2013", "27/06/2013", "06/28/2013")

    assert style.read("05/06/2013") == date(2013, 6, 5)
    with pytest.raises(ValueError, match="day/month/year"):
        style.read("06/28/2013")


def test_a_column_that_shows_both_orders_as_often_is_asked_about_with_both() -> None:
    question = asked("28/06/2013", "06/28/2013", "05/06/2013")

    assert "28/06/2013" in question.text
    assert "06/28/2013" in question.text
    assert len(question.readings) == 2


def test_styles_by_turns_are_read_each_by_its_own() -> None:
    cells: list[Cell] = [JUNE_28, 41453, "41453", "28-Jun-2013", "2013-06-28", "28.06.2013"]
    style = found(*cells)

    assert {style.read(cell) for cell in cells} == {JUNE_28}
    for word in ("date cells", "serial numbers", "names of months", "day.month.year"):
        assert word in style.words


def test_serial_numbers_count_as_spreadsheets_do() -> None:
    # 1 January 2000 is 36526 in every spreadsheet of the 1900 system.
    style = found(36526)

    assert style.read(36526) == date(2000, 1, 1)
    assert style.read("41441") == date(2013, 6, 16)


def test_two_digit_years_are_of_1970_to_2069() -> None:
    style = found("31.12.26")

    assert style.read("31.12.69") == date(2069, 12, 31)
    assert style.read("31.12.70") == date(1970, 12, 31)


def test_two_digit_years_that_may_stand_first_are_asked_about() -> None:
    question = asked("26/05/03", "26/05/13", "26/06/28")

    assert [reading.answer for reading in question.readings] == [DAY_FIRST, YEAR_FIRST]
    assert found("26/05/13", wanted=YEAR_FIRST).read("26/05/13") == date(2026, 5, 13)


def test_years_that_may_stand_first_are_asked_about_where_no_day_tells_anything_else() -> None:
    assert asked("1.1.10", "1.1.21").example == "1.1.10"


def test_two_digits_in_front_that_are_nothing_but_a_year_are_one() -> None:
    assert found("99/05/13").read("99/05/13") == date(1999, 5, 13)


def test_a_day_that_lost_its_first_zero_is_read() -> None:
    assert found("5062013", "28062013").read("5062013") == date(2013, 6, 5)


def test_a_column_without_days_says_what_it_holds() -> None:
    assert style_of(["", "Nein", "Ja"]) == NoDates("Nein")
    assert style_of(["", " "]) == NoDates("")


def test_no_more_of_a_column_is_read_than_tells_its_order() -> None:
    taken = 0

    def cells() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "28/06/2013"

    assert isinstance(style_of(cells()), DateStyle)
    assert taken == ENOUGH


def test_a_column_that_has_not_told_yet_is_read_on() -> None:
    cells = ["05/06/2013"] * (3 * ENOUGH) + ["28/06/2013"]

    assert found(*cells).order == DAY_FIRST


def test_what_is_kept_in_memory_is_bounded() -> None:
    style = found("2013-06-28")
    memo = style.read.__self__  # type: ignore[attr-defined]

    for number in range(MOST_KEPT + 10):
        style.read(f"2013-06-28 {' ' * (number % 20)}{number % 24}:{number % 60:02}")
        assert len(memo) <= MOST_KEPT


DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))
RECENT = st.dates(date(1970, 1, 1), date(2069, 12, 31))
WAYS: dict[str, tuple[str, Callable[[date], str]]] = {
    "d.m.y": (DAY_FIRST, lambda d: f"{d.day:02}.{d.month:02}.{d.year}"),
    "d/m/y": (DAY_FIRST, lambda d: f"{d.day}/{d.month}/{d.year}"),
    "d-m-y": (DAY_FIRST, lambda d: f"{d.day:02}-{d.month:02}-{d.year}"),
    "ddmmyyyy": (DAY_FIRST, lambda d: f"{d.day:02}{d.month:02}{d.year}"),
    "m/d/y": (MONTH_FIRST, lambda d: f"{d.month}/{d.day}/{d.year}"),
    "mm-dd-y": (MONTH_FIRST, lambda d: f"{d.month:02}-{d.day:02}-{d.year}"),
}
PLAIN: list[Callable[[date], Cell]] = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: int(f"{d:%Y%m%d}"),
    lambda d: f"{d:%d %b %Y}",
    lambda d: f"{d:%B} {d.day}, {d.year}",
    lambda d: f"{d.isoformat()}T12:00:00Z",
    lambda d: d,
    lambda d: datetime(d.year, d.month, d.day, 13),  # noqa: DTZ001 (a cell has no zone)
]


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(sorted(WAYS)))
def test_days_written_in_one_way_are_read_back_or_asked_about(days: list[date], way: str) -> None:
    order, write = WAYS[way]
    texts = [write(day) for day in days]
    style = style_of(texts)

    if isinstance(style, Ambiguous):
        assert all(day.day <= 12 for day in days)
        assert order in {reading.answer for reading in style.readings}
        style = style_of(texts, order)
    assert isinstance(style, DateStyle)
    assert [style.read(text) for text in texts] == days


@given(st.lists(RECENT, min_size=1, max_size=20), st.sampled_from("./-"))
def test_two_digit_years_are_read_back_or_asked_about(days: list[date], sign: str) -> None:
    texts = [sign.join(f"{n:02}" for n in (d.day, d.month, d.year % 100)) for d in days]
    style = style_of(texts)

    if isinstance(style, Ambiguous):
        style = style_of(texts, DAY_FIRST)
    assert isinstance(style, DateStyle)
    assert [style.read(text) for text in texts] == days


@given(st.lists(st.tuples(DAYS, st.sampled_from(PLAIN)), min_size=1, max_size=20))
def test_days_that_tell_by_themselves_are_read_back_in_any_mixture(
    written: list[tuple[date, Callable[[date], Cell]]],
) -> None:
    cells = [write(day) for day, write in written]
    style = found(*cells)

    assert [style.read(cell) for cell in cells] == [day for day, _ in written]


SERIALS: list[Callable[[int], Cell]] = [
    int,
    float,
    str,
    lambda n: f"{n}.5",
    lambda n: n + 0.25,
]


@given(st.integers(0, 47_481), st.sampled_from(SERIALS))
def test_serial_numbers_are_read_as_days_since_the_epoch(
    days: int, write: Callable[[int], Cell]
) -> None:
    cell = write(25_569 + days)  # 25569 is 1 January 1970

    assert found(cell).read(cell) == date(1970, 1, 1) + timedelta(days=days)


@given(st.lists(st.text(max_size=12) | st.floats() | st.integers() | st.booleans(), max_size=8))
def test_any_cells_are_days_or_sentences(cells: list[Cell]) -> None:
    style = style_of(cells)
    reads = style if isinstance(style, DateStyle) else found("2013-06-28")
    for cell in cells:
        try:
            day = reads.read(cell)
        except ValueError as error:
            assert str(error)  # noqa: PT017 (either outcome is allowed, nothing else is)
        else:
            assert day is None or date(1970, 1, 1) <= day < date(2200, 1, 1)


@given(
    st.lists(
        st.builds(
            lambda *n: f"{n[0]}{n[3]}{n[1]}{n[3]}{n[2]}",
            st.integers(0, 40),
            st.integers(0, 40),
            st.integers(0, 2300),
            st.sampled_from("./- "),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_cell_means_does_not_hang_on_what_was_read_before(texts: list[str]) -> None:
    style = style_of(texts)
    if not isinstance(style, DateStyle):
        return
    first = [outcome(style, text) for text in texts]
    again = found("06/06/2013", wanted=style.order or None) if style.order else style
    assert [outcome(again, text) for text in reversed(texts)] == first[::-1]


def outcome(style: DateStyle, text: str) -> date | str | None:
    try:
        return style.read(text)
    except ValueError as error:
        return str(error)
