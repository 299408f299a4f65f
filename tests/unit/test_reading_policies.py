"""The policy file: what it says, what is refused, and on which line."""

import tomllib
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from dunning.domain.calendar import Months
from dunning.domain.policy import Band, Step
from dunning.domain.policy_file import TONES, read_policies
from dunning.domain.policy_nodes import PolicyFileError, Problem
from hypothesis import given
from hypothesis import strategies as st

WORDING = Path(__file__).parents[2] / "templates/email/wording"

FULL = """\
policies:
  - id: standard
    applies_to: {kinds: [invoice], currencies: [EUR], segments: [], customer_classes: []}
    track: item
    grace: {days: 3}
    minimum: {amount: {EUR: 0.10}, percent: 0}
    notice_per: account
    max_notices: 5
    min_interval: {days: 5}
    send_at: 09:30
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {weeks: 4}, channels: [email, voice], tone: persuasive}
      - {level: 3, after_previous: {days: 10}, channels: [voice], tone: formal, interest: none}
"""
REPEATED_TOO_EARLY = (
    "{level: 1, after_due: {days: -1}, channels: [email], repeat_every: {days: 7}, repeat_max: 1}"
)
STEP = "    ladder:\n      - {level: 1, after_due: {days: 1}, channels: [email]}\n"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyFileError) as caught:
        read_policies(text)
    return caught.value.problems


def test_the_words_of_the_contract_become_a_policy() -> None:
    (policy,) = read_policies(FULL)

    assert (policy.id, policy.grace, policy.minimum) == ("standard", 3, {"EUR": 10})
    assert (policy.max_notices, policy.min_interval, policy.send_at) == (5, 5, time(9, 30))
    assert policy.applies_to.count == 2
    assert policy.ladder == (
        Step(1, ("email",), "friendly", after_due=10),
        Step(2, ("email", "voice"), "persuasive", after_due=28),
        Step(3, ("voice",), "formal", after_previous=10),
    )


def test_what_is_left_out_has_its_usual_meaning() -> None:
    (policy,) = read_policies(f"policies:\n  - id: p\n{STEP}")

    assert (policy.grace, policy.min_interval, policy.max_notices) == (0, 1, None)
    assert (policy.send_at, policy.minimum, policy.applies_to.count) == (time(9), {}, 0)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("track: customer", "track"),
        ("notice_per: item", "notice_per"),
        ("disputes: all", "disputes"),
        ("minimum: {percent: 101}", "percent"),
        ("minimum: {percent: five}", "percent"),
        ("send_days: [moonday]", "send_days"),
        ("send_days: []", "send_days"),
        ("calendar: Germany", "calendar"),
        ("charges: {fixed: 5}", "fixed"),
        ("autopay: always", "autopay"),
        ("grace: {days: -1}", "days"),
        ("grace: {days: 1, months: 1}", "days"),
        ("grace: {days: 1, roll: end_of_month}", "roll"),
        ("min_interval: {days: 0}", "days"),
        ("graze: {days: 3}", "graze"),
        ("send_at: 25:00", "send_at"),
        ("max_notices: 0", "max_notices"),
        ("applies_to: {kinds: [invoices]}", "kinds"),
        ("applies_to: {currencies: [EURO]}", "currencies"),
        ("minimum: {amount: {EUR: 0.001}}", "EUR"),
        ("applies_to: {amounts: {EUR: {from: 100, to: 100}}}", "to"),
        ("applies_to: {amounts: {EUR: {}}}", "from"),
        ("applies_to: {amounts: {EUR: 100}}", "EUR"),
        ("applies_to: {amounts: {EURO: {from: 1}}}", "from"),
        ("applies_to: {currencies: [USD], amounts: {EUR: {from: 1}}}", "EUR"),
        ("id: again", "id"),
    ],
)
def test_a_key_that_cannot_be_carried_out_is_named_with_its_line(line: str, key: str) -> None:
    (problem, *_) = problems(f"policies:\n  - id: p\n    {line}\n{STEP}")

    assert (problem.line, problem.key) == (3, key)


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("{level: 1, after_due: {days: 10}, channels: [email], fee: 5}", "fee"),
        ("{level: 1, after_due: {days: 10, roll: monday}, channels: [email]}", "roll"),
        ("{level: 1, after_due: {months: 200}, channels: [email]}", "months"),
        ("{level: 1, after_due: {days: 1}, channels: [email], repeat_max: 2}", "repeat_max"),
        (
            "{level: 1, after_due: {days: 1}, channels: [email], repeat_every: {days: 7}}",
            "repeat_every",
        ),
        (REPEATED_TOO_EARLY, "repeat_every"),
        ("{level: 1, after_previous: {days: 3}, channels: [email]}", "after_previous"),
        ("{level: 1, channels: [email]}", "after_due"),
        ("{level: 1, after_due: {days: 3}}", "channels"),
        ("{level: 1, after_due: {days: 3}, channels: [fax]}", "channels"),
        ("{level: 1, after_due: {days: 3}, channels: [e-mail]}", "channels"),
        ("{level: 1, after_due: {days: 3}, channels: [email], tonne: firm}", "tonne"),
        ("{level: 1, after_due: {days: 3}, channels: [email], tone: rude}", "tone"),
        ("{level: x, after_due: {days: 3}, channels: [email]}", "level"),
    ],
)
def test_a_step_that_cannot_be_carried_out_is_named_with_its_line(step: str, key: str) -> None:
    (problem, *_) = problems(f"policies:\n  - id: p\n    ladder:\n      - {step}\n")

    assert (problem.line, problem.key) == (4, key)


