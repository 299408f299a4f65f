"""Hours at which a customer wants no contact: from their record to the plan of a message."""

from typing import Any

import pytest
from dunning.domain import reasons
from dunning.domain.fields import ReadingError
from dunning.domain.reading import Defaults, read
from dunning.entry.offline import gates_of

from tests.offline import Body, customer, invoice, play, policy, run
from tests.unit.test_contact_sending import attempts, plan

MAILS = policy("{level: 1, after_due: {days: 1}, channels: [email]}", more='send_at: "09:00"')
GERMAN = {"class": "consumer", "country": "DE"}
OWED = invoice("A", "2026-02-01")
MORNINGS = [{"until": "12:00"}]


def sent(*records: Body) -> list[str]:
    """When the reminder of the second of February left."""
    simulation = play(MAILS, [*records, OWED], gates_of("standard"))
    for day in ("2026-02-02", "2026-02-03", "2026-02-04"):
        run(simulation, day)
    return attempts(simulation)


def test_a_reminder_waits_for_an_hour_that_the_customer_did_not_call_inconvenient() -> None:
    assert sent(customer(**GERMAN)) == ["2026-02-02T08:00:00Z"]
    assert sent(customer(**GERMAN, inconvenient=MORNINGS)) == ["2026-02-02T11:00:00Z"]


def test_a_whole_weekday_may_be_inconvenient() -> None:
    # The second is a Monday, and in Berlin over at 23:00 of UTC.
    (left,) = sent(customer(**GERMAN, inconvenient=[{"days": ["mon"]}]))
    assert "2026-02-02T23:00:00Z" <= left < "2026-02-04"


def test_the_plan_says_that_it_waits_for_the_hour_that_the_customer_wants() -> None:
    simulation = play(
        MAILS, [customer(**GERMAN, inconvenient=MORNINGS), OWED], gates_of("standard")
    )
    run(simulation, "2026-01-10")
    assert plan(simulation) == (reasons.DEFERRED, "p_inconvenient", "2026-02-02T11:00:00Z")


def test_a_record_that_says_nothing_of_hours_leaves_those_that_were_said() -> None:
    first = customer(**GERMAN, inconvenient=MORNINGS)
    again = customer(**GERMAN, name="Anna", on="2026-01-02")
    assert sent(first, again) == ["2026-02-02T11:00:00Z"]
    assert sent(first, again | {"inconvenient": []}) == ["2026-02-02T08:00:00Z"]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ([{"from": "9"}], "inconvenient[0].from"),
        ([{"from": "10:00", "until": "09:00"}], "inconvenient[0].until"),
        ([{"days": ["holidays"]}], "inconvenient[0].days"),
        ([{"before": "09:00"}], "inconvenient[0].before"),
        ("mornings", "inconvenient"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_their_place(hours: Any, field: str) -> None:
    record = customer(inconvenient=hours)
    with pytest.raises(ReadingError) as refused:
        read(record, Defaults())
    assert refused.value.field == field
