"""What a policy file is told: every mistake with its line and its mend, and what is allowed and
probably not meant.
"""

import json
from datetime import date

import pytest
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.domain.policy_file import read_policy_file
from dunning.domain.policy_nodes import PolicyFileError, Problem

from tests.offline import customer, invoice, ladder
from tests.unit.importing import Cell, lines

TWELVE = """\
policies:
  - id: standard
    applies_to: {kinds: [invioce], currencies: [EURO]}
    track: invoice
    grace: {days: three}
    minimum: {amount: {EUR: "1,00"}, percent: 110}
    send_at: 9 o'clock
    send_days: [mondey]
    calendar: Bavaria
    minium: {amount: {EUR: 5}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [e-mail], tone: friendly}
      - {level: 1, after_due: {days: 5}, channels: [email], tone: angry}
      - {level: 3, after_previous: {days: 10}, channels: [email], repeat_every: {days: 7}}
"""
NO_CALENDAR = (
    "'Bavaria' is not a calendar; write a country as DE, or a region as DE-BY,"
    " or creditor, or customer"
)
EXPECTED = [
    (3, "currencies", "'EURO' is not a currency of ISO 4217; write its three-letter code, as EUR"),
    (3, "kinds", "'invioce' is not known; did you mean 'invoice'?"),
    (4, "track", "'invoice' is no such track; known are: account, item"),
    (5, "days", "'three' is not a whole number from 0 to 3650"),
    (6, "EUR", "'1,00' is not an amount; write digits with a point, as 94.00"),
    (6, "percent", "'110' is not a percentage from 0 to 100, as 10 or 2.5"),
    (7, "send_at", 'a time is written as "09:00"'),
    (8, "send_days", "'mondey' is not a weekday; did you mean 'monday'?"),
    (
        9,
        "calendar",
        NO_CALENDAR,
    ),
    (10, "minium", "a policy has no such key; did you mean 'minimum'?"),
    (12, "channels", "'e-mail' is not known; did you mean 'email'?"),
    (13, "after_due", "days rise from step to step; after 10 days comes more"),
    (13, "level", "levels rise from step to step; after 1 comes more"),
    (13, "tone", "'angry' is no such tone; known are: by_behaviour, formal, friendly, persuasive"),
    (
        14,
        "repeat_every",
        "this would go on for ever; give repeat_max here, or max_notices above",
    ),
]


KINDS = """\
policies:
  - id: standard
    grace: {days: -3}
    minium: {amount: {EUR: 5}}
    minimum: {amount: {EUR: "1,00"}}
    min_interval: {days: three}
    track: invoice
    calendar: Bavaria
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [e-mail], tone: friendly}
      - {level: 1, after_due: {days: 20}, channels: [email], tone: angry}
      - {level: 3, after_previous: {days: 10}, channels: [email], repeat_every: {days: 7}}
  - id: everybody
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email]}
  - id: euro
    applies_to: {currencies: [EUR]}
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email]}
  - id: fees
    applies_to: {kinds: [fee]}
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email]}
  - id: never
    applies_to: {segments: [vip], customer_classes: [public]}
    ladder: []
  - id: euro
    applies_to: {currencies: [EURO], kinds: [fee], segments: [a]}
    ladder:
      - {level: 1, channels: [email]}
"""
TOLD = {
    "a negative grace": (3, "grace", "from 0"),
    "an unknown key": (4, "minium", "did you mean 'minimum'?"),
    "an amount with a comma": (5, "EUR", "digits with a point, as 94.00"),
    "a duration in words": (6, "min_interval", "whole number from 1"),
    "an unknown track": (7, "track", "account, item"),
    "no calendar": (8, "calendar", "a country as DE, or a region as DE-BY"),
    "an unknown channel": (10, "channels", "did you mean 'email'?"),
    "a level twice": (11, "level", "after 1 comes more"),
    "an unknown tone": (11, "tone", "formal, friendly, persuasive"),
    "repeats without an end": (12, "repeat_every", "give repeat_max here, or max_notices above"),
    "two defaults": (13, "applies_to", "at most one policy is the default"),
    "an overlap": (20, "applies_to", "give one of them a further criterion"),
    "a policy that can never fire": (26, "ladder", "one step or more"),
    "an id twice": (27, "id", "choose another"),
    "no currency": (28, "currencies", "its three-letter code, as EUR"),
    "a step without a day": (30, "after_due", "either after_due or after_previous"),
}


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyFileError) as caught:
        read_policy_file(text, HolidayCalendars())
    return caught.value.problems


