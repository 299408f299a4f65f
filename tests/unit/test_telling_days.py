"""Of a coming day customers are told on a send day up to it, or on the nearest one before: through
the ledger, the decision and the sender.
"""

import pytest

from tests.unit.approving import CUSTOMER, Cell
from tests.unit.test_tellings_sent import A, days, owing, promised, with_plan

WORK_WEEK = "send_days: [monday, tuesday, wednesday, thursday, friday]"
MONDAYS = "send_days: [monday]"
THE_DAY_BEFORE = "\n    tell: {instalment_due: {before: {days: 1}}}"


def instalments(*dues: str) -> list[dict[str, str]]:
    """Equal parts of 300.00."""
    return [{"due": due, "amount": f"{300 // len(dues)}.00"} for due in dues]


def test_an_instalment_of_a_sunday_is_told_of_on_the_friday_before() -> None:
    # 20 February, 6 March and 8 March 2026 are a Friday, a Friday and a Sunday.
    cell = with_plan(WORK_WEEK + THE_DAY_BEFORE, instalments=instalments("2026-03-08"))
    assert days(cell, "2026-02-20", "2026-03-08") == [
        ("2026-02-20", ["plan_agreed/2026-02-20/pl"]),
        ("2026-03-06", ["instalment_due/1/pl"]),
    ]


def test_one_that_is_paid_before_that_friday_is_not_told_of() -> None:
    cell = with_plan(WORK_WEEK + THE_DAY_BEFORE, instalments=instalments("2026-03-08"))
    days(cell, "2026-02-20", "2026-03-05")
    cell.pay("2026-03-06", "A", "300.00")
    assert days(cell, "2026-03-06", "2026-03-12") == []


def test_a_send_day_within_the_days_is_taken_and_none_before_it() -> None:
    # Three days before Monday 9 March is a Friday; of Mondays alone it is the due day itself.
    cell = with_plan(MONDAYS, instalments=instalments("2026-03-09"))
    assert days(cell, "2026-02-24", "2026-03-09") == [("2026-03-09", ["instalment_due/1/pl"])]


def test_two_of_which_the_same_earlier_day_tells_are_one_message() -> None:
    # Thursday 5 and Friday 6 March: both on Monday the 2nd, the second telling of the first.
    cell = with_plan(MONDAYS + THE_DAY_BEFORE, instalments=instalments("2026-03-05", "2026-03-06"))
    assert days(cell, "2026-02-24", "2026-03-06") == [("2026-03-02", ["instalment_due/2/pl"])]
    telling = cell.recorder.sends[-1].telling
    assert telling is not None
    assert telling.total == 30_000


def test_nobody_is_told_of_an_instalment_before_they_agreed_to_it() -> None:
    # Agreed on Friday 6 March, due on Tuesday the 10th; the Thursday before is the 5th.
    cell = owing("send_days: [thursday]")
    days(cell, "2026-02-11", "2026-03-05")
    cell.say("2026-03-06", "plan", id="pl", customer=CUSTOMER, state="active", items=A,
             instalments=instalments("2026-03-10"))  # fmt: skip
    assert days(cell, "2026-03-06", "2026-03-10") == []


def test_a_promise_for_a_sunday_is_remembered_on_the_friday_before() -> None:
    cell = owing(WORK_WEEK)
    cell.run("2026-02-11")
    promised(cell, by="2026-02-22")
    assert days(cell, "2026-02-12", "2026-02-22") == [("2026-02-20", ["promise_reminder//p"])]


@pytest.mark.parametrize("missed", ["2026-03-06", "2026-03-02"])
def test_nobody_is_told_that_an_instalment_is_missing_before_it_is(missed: str) -> None:
    # Of Friday the 6th a weekend is all the grace: it is over before anybody could be written to.
    cell = with_plan(WORK_WEEK, instalments=instalments(missed))
    told = [what for _, each in days(cell, "2026-02-20", "2026-03-12") for what in each]
    assert ("instalment_missed/1/pl" in told) == (missed == "2026-03-02")


def test_a_day_that_has_gone_by_unused_is_not_made_up_for_too_late() -> None:
    cell: Cell = with_plan(WORK_WEEK + THE_DAY_BEFORE, instalments=instalments("2026-03-08"))
    days(cell, "2026-02-20", "2026-03-04")
    cell.say("2026-03-05", "hold", id="h", customer=CUSTOMER, kind="talks", scope="account",
             until="2026-03-06")  # fmt: skip
    assert days(cell, "2026-03-05", "2026-03-08") == []
