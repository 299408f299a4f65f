"""Which wording a step of a ladder takes: by its place, or by the name that the policy gives it."""

from dataclasses import replace

import pytest
from dunning.domain.policy import Policy, Step
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.wordings import wording_of


def ladder(*days: int) -> Policy:
    return Policy("p", tuple(Step(n, after_due=day) for n, day in enumerate(days, 1)))


@pytest.mark.parametrize(
    ("days", "wordings"),
    [
        ((5,), ["first"]),
        ((5, 10), ["first", "last"]),
        ((5, 10, 20), ["first", "second", "last"]),
        ((5, 10, 20, 30, 40), ["first", "second", "second", "second", "last"]),
        ((-3,), ["before_due"]),
        ((-7, -3, 5), ["before_due", "before_due", "first"]),
        ((-3, 5, 10, 20), ["before_due", "first", "second", "last"]),
    ],
)
def test_a_step_speaks_by_its_place(days: tuple[int, ...], wordings: list[str]) -> None:
    policy = ladder(*days)
    assert [wording_of(policy, step.level) for step in policy.ladder] == wordings


def test_a_step_on_the_due_day_is_no_step_before_it() -> None:
    assert wording_of(ladder(0, 10), 1) == "first"


def test_a_step_may_name_what_it_says() -> None:
    policy = ladder(5, 10, 20)
    named = replace(
        policy, ladder=(*policy.ladder[:2], replace(policy.ladder[2], wording="second"))
    )
    assert wording_of(named, 3) == "second"


@pytest.mark.parametrize(("level", "wording"), [(1, "first"), (2, "second"), (9, "second")])
def test_without_its_step_a_notice_threatens_nothing(level: int, wording: str) -> None:
    assert wording_of(None, level) == wording
    assert wording_of(ladder(5), 9) == "second"


STEP = (
    "policies:\n  - id: a\n    ladder:\n"
    "      - {{level: 1, channels: [email], after_due: {{days: {days}}}, wording: {word}}}\n"
)


def test_the_policy_file_takes_a_name() -> None:
    (policy,) = read_policies(STEP.format(days=5, word="last"))
    assert policy.ladder[0].wording == "last"
    assert (
        read_policies(STEP.format(days=-5, word="before_due"))[0].ladder[0].wording == "before_due"
    )


@pytest.mark.parametrize(
    ("days", "word", "says"),
    [
        (5, "lst", "did you mean 'last'?"),
        (5, "thanks", "no such wording"),
        (5, "before_due", "overdue by then"),
        (-5, "first", "not overdue yet"),
    ],
)
def test_a_name_that_is_none_or_would_not_be_true_is_refused_on_its_line(
    days: int, word: str, says: str
) -> None:
    with pytest.raises(PolicyFileError) as caught:
        read_policies(STEP.format(days=days, word=word))
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (4, "wording")
    assert says in problem.message