def test_a_policy_file_with_twelve_different_mistakes_gets_twelve_good_messages_in_one_run() -> (
    None
):
    found = problems(TWELVE)

    assert [tuple(one) for one in found] == EXPECTED
    assert len({(one.line, one.key) for one in found}) >= 12
    for one in found:
        assert str(one).startswith(f"line {one.line}: {one.key}: ")


def test_mistakes_of_sixteen_kinds_are_each_told_in_one_run_with_line_and_mend() -> None:
    found = problems(KINDS)

    assert len(found) == len(TOLD)
    for kind, (line, key, mend) in TOLD.items():
        (told,) = (one for one in found if one.line == line and mend in one.message)
        # A duration's own key is days; what it is of stands in its line.
        assert told.key in (key, "days"), kind
        assert str(told).startswith(f"line {line}: "), kind


def test_the_report_of_an_upload_has_every_one_of_them_and_the_old_policies_stand() -> None:
    cell = Cell()
    cell.upload("policies.yaml", ladder(30), "config")
    report = cell.upload("policies.yaml", TWELVE, "config")

    assert (report["accepted"], report["rejected"]) == (0, len(EXPECTED))
    assert [one["row"] for one in report["errors"]] == [line for line, *_ in EXPECTED]
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert [step.after_due for step in book.policies[0].ladder] == [30]


STEP = "    ladder:\n      - {level: 1, after_due: {days: 1}, channels: [email]}\n"


def two(first: str, second: str) -> str:
    """Two policies with criteria: `a` in line 2, `b` in line 6."""
    return (
        f"policies:\n  - id: a\n    applies_to: {first}\n{STEP}"
        f"  - id: b\n    applies_to: {second}\n{STEP}"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{}", "{}"),
        ("{kinds: [invoice]}", "{currencies: [EUR]}"),
        ("{segments: [a, b]}", "{segments: [b]}"),
        ("{amounts: {EUR: {from: 100}}}", "{amounts: {EUR: {to: 101}}}"),
        ("{amounts: {EUR: {from: 100}}}", "{currencies: [EUR, USD]}"),
        ("{amounts: {EUR: {from: 100}}}", "{kinds: [fee]}"),
    ],
)
def test_two_policies_that_claim_an_item_equally_are_refused_with_both_lines(
    first: str, second: str
) -> None:
    (problem,) = problems(two(first, second))

    assert (problem.line, problem.key) == (6, "applies_to")
    assert "a (line 2)" in problem.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{amounts: {EUR: {from: 100}}}", "{amounts: {EUR: {to: 100}}}"),
        ("{amounts: {EUR: {from: 100}}}", "{amounts: {USD: {from: 100}}}"),
        ("{amounts: {EUR: {from: 100}}}", "{currencies: [USD]}"),
        ("{amounts: {EUR: {from: 100}}}", "{amounts: {EUR: {from: 200}}, kinds: [fee]}"),
        ("{customer_classes: [consumer]}", "{customer_classes: [public]}"),
    ],
)
def test_policies_of_which_one_wins_are_taken(first: str, second: str) -> None:
    assert len(read_policy_file(two(first, second)).policies) == 2


def test_an_id_that_is_taken_names_the_line_that_has_it() -> None:
    text = f"policies:\n  - id: a\n{STEP}  - id: a\n    applies_to: {{kinds: [fee]}}\n{STEP}"

    (problem,) = problems(text)

    assert (problem.line, problem.key) == (5, "id")
    assert "line 2" in problem.message


def warned(text: str) -> list[tuple[int, str]]:
    """Line and key of each warning; the file is taken."""
    return [(one.line, one.key) for one in read_policy_file(text, HolidayCalendars()).warnings]


def one(more: str = "", steps: str = "") -> str:
    """One policy with more keys (line 3), and steps of its own."""
    own = steps or "{level: 1, after_due: {days: 10}, channels: [email]}"
    ladder_ = "".join(f"      - {step}\n" for step in own.split("\n"))
    return f"policies:\n  - id: p\n    {more or 'track: item'}\n    ladder:\n{ladder_}"


