"""`approval` and `then` in the policy file: what they mean, and what is wrong with them."""

import pytest
from dunning.domain.calendar import Months
from dunning.domain.policy import HandOver, Step
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError

FILE = """policies:
  - id: std
    ladder:
      - {{level: 1, after_due: {{days: {first}}}, channels: [email]{one}}}
      - {{level: 2, after_due: {{days: 30}}, channels: [email]{two}}}
"""


def last(two: str) -> Step:
    return read_policies(FILE.format(first=10, one="", two=f", {two}"))[0].ladder[-1]


@pytest.mark.parametrize(
    ("said", "expires"),
    [
        ("approval: yes", 14),
        ("approval: {}", 14),
        ("approval: {expires: {days: 3}}", 3),
        ("approval: {expires: {weeks: 2}}", 14),
        ("approval: {expires: {months: 1}}", Months(1)),
        ("approval: none", None),
        ("approval: no", None),
    ],
)
def test_an_approval_says_how_long_it_may_take(said: str, expires: object) -> None:
    assert last(said).approval == expires


def test_a_hand_over_says_when_to_whom_and_how_much() -> None:
    assert last("then: {hand_over: {after: {days: 14}}}").hand_over == HandOver(14)
    whole = last("then: {hand_over: {after: {weeks: 1}, to: agency, scope: account}}").hand_over
    assert whole == HandOver(7, "agency", "account")
    assert last("then: none").hand_over is None


@pytest.mark.parametrize(
    ("first", "one", "two", "line", "key", "mend"),
    [
        (10, "", "approval: soon", 5, "approval", "{expires: {days: 14}}, or yes"),
        (10, "", "approval: {until: {days: 3}}", 5, "until", "expires"),
        (10, "", "approval: {expires: 3}", 5, "expires", "this is written with keys"),
        (10, "", "approval: {expires: {days: 0}}", 5, "days", "not a whole number from 1"),
        (-3, "approval: yes", "tone: formal", 4, "approval", "leave it out"),
        (10, "then: {hand_over: {after: {days: 1}}}", "tone: formal", 4, "then", "only the last"),
        (10, "", "then: {court: yes}", 5, "court", "hand_over"),
        (10, "", "then: {}", 5, "hand_over", "{hand_over: {after: {days: 14}}}"),
        (10, "", "then: {hand_over: {to: agency}}", 5, "after", "say how long"),
        (10, "", "then: {hand_over: {after: {days: 9}, to: court}}", 5, "to", "agency"),
        (10, "", "then: {hand_over: {after: {days: 9}, scope: all}}", 5, "scope", "account"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_write(
    first: int, one: str, two: str, line: int, key: str, mend: str
) -> None:
    text = FILE.format(first=first, one=f", {one}" if one else "", two=f", {two}")
    with pytest.raises(PolicyFileError) as refused:
        read_policies(text)
    found = [problem for problem in refused.value.problems if problem.key == key]
    assert found, refused.value
    assert found[0].line == line
    assert mend in found[0].message
