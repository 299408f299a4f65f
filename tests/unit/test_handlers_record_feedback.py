"""record_feedback over ports in memory: events of SES in EventBridge's envelope inside SQS.

What an event means is tested with the adapter, what follows with the use case.
"""

from typing import Any

import pytest
from dunning.adapters.dynamodb.keys import creditor_of
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.ses_events import feedback_of
from dunning.domain import bars
from dunning.entry import bootstrap
from dunning.service.record_feedback import RecordFeedback

from tests.unit.handling import ADDRESS, CREDITOR, NOON, Cell, Context, batch, failed, load, message
from tests.unit.handling import sample as sample_of


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell()
    use_case = RecordFeedback(cell.ledger, cell.settings, cell.bodies, cell.settlement)
    wired = bootstrap.TakeFeedback(
        lambda: None,
        cell.clock,
        use_case,
        lambda event: feedback_of(event, plain_hash),
        creditor_of,
    )
    monkeypatch.setattr(bootstrap, "feedback", lambda: wired)
    return cell


def handle(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = load("record_feedback").handler(event, Context())
    return answer


def test_the_sample_bars_the_address_that_bounced_and_leaves_the_strangers(cell: Cell) -> None:
    cell.reminders.remind(CREDITOR, cell.account, NOON)
    assert failed(handle(sample_of("record_feedback"))) == []
    assert cell.suppressions.reason(CREDITOR, "email", plain_hash("email", ADDRESS)) == "bounced"
    state = cell.ledger.read(CREDITOR, cell.account)
    assert state is not None
    assert bars.usable(state, "email", serial=2) == ()


def test_an_event_that_comes_twice_is_one_fact(cell: Cell) -> None:
    cell.reminders.remind(CREDITOR, cell.account, NOON)
    handle(sample_of("record_feedback"))
    records = list(cell.ledger.history(CREDITOR, cell.account))
    handle(sample_of("record_feedback"))
    assert list(cell.ledger.history(CREDITOR, cell.account)) == records


def test_what_is_no_event_comes_back_and_the_others_are_done(cell: Cell) -> None:
    sent = sample_of("record_feedback")["Records"][2]
    bad = [
        message("not json", number=1),
        message({"source": "aws.s3"}, number=2),
        message([], number=3),
    ]
    assert failed(handle(batch(*bad, sent))) == ["message-1", "message-2", "message-3"]


def test_mail_of_others_in_the_same_account_is_left_alone(cell: Cell) -> None:
    foreign = {"source": "aws.ses", "detail": {"eventType": "Bounce", "mail": {"tags": {}}}}
    assert failed(handle(batch(message(foreign)))) == []