STEPS = "\n".join(
    f"{{level: {n}, after_due: {{days: {n * 10}}}, channels: [email]}}" for n in (1, 2, 3)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (one(), []),
        (one("grace: {days: 3}", STEPS), []),
        (one("max_notices: 2", STEPS), [(7, "level")]),
        (one("max_notices: 3", STEPS), []),
        (one("max_notices: 2", STEPS.replace("[email]", "[voice, email]")), []),
        (one("grace: {days: 10}"), [(5, "after_due")]),
        (one("grace: {months: 1}", STEPS), [(5, "after_due"), (6, "after_due"), (7, "after_due")]),
        (one("min_interval: {days: 11}", STEPS), [(6, "after_due"), (7, "after_due")]),
        (one("min_interval: {days: 10}", STEPS), []),
        (one(steps="{level: 1, after_due: {days: -3}, channels: [email]}"), [(2, "ladder")]),
        (
            one(
                "min_interval: {weeks: 2}",
                "{level: 1, after_due: {days: 5}, channels: [email], repeat_every: {days: 7},"
                " repeat_max: 2}",
            ),
            [(5, "repeat_every")],
        ),
        (
            one("applies_to: {currencies: [EUR]}\n    minimum: {amount: {USD: 5}}"),
            [(2, "applies_to"), (2, "minimum")],
        ),
        (two("{}", "{kinds: [invoice, subscription, fee]}"), [(2, "applies_to")]),
        (two("{kinds: [invoice]}", "{kinds: [fee]}"), [(2, "applies_to")]),
    ],
)
def test_what_is_allowed_and_probably_not_meant_is_a_warning(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert warned(text) == expected


def test_a_policy_that_can_never_be_chosen_is_told_so() -> None:
    text = two("{}", "{kinds: [invoice, subscription, fee]}")

    (warning,) = read_policy_file(text).warnings

    assert "no item falls under a by itself" in warning.message


def test_a_file_of_many_policies_is_judged_in_a_moment() -> None:
    parts = [
        f"  - id: p{n}\n    applies_to: {{segments: [s{n}], kinds: [invoice]}}\n{STEP}"
        for n in range(200)
    ]

    file = read_policy_file("policies:\n" + "".join(parts))

    assert len(file.policies) == 200


def test_the_report_of_an_upload_has_the_warnings_and_takes_the_file() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))

    report = cell.upload("policies.yaml", one("max_notices: 2", STEPS), "config")

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert report["warnings"][0].startswith("line 7: level: level 3 never comes")


def creditor(**more: object) -> str:
    return json.dumps({"creditor": "acme", "country": "DE", "from": "a@acme.example", **more})


@pytest.mark.parametrize("roll", ["next_business_day", "following", True])
def test_a_creditor_may_roll_due_days_by_a_calendar_of_its_own(roll: object) -> None:
    cell = Cell()
    report = cell.upload("creditor.json", creditor(roll=roll, calendar="de-by"), "config")

    assert report["rejected"] == 0
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert (book.creditor.roll, book.creditor.calendar) == ("next_business_day", "DE-BY")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"roll": "sometimes"}, "roll"), ({"calendar": "Bayern"}, "calendar"),
     ({"calendar": "XX"}, "calendar")],
)  # fmt: skip
def test_a_roll_or_a_calendar_that_is_none_is_refused_with_its_field(
    more: dict[str, object], field: str
) -> None:
    report = Cell().upload("creditor.json", creditor(**more), "config")

    assert [one["field"] for one in report["errors"]] == [field]


CALENDARS = HolidayCalendars()


@pytest.mark.parametrize(
    ("calendar", "day", "closed"),
    [
        ("DE", date(2026, 12, 25), True),
        ("DE", date(2026, 1, 6), False),
        ("DE-BY", date(2026, 1, 6), True),
        ("DE-Bayern", date(2026, 1, 6), True),
        ("DE-nowhere", date(2026, 12, 25), True),
        ("GB-ENG", date(2026, 4, 6), True),
        ("GB-SCT", date(2026, 4, 6), False),
        ("US", date(2026, 7, 3), True),
        ("FR", date(2026, 7, 14), True),
        ("AT", date(2026, 10, 26), True),
        ("XX", date(2026, 12, 25), False),
    ],
)
def test_public_holidays_are_those_of_the_country_and_its_region(
    calendar: str, day: date, closed: bool
) -> None:
    assert CALENDARS.holiday(calendar, day) is closed


def test_weekends_are_those_of_the_country() -> None:
    assert CALENDARS.weekend("DE", date(2026, 2, 28))
    assert not CALENDARS.weekend("DE", date(2026, 2, 27))
    assert CALENDARS.weekend("EG", date(2026, 2, 27)), "Friday"
    assert CALENDARS.weekend("XX", date(2026, 2, 28))


@pytest.mark.parametrize("code", ["DE", "DE-BY", "AT", "US-CA"])
def test_a_calendar_that_is_known_is_no_problem(code: str) -> None:
    assert CALENDARS.problem(code) is None


@pytest.mark.parametrize(
    ("code", "said"),
    [("QQ", "no holidays are known"), ("DE-ZZ", "no region of DE"), ("Germany", "DE-BY")],
)
def test_a_calendar_that_is_not_known_is_told_what_to_write(code: str, said: str) -> None:
    problem = CALENDARS.problem(code)
    assert problem is not None
    assert said in problem