def test_months_month_ends_steps_before_the_due_day_and_repeats_are_read() -> None:
    (policy,) = read_policies(
        """\
policies:
  - id: p
    track: account
    notice_per: level
    disputes: account
    grace: {months: 1}
    min_interval: {weeks: 1}
    minimum: {percent: 12.5}
    send_days: [mon, Friday]
    calendar: de-by
    ladder:
      - {level: 1, after_due: {weeks: -1}, channels: [email]}
      - {level: 2, after_due: {months: 2, roll: end_of_month}, channels: [email]}
      - {level: 3, after_previous: {months: 1}, channels: [email],
         repeat_every: {days: 14}, repeat_max: 3}
"""
    )

    assert (policy.track, policy.notice_per, policy.disputes) == ("account", "level", "account")
    assert (policy.grace, policy.min_interval, policy.percent) == (Months(1), 7, Decimal("12.5"))
    assert (policy.send_days, policy.calendar) == ((0, 4), "DE-BY")
    assert policy.ladder == (
        Step(1, after_due=-7),
        Step(2, after_due=Months(2), end_of_month=True),
        Step(3, after_previous=Months(1), repeat_every=14, repeat_max=3),
    )


def test_amounts_are_bands_by_currency() -> None:
    (policy,) = read_policies(
        "policies:\n  - id: p\n    applies_to:\n"
        f"      amounts: {{EUR: {{from: 100, to: 1000.50}}, JPY: {{to: 500}}}}\n{STEP}"
    )

    assert policy.applies_to.amounts == {"EUR": Band(10_000, 100_050), "JPY": Band(None, 500)}
    assert policy.applies_to.count == 1


def test_a_step_before_the_due_day_stands_before_all_others() -> None:
    steps = (
        "      - {level: 1, after_due: {days: 0}, channels: [email]}\n"
        "      - {level: 2, after_previous: {days: 5}, channels: [email]}\n"
        "      - {level: 3, after_due: {days: -2}, channels: [email]}\n"
    )

    found = problems(f"policies:\n  - id: p\n    ladder:\n{steps}")

    assert {(problem.line, problem.key) for problem in found} == {(6, "after_due")}


def test_only_the_last_step_is_repeated() -> None:
    steps = (
        "      - {level: 1, after_due: {days: 1}, channels: [email], repeat_every: {days: 7},"
        " repeat_max: 2}\n"
        "      - {level: 2, after_due: {days: 30}, channels: [email]}\n"
    )

    (problem,) = problems(f"policies:\n  - id: p\n    ladder:\n{steps}")

    assert (problem.line, problem.key) == (4, "repeat_every")


def test_levels_and_days_rise_from_step_to_step() -> None:
    steps = (
        "      - {level: 2, after_due: {days: 10}, channels: [email]}\n"
        "      - {level: 2, after_due: {days: 10}, channels: [email]}\n"
    )

    found = problems(f"policies:\n  - id: p\n    ladder:\n{steps}")

    assert [(problem.line, problem.key) for problem in found] == [(5, "after_due"), (5, "level")]


def test_all_problems_of_a_file_are_told_at_once() -> None:
    assert len(problems(f"policies:\n  - track: all\n    grace: 3\n{STEP}")) == 3


@pytest.mark.parametrize("wording", sorted(WORDING.glob("*.toml")), ids=lambda path: path.stem)
def test_every_tone_that_a_policy_may_name_has_words(wording: Path) -> None:
    assert set(TONES) <= set(tomllib.loads(wording.read_text(encoding="utf-8"))["tones"])


def _two(first: str, second: str) -> str:
    return (
        f"policies:\n  - id: a\n    applies_to: {first}\n{STEP}"
        f"  - id: b\n    applies_to: {second}\n{STEP}"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{}", "{}"),
        ("{kinds: [invoice]}", "{currencies: [EUR]}"),
        ("{kinds: [invoice, fee]}", "{kinds: [fee]}"),
    ],
)
def test_two_policies_that_claim_one_item_equally_are_refused(first: str, second: str) -> None:
    (problem,) = problems(_two(first, second))

    assert problem.key == "applies_to"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{}", "{kinds: [invoice]}"),
        ("{kinds: [invoice]}", "{kinds: [fee]}"),
        ("{kinds: [invoice], currencies: [EUR]}", "{kinds: [invoice], currencies: [USD]}"),
    ],
)
def test_policies_of_which_one_wins_are_taken(first: str, second: str) -> None:
    assert len(read_policies(_two(first, second))) == 2


def test_an_id_that_stands_twice_is_refused() -> None:
    text = f"policies:\n  - id: a\n{STEP}  - id: a\n    applies_to: {{kinds: [fee]}}\n{STEP}"

    assert [problem.key for problem in problems(text)] == ["id"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "policies: [",
        "policies: &a [*a]",
        "policies: !!python/object/apply:os.system [ls]",
        "policies: {}\n---\npolicies: {}",
        "[" * 50 + "]" * 50,
        "just text",
        "policies:\n\t- id: p",
        "policies: \x00",
    ],
)
def test_what_is_not_a_plain_file_of_policies_is_refused_and_never_run(text: str) -> None:
    assert problems(text)


@given(st.text(alphabet="policies: id-[]{}&*!|>'\"\n\t,ladder123#%@", max_size=80) | st.text())
def test_any_text_is_policies_or_problems(text: str) -> None:
    with suppress(PolicyFileError):
        assert read_policies(text)
